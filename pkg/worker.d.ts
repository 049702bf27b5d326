import type { Drawing, ExportFormat, Layers, Phase, thumbnails } from './index.d.ts';
import type { CheckOptions, JudgementContext } from './types.d.ts';

/** To the worker. `init` is optional: without it the engine is loaded from beside the package's glue. */
export type ToWorker =
  /**
   * Where the modules come from: addresses, compiled modules, or a port that is asked for each by its name, `engine` or
   * `pixels`, and answers `{ name, module }`, or `{ name, error }` with a code. `pixels` is loaded with the first picture.
   */
  | { op: 'init'; source?: string | WebAssembly.Module; pixels?: string | WebAssembly.Module; port?: MessagePort }
  /** Check one file; `id` comes back in every answer. */
  | { op: 'check'; id: number; file: Blob; options?: CheckOptions }
  /** Judge a report again under other circumstances; `evidence` came with it. */
  | { op: 'judge'; id: number; report: string; evidence: string; context: JudgementContext }
  /** Write layers into the pixels of one picture. */
  | { op: 'draw'; id: number; file: Blob; layers: Layers }
  /** Read the thumbnails of one file. */
  | { op: 'thumbnails'; id: number; file: Blob }
  /** Write reports, an array as JSON text, in another format. */
  | { op: 'export'; id: number; format: ExportFormat; reports: string };

/** From the worker. */
export type FromWorker =
  /** `exportFormats`: what this build of the engine can write. */
  | { event: 'ready'; exportFormats: ExportFormat[] }
  | { event: 'unavailable'; error: WorkerError }
  /** `read` bytes of `size` in this step. */
  | { event: 'progress'; id: number; phase: Phase; read: number; size: number }
  /** The report of a large file before it is hashed. */
  | { event: 'structure'; id: number; json: string }
  | { event: 'drawn'; id: number; drawing: Drawing }
  | { event: 'thumbnails'; id: number; found: ReturnType<typeof thumbnails> }
  /** `json` is the report's text as the engine wrote it, `evidence` what it was judged by, for `judge`. */
  | { event: 'done'; id: number; json: string; evidence: string }
  | { event: 'judged'; id: number; json: string }
  | { event: 'exported'; id: number; text: string }
  /** `fatal`: the worker is of no more use; terminate it and start another. */
  | { event: 'failed'; id: number; error: WorkerError; fatal: boolean };

export interface WorkerError {
  code: string;
  message: string;
}
