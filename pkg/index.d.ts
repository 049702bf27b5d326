import type { CheckerReport, CheckOptions, Rule, Thumbnail } from './types.d.ts';
export type * from './types.d.ts';

/** A call that the engine refused. */
export declare class EngineError extends Error {
  /**
   * A code of the REST API's `/check` (`empty_file`, `mime_not_allowed`, `file_too_large`, …), or `invalid_options`,
   * `file_changed`, `not_in_worker`, `engine_crashed`. After `engine_crashed` the module must be loaded anew.
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

export type Phase = 'reading' | 'validating' | 'probing' | 'hashing';
/** Called when a step begins, and while the file is hashed: `done` bytes of `size`. */
export type Progress = (phase: Phase, done: number, size: number) => void;

/** Checks a file. Only inside a Web Worker. @throws {EngineError} */
export declare function check(
  file: Blob,
  options?: CheckOptions,
  onProgress?: Progress,
  /** Called with the report of a file of 32 MB or more before it is hashed. */
  onStructure?: (report: CheckerReport) => void,
): CheckerReport;
/** As `check`, the JSON text as the engine wrote it. @throws {EngineError} */
export declare function checkJson(
  file: Blob,
  options?: CheckOptions,
  onProgress?: Progress,
  onStructure?: (json: string) => void,
): string;
/** The thumbnails in a file's manifest store. Only inside a Web Worker. Their bytes are whatever the file holds: show them only as images. @throws {EngineError} */
export declare function thumbnails(file: Blob): (Pick<Thumbnail, 'manifest' | 'assertion' | 'format'> & { bytes: Uint8Array<ArrayBuffer> })[];
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
