// The pictures of this visit, from choosing to the labelled file and what the check says about it.

import type { CheckerReport } from '@labeler/engine/types';
import { ApiFailure } from '../../lib/api.ts';
import type { CheckPool } from '../../lib/engine/pool.ts';
import type { Overlay } from './corners.ts';
import { upload, type Answer } from './upload.ts';

/** The API's limit for images. */
export const MAX_BYTES = 52_428_800;

export const sources = [
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'algorithmicMedia',
  'algorithmicallyEnhanced',
  'humanEdits',
  'digitalCreation',
  'digitalCapture',
] as const;
export type Source = (typeof sources)[number];
export const presets = ['eu_strict', 'california', 'china', 'global_minimum'] as const;
export type Preset = (typeof presets)[number];

export interface Settings {
  source: Source;
  preset: Preset;
  signing: 'managed' | 'byoc';
  dnt: boolean;
  /** Nothing for no visible label. */
  overlay: Overlay | undefined;
}

/** The text that the law of a preset asks for or usage suggests; see crates/pixels/src/overlay.rs. */
export function labelText(preset: Preset, source: Source): string {
  const english = source === 'compositeWithTrainedAlgorithmicMedia' || source === 'algorithmicallyEnhanced' ? 'AI MODIFIED' : 'AI GENERATED';
  if (preset === 'china') return 'AI生成';
  return preset === 'global_minimum' ? `AI生成 · ${english}` : english;
}

export type Step = 'ready' | 'drawing' | 'uploading' | 'checking' | 'labelled' | 'failed';

export class Picture {
  readonly id: number;
  readonly file: File;
  step = $state<Step>('ready');
  /** 0 to 1 while it is uploaded. */
  progress = $state<number>();
  /** A key of the catalogue below `label.error.`, or the server's own words. */
  error = $state.raw<{ code: string; message: string; retryAt?: Date }>();
  result = $state.raw<Answer & { sha256: string; size: number }>();
  report = $state.raw<CheckerReport>();
  saved = $state(false);
  abort = new AbortController();

  constructor(id: number, file: File) {
    this.id = id;
    this.file = file;
  }

  get active(): boolean {
    return this.step === 'drawing' || this.step === 'uploading' || this.step === 'checking';
  }
}

class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export async function sha256Of(blob: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Labelling {
  pictures = $state<Picture[]>([]);
  #nextId = 1;

  constructor(
    private readonly pool: () => CheckPool,
    private readonly key: () => string | undefined,
    private readonly onStep: (picture: Picture) => void,
  ) {}

  get busy(): boolean {
    return this.pictures.some((picture) => picture.active);
  }

  get labelled(): Picture[] {
    return this.pictures.filter((picture) => picture.result);
  }

  get waiting(): Picture[] {
    return this.pictures.filter((picture) => picture.step === 'ready' || picture.step === 'failed');
  }

  /** Whether leaving would lose something that was made here. */
  get unsaved(): boolean {
    return this.busy || this.labelled.some((picture) => !picture.saved);
  }

  add(files: File[]): void {
    this.pictures.push(...files.map((file) => new Picture(this.#nextId++, file)));
  }

  remove(picture: Picture): void {
    picture.abort.abort();
    this.pictures = this.pictures.filter(({ id }) => id !== picture.id);
  }

  clear(): void {
    for (const picture of this.pictures) picture.abort.abort();
    this.pictures = [];
  }

  /** Labels what is not labelled yet, one after the other: the API allows few calls a minute. */
  async run(settings: Settings): Promise<void> {
    for (const picture of this.waiting) await this.label(picture, settings);
  }

  async label(picture: Picture, settings: Settings): Promise<void> {
    picture.abort = new AbortController();
    const { signal } = picture.abort;
    picture.error = undefined;
    picture.result = undefined;
    picture.report = undefined;
    try {
      const content = await this.#prepare(picture, settings, signal);
      if (content.size > MAX_BYTES) throw new Refusal('too_large');
      picture.step = 'uploading';
      const answer = await upload(content, await this.#options(picture, content, settings), {
        key: this.key(),
        signal,
        onProgress: (share) => (picture.progress = share),
      });
      const sha256 = await sha256Of(answer.content);
      if (answer.sha256Output && answer.sha256Output !== sha256) throw new Refusal('damaged');
      picture.result = { ...answer, sha256, size: answer.content.size };
      picture.step = 'checking';
      picture.report = await this.#check(new File([answer.content], picture.file.name, { type: content.type }), signal).catch(() => undefined);
      picture.step = 'labelled';
    } catch (cause) {
      picture.step = signal.aborted ? 'ready' : 'failed';
      if (!signal.aborted) picture.error = describe(cause);
    } finally {
      picture.progress = undefined;
      this.onStep(picture);
    }
  }

  // Drawing makes a new file out of the pixels alone. What the file says about its origin must not be lost that way.
  async #prepare(picture: Picture, { overlay }: Settings, signal: AbortSignal): Promise<Blob> {
    if (!overlay) return picture.file;
    picture.step = 'drawing';
    const report = await this.#check(picture.file, signal);
    if (report.c2pa.integrity !== 'none') throw new Refusal('has_credentials');
    const { MissingFont, withLabel } = await import('./overlay.ts');
    try {
      return await withLabel(picture.file, overlay);
    } catch (cause) {
      if (cause instanceof MissingFont) throw new Refusal('no_font');
      throw new Refusal(cause instanceof RangeError ? 'no_room' : 'not_drawn');
    }
  }

  async #options(picture: Picture, content: Blob, { source, preset, signing, dnt, overlay }: Settings): Promise<object> {
    return {
      digitalSourceType: source,
      regionPreset: preset,
      signingMode: signing,
      dntEnabled: dnt,
      filename: picture.file.name.slice(0, 255),
      sha256Input: await sha256Of(content),
      preApplied: overlay ? [{ kind: 'overlay', position: overlay.corner, text: overlay.text }] : [],
    };
  }

  async #check(file: File, signal: AbortSignal): Promise<CheckerReport> {
    const json = await this.pool().check({ file, options: {}, signal, onStart: () => {}, onProgress: () => {} });
    return JSON.parse(json) as CheckerReport;
  }
}

function describe(cause: unknown): { code: string; message: string; retryAt?: Date } {
  if (cause instanceof Refusal) return { code: cause.code, message: cause.code };
  if (cause instanceof ApiFailure) {
    return { code: cause.code, message: cause.message, ...(cause.retryAt && { retryAt: cause.retryAt }) };
  }
  return { code: 'internal_error', message: String(cause) };
}
