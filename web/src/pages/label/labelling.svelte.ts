// The pictures of this visit, from choosing to the labelled file and what the check says about it.

import type { CheckOptions, CheckerReport } from '@labeler/engine/types';
import { ApiFailure } from '../../lib/api.ts';
import { CheckFailure, type CheckPool } from '../../lib/engine/pool.ts';
import { profileFields, type Entered } from '../../lib/profile.ts';
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
  /** Whether an invisible mark is written. */
  mark: boolean;
  /** Nothing for no visible label. */
  overlay: Overlay | undefined;
  /** What the laws want to know about who made the picture; empty is what the workspace's profile says. */
  profile: Entered;
}

/** A file ready to be sent, and the layers in its pixels. */
interface Prepared {
  content: Blob;
  preApplied: object[];
  /** Codes of what could not be drawn, or not without a change. */
  notes: string[];
}

/** The text that the law of a preset asks for or usage suggests; see crates/labeling/src/layers.rs. */
export function labelText(preset: Preset, source: Source): string {
  const english =
    source === 'compositeWithTrainedAlgorithmicMedia' || source === 'algorithmicallyEnhanced'
      ? 'AI MODIFIED'
      : 'AI GENERATED';
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

/** Pictures that an invisible mark can be written into; the engine's word is the last. */
function canBeDrawnOn({ type }: Blob): boolean {
  return ['image/jpeg', 'image/png', 'image/webp', 'image/tiff'].includes(type);
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

  /** Labels the pictures that are not labelled yet, one after the other: the API allows few calls per minute. */
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
      const { content, preApplied, notes } = await this.#prepare(picture, settings, signal);
      if (content.size > MAX_BYTES) throw new Refusal('too_large');
      picture.step = 'uploading';
      const answer = await upload(content, await this.#options(picture, content, settings, preApplied), {
        key: this.key(),
        signal,
        onProgress: (share) => (picture.progress = share),
      });
      const sha256 = await sha256Of(answer.content);
      if (answer.sha256Output && answer.sha256Output !== sha256) throw new Refusal('damaged');
      const result = {
        ...answer,
        // eslint-disable-next-line svelte/prefer-svelte-reactivity -- never changes
        warnings: [...new Set([...answer.warnings, ...notes])],
        sha256,
        size: answer.content.size,
      };
      picture.result = result;
      picture.step = 'checking';
      picture.report = await this.#check(
        new File([answer.content], picture.file.name, { type: content.type }),
        signal,
      ).catch(() => undefined);
      if (
        picture.report?.warnings.some((warning) => warning.kind === 'damaged') &&
        !result.warnings.includes('file_damaged')
      ) {
        picture.result = { ...result, warnings: [...result.warnings, 'file_damaged'] };
      }
      picture.step = 'labelled';
    } catch (cause) {
      picture.step = signal.aborted ? 'ready' : 'failed';
      if (!signal.aborted) picture.error = describe(cause);
    } finally {
      picture.progress = undefined;
      this.onStep(picture);
    }
  }

  // Drawing makes a new file out of the pixels and the metadata. Credentials of the old one would be lost that way.
  async #prepare(picture: Picture, { overlay, mark }: Settings, signal: AbortSignal): Promise<Prepared> {
    const plain = { content: picture.file, preApplied: [], notes: [] };
    if (!overlay && !(mark && canBeDrawnOn(picture.file))) return plain;
    picture.step = 'drawing';
    const report = await this.#check(picture.file, signal, { maxPixels: 0 });
    if (report.c2pa.integrity !== 'none') {
      if (overlay) throw new Refusal('has_credentials');
      return plain;
    }
    const number = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
    const layers = { ...(overlay && { label: overlay }), ...(mark && { mark: number.toString(16).padStart(16, '0') }) };
    const drawing = await this.pool().draw(picture.file, layers, signal);
    if (overlay && drawing.inkHeightRatio === null) throw new Refusal(drawing.notes[0]?.code ?? 'label_not_drawn');
    const preApplied = [];
    if (overlay)
      preApplied.push({
        kind: 'overlay',
        position: overlay.corner,
        text: overlay.text,
        inkHeightRatio: drawing.inkHeightRatio,
      });
    if (drawing.mark) preApplied.push({ kind: 'watermark', payloadId: drawing.mark });
    const content = drawing.bytes ? new Blob([drawing.bytes], { type: picture.file.type }) : picture.file;
    return { content, preApplied, notes: drawing.notes.map((note) => note.code) };
  }

  async #options(picture: Picture, content: Blob, settings: Settings, preApplied: object[]): Promise<object> {
    const { source, preset, signing, dnt, profile } = settings;
    const said = profileFields.map((field) => [field, profile[field].trim()]).filter(([, value]) => value);
    return {
      digitalSourceType: source,
      regionPreset: preset,
      signingMode: signing,
      dntEnabled: dnt,
      filename: picture.file.name.slice(0, 255),
      sha256Input: await sha256Of(content),
      preApplied,
      ...Object.fromEntries(said),
    };
  }

  async #check(file: File, signal: AbortSignal, options: CheckOptions = {}): Promise<CheckerReport> {
    const { json } = await this.pool().check({ file, options, signal, onStart: () => {}, onProgress: () => {} });
    return JSON.parse(json) as CheckerReport;
  }
}

function describe(cause: unknown): { code: string; message: string; retryAt?: Date } {
  if (cause instanceof Refusal) return { code: cause.code, message: cause.code };
  if (cause instanceof CheckFailure) return { code: cause.code, message: cause.message };
  if (cause instanceof ApiFailure) {
    return { code: cause.code, message: cause.message, ...(cause.retryAt && { retryAt: cause.retryAt }) };
  }
  return { code: 'internal_error', message: String(cause) };
}
