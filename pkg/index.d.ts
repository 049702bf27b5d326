import type { CheckerReport, CheckOptions, JudgementContext, Rule, Thumbnail } from './types.d.ts';
export type * from './types.d.ts';

/** A call that the engine refused. */
export declare class EngineError extends Error {
  /**
   * A code of the REST API's `/check` (`empty_file`, `mime_not_allowed`, `file_too_large`, …), or `invalid_options`,
   * `invalid_report`, `invalid_rules`, `file_changed`, `not_in_worker`, `pixels_not_loaded`, `engine_crashed`. After `engine_crashed` the module must be loaded anew.
   */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions);
}

/** What `init` takes: the wasm's address, its bytes, or a module that is already compiled. */
export type EngineSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/** Loads the engine; by default from `generated/labeler_browser_bg.wasm` beside this file. Later calls do nothing. */
export declare function init(source?: EngineSource): Promise<void>;
/** Loads the engine at once. */
export declare function initSync(module: BufferSource | WebAssembly.Module): void;

/**
 * Loads the module that decodes pictures; by default from `generated/labeler_browser_pixels_bg.wasm`. Without it a report
 * says that the pixels were not looked at. Later calls do nothing.
 */
export declare function initPixels(source?: EngineSource): Promise<void>;
/** Loads the module that decodes pictures at once. */
export declare function initPixelsSync(module: BufferSource | WebAssembly.Module): void;
/** Whether a check of this file looks into its pixels: whether `initPixels` is worth its bytes. */
export declare function hasPixels(file: Blob, options?: CheckOptions): Promise<boolean>;

/** Layers to write into the pixels of a JPEG, PNG, WebP or TIFF, or a GIF, also animated, which takes the mark where its colour tables carry it. */
export interface Layers {
  /** The visible label: at most 200 characters, in a corner of the picture as displayed. */
  label?: { text: string; corner: 'TL' | 'TR' | 'BL' | 'BR' };
  /** Number of the watermark, 16 hexadecimal digits; draw them at random. */
  mark?: string;
}

export interface Drawing {
  /** The file saved anew in its own format, with its metadata but without its credentials; null where nothing changed. */
  bytes: Uint8Array<ArrayBuffer> | null;
  /** Height of the label's lowest script over the picture's shortest side; null where none was drawn. */
  inkHeightRatio: number | null;
  /** Payload id of the mark that the picture carries now (`wm_…`): the new one, or one that was there before. */
  mark: string | null;
  /** What could not be done (`file_damaged`, `pixels_unchanged`, `label_does_not_fit`, `label_has_no_glyph`, `label_not_drawn`, `watermark_not_written`), or not without a change (`palette_expanded`, `depth_raised`, `further_pictures_unchanged`). */
  notes: { code: string; message: string }[];
}

/** Draws a visible label and writes a watermark. Needs `initPixels`. Anywhere. @throws {EngineError} */
export declare function draw(bytes: Uint8Array, layers: Layers): Drawing;

/** What `readWatermark` found. */
export interface WatermarkReading {
  /** Payload ID of the watermark (`wm_` and 13 characters of a-z and 2-7); null where none was found or none was looked for. */
  payload: string | null;
  /**
   * Why the pixels were not read: more pixels or bytes than the limit (`too_large`), or a file that is not decoded here or
   * is damaged (`unsupported`). Absent when they were read.
   */
  notRead?: 'too_large' | 'unsupported';
}

/**
 * Reads Labeler's own watermark from the pixels of a JPEG, PNG, WebP, AVIF, TIFF or GIF, also after a crop, a rotation or a change
 * of aspect ratio. `maxPixels` is the largest picture that is read. Needs `initPixels`. Rejects with an `EngineError`.
 */
export declare function readWatermark(file: Blob, maxPixels: number): Promise<WatermarkReading>;

export type Phase = 'reading' | 'validating' | 'probing' | 'hashing';
/** Called when a step begins, and while the file is hashed: `done` bytes of `size`. */
export type Progress = (phase: Phase, done: number, size: number) => void;

/** Checks a file. Only inside a Web Worker, one file at a time. Rejects with an `EngineError`. */
export declare function check(
  file: Blob,
  options?: CheckOptions,
  onProgress?: Progress,
  /** Called with the report of a file of 64 MB or more before it is hashed. */
  onStructure?: (report: CheckerReport) => void,
): Promise<CheckerReport>;
/** As `check`, the JSON text as the engine wrote it. Rejects with an `EngineError`. */
export declare function checkJson(
  file: Blob,
  options?: CheckOptions,
  onProgress?: Progress,
  onStructure?: (json: string) => void,
): Promise<string>;
/** As `checkJson`, with the evidence that `judgeAgain` takes. Rejects with an `EngineError`. */
export declare function checkWithEvidence(
  file: Blob,
  options?: CheckOptions,
  onProgress?: Progress,
  onStructure?: (json: string) => void,
): Promise<{ json: string; evidence: string }>;
/**
 * Judges a report again under other circumstances, without its file. Returns the report with its context, verdicts, notes,
 * questions and signals made anew; everything else is as it was. @throws {EngineError}
 */
export declare function judgeAgain(report: string, evidence: string, context: JudgementContext): string;
/**
 * Judges by a newer signed set of law packs from now on, in this module. `key` is the Ed25519 public key of their signer,
 * PEM or hexadecimal. Packs that are refused change nothing (`invalid_rules`). @throws {EngineError}
 */
export declare function replaceRules(packs: Uint8Array, key: string): void;
/** The thumbnails in a file's manifest store. Only inside a Web Worker. Their bytes are whatever the file holds: show them only as images. @throws {EngineError} */
export declare function thumbnails(
  file: Blob,
): (Pick<Thumbnail, 'manifest' | 'assertion' | 'format'> & { bytes: Uint8Array<ArrayBuffer> })[];
/** Every version of every rule, with its text and source. */
export declare function rules(): Rule[];
/** Checks bytes in memory; anywhere. @throws {EngineError} */
export declare function checkBytes(bytes: Uint8Array, options?: CheckOptions): CheckerReport;
/** As `checkBytes`, the JSON text as the engine wrote it. @throws {EngineError} */
export declare function checkBytesJson(bytes: Uint8Array, options?: CheckOptions): string;
export type ExportFormat = 'csv' | 'sarif';
/** The formats that this build of the engine writes. */
export declare const exportFormats: ExportFormat[];
/** An array of reports, as JSON text, as CSV or SARIF 2.1.0. @throws {EngineError} */
export declare function exportReports(format: ExportFormat, reportsJson: string): string;
/** Version of this package's engine. */
export declare function version(): string;
