import type { CheckerReport, CheckOptions } from './types.d.ts';
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

/** Called while a file is read. `read` counts every byte fetched and may exceed `size`: a signature reads it again. */
export type Progress = (read: number, size: number) => void;

/** Checks a file. Only inside a Web Worker. @throws {EngineError} */
export declare function check(file: Blob, options?: CheckOptions, onProgress?: Progress): CheckerReport;
/** As `check`, the JSON text as the engine wrote it. @throws {EngineError} */
export declare function checkJson(file: Blob, options?: CheckOptions, onProgress?: Progress): string;
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
