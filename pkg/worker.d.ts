import type { Drawing, ExportFormat, Layers, Phase, thumbnails, WatermarkReading } from './index.d.ts';
import type { CheckOptions, JudgementContext } from './types.d.ts';

/** To the worker. `init` is optional: without it the engine is loaded from beside the package's glue. */
export type ToWorker =
  /**
   * Where the modules come from: addresses, compiled modules, or a port that is asked for each by its name, `engine` or
   * `pixels`, and answers `{ name, module }`, or `{ name, error }` with a code. `pixels` is loaded with the first picture.
   * `rules`: a newer signed set of law packs to judge by, or `port`: the port is asked for `rules` as well, and answers
   * `{ name }` where there is none, `{ name, packs, key }`, or `{ name, error }` with a code.
   */
  | {
      op: 'init';
      source?: string | WebAssembly.Module;
      pixels?: string | WebAssembly.Module;
      port?: MessagePort;
      rules?: 'port' | { packs: Uint8Array; key: string };
    }
  /** Check one file; `id` comes back in every answer. */
  | { op: 'check'; id: number; file: Blob; options?: CheckOptions }
  /** Judge a report again under other circumstances; `evidence` came with it. */
  | { op: 'judge'; id: number; report: string; evidence: string; context: JudgementContext }
  /** Write layers into the pixels of one picture. */
  | { op: 'draw'; id: number; file: Blob; layers: Layers }
  /** Read Labeler's own watermark from the pixels of one picture of at most `maxPixels` pixels. */
  | { op: 'watermark'; id: number; file: Blob; maxPixels: number }
  /** Read the thumbnails of one file. */
  | { op: 'thumbnails'; id: number; file: Blob }
  /** Write reports, an array as JSON text, in another format. */
  | { op: 'export'; id: number; format: ExportFormat; reports: string };

/** From the worker. */
export type FromWorker =
  /** `exportFormats`: what this build of the engine can write. */
  | { event: 'ready'; exportFormats: ExportFormat[]; rules: RulesInUse }
  | { event: 'unavailable'; error: WorkerError }
  /** `read` bytes of `size` in this step. */
  | { event: 'progress'; id: number; phase: Phase; read: number; size: number }
  /** The report of a large file before it is hashed. */
  | { event: 'structure'; id: number; json: string }
  | { event: 'drawn'; id: number; drawing: Drawing }
  | { event: 'watermark'; id: number; reading: WatermarkReading }
  | { event: 'thumbnails'; id: number; found: ReturnType<typeof thumbnails> }
  /** `json` is the report's text as the engine wrote it, `evidence` what it was judged by, for `judge`. */
  | { event: 'done'; id: number; json: string; evidence: string }
  | { event: 'judged'; id: number; json: string }
  | { event: 'exported'; id: number; text: string }
  /** `fatal`: the worker is of no more use; terminate it and start another. */
  | { event: 'failed'; id: number; error: WorkerError; fatal: boolean };

/**
 * Which law packs judge: the engine's own because no others were named, the named set, or the engine's own because the
 * named set was refused (`invalid_rules`, with the engine's reason) or could not be had (the code that the port gave).
 * `texts`: the set's sentences by language and key; English stands in the reports.
 */
export type RulesInUse =
  | { state: 'own' }
  | { state: 'replaced'; texts: Record<string, Record<string, string>> }
  | { state: 'refused'; code: string; message?: string };

export interface WorkerError {
  code: string;
  message: string;
}
