// The checker for browsers and bundlers. `check` needs a worker (synchronous file reads exist only there);
// `checkBytes` runs anywhere.
import start, {
  PendingCheck,
  checkBytes as checkBuffer,
  initSync as startSync,
  judgeAgain as judgeReportAgain,
  readFailure,
  replaceRules as replaceLawPacks,
  reportsToCsv,
  reportsToSarif,
  ruleCatalogue,
  thumbnails as readThumbnails,
  version,
} from './generated/labeler_browser.js';
import startPixelModule, {
  draw as drawLayers,
  initSync as startPixelModuleSync,
  look,
  lookPixels,
} from './generated/labeler_browser_pixels.js';

export { version };

/** A call that the engine refused; `code` is stable, `message` is for people. */
export class EngineError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** Loads the module once. `source`: a URL, Response, bytes or compiled module; the file beside the glue by default. */
export async function init(source) {
  await start(source === undefined ? undefined : { module_or_path: source });
}

/** As `init`, at once, from bytes or a compiled module. */
export function initSync(module) {
  startSync({ module });
}

let pixels = false;

/** Loads the module that decodes pictures, once: checks then look for marks in pixels, and `draw` works. */
export async function initPixels(source) {
  await startPixelModule(source === undefined ? undefined : { module_or_path: source });
  pixels = true;
}

/** As `initPixels`, at once. */
export function initPixelsSync(module) {
  startPixelModuleSync({ module });
  pixels = true;
}

// First bytes of what the module decodes: JPEG, PNG, GIF, WebP (a RIFF file), TIFF in both byte orders.
const pictures = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
  [0x47, 0x49, 0x46, 0x38],
  [0x52, 0x49, 0x46, 0x46],
  [0x49, 0x49, 0x2a, 0],
  [0x4d, 0x4d, 0, 0x2a],
];

/** Whether a check of this file would look into its pixels: whether `initPixels` is worth its bytes. */
export async function hasPixels(file, { maxPixels } = {}) {
  if (maxPixels === 0) return false;
  const head = await headOf(file, 256);
  return pictures.some((magic) => magic.every((byte, index) => head[index] === byte)) || isAvif(head);
}

// A file that cannot be read is the check's to explain.
function headOf(file, length) {
  return file
    .slice(0, length)
    .arrayBuffer()
    .then(
      (bytes) => new Uint8Array(bytes),
      () => new Uint8Array(),
    );
}

const textOf = (bytes) => String.fromCharCode(...bytes);

// Whether the box of file types, which comes first, names AVIF.
function isAvif(head) {
  if (textOf(head.subarray(4, 8)) !== 'ftyp') return false;
  const brands = textOf(head.subarray(8, new DataView(head.buffer).getUint32(0)));
  return /^(?:.{4})*avi[fso]/s.test(brands);
}

// The engine's bounds: pixels that are looked at where nothing else is asked for, and bytes of a file with so many.
const DEFAULT_MAX_PIXELS = 2_500_000;
const DEFAULT_MAX_BYTES = 8_000_000;

// Largest picture that a file declares (ISO/IEC 23008-12, 6.5.3): tables come before the coded pictures.
function declaredSize(head) {
  const view = new DataView(head.buffer);
  let largest = [0, 0];
  for (let at = 4; at + 16 <= head.length; at += 1) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const size = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (size[0] * size[1] > largest[0] * largest[1]) largest = size;
  }
  return largest;
}

// The pixels of an AVIF, as `[width, height, rgba]`, from the browser's own decoder. Nothing for other files, and where the
// browser has none: the engine says then that they were not decoded. Above the limit they have no bytes.
async function decodeAvif(file, { maxPixels = DEFAULT_MAX_PIXELS } = {}) {
  if (!maxPixels || file.size > DEFAULT_MAX_BYTES * Math.ceil(maxPixels / DEFAULT_MAX_PIXELS)) return undefined;
  if (typeof OffscreenCanvas === 'undefined' || typeof createImageBitmap === 'undefined') return undefined;
  if (!isAvif(await headOf(file, 256))) return undefined;
  const [declaredWidth, declaredHeight] = declaredSize(await headOf(file, 65_536));
  if (declaredWidth * declaredHeight > maxPixels) return [declaredWidth, declaredHeight, new Uint8Array()];
  try {
    // The samples as they are stored: a conversion of colours would be noise over a watermark.
    const bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
    const { width, height } = bitmap;
    if (width * height > maxPixels) return [width, height, new Uint8Array()];
    const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    canvas.drawImage(bitmap, 0, 0);
    bitmap.close();
    return [width, height, new Uint8Array(canvas.getImageData(0, 0, width, height).data.buffer)];
  } catch {
    return undefined;
  }
}

// Files below this size are read in one piece, and the browser hashes them while the engine looks at them. Larger ones are
// read in blocks, and reported once before they are hashed.
const LARGE = 64 * 2 ** 20;
const BLOCK = 4 * 2 ** 20;

/** Checks a `File` or `Blob` and resolves to the report as the engine wrote it, byte for byte that of API and command line. */
export async function checkJson(file, options, onProgress, onStructure) {
  return (await checkWithEvidence(file, options, onProgress, onStructure)).json;
}

/** As `checkJson`, with the evidence that `judgeAgain` takes. */
export async function checkWithEvidence(file, options, onProgress, onStructure) {
  const onPhase = onProgress && ((phase) => onProgress(phase, 0, file.size));
  const whole = file.size < LARGE ? await blockOf(file, 0, file.size) : undefined;
  // Outside of secure contexts a browser does not hash.
  const hash = whole && globalThis.crypto?.subtle;
  const digest = hash?.digest('SHA-256', whole);
  const avif = pixels ? await decodeAvif(file, options) : undefined;
  const lookInto = avif ? (_, maxPixels, deep, labels) => lookPixels(...avif, maxPixels, deep, labels) : look;
  const pending = call(
    () => new PendingCheck(file, optionsJson(options), onPhase, pixels ? lookInto : undefined, whole),
  );
  let finished = false;
  try {
    const bound = hash && pending.boundRanges();
    if (bound) {
      const { algorithm, ranges } = JSON.parse(bound);
      pending.takeBoundHash(new Uint8Array(await hash.digest(algorithm, together(whole, ranges))));
    }
    const wanted = digest === undefined || pending.takeSha256(new Uint8Array(await digest));
    if (onStructure && !whole) onStructure(call(() => pending.structure()));
    if (whole && wanted) call(() => pending.update(whole));
    if (!whole) await pass(file, (block) => call(() => pending.update(block)), onProgress);
    else onProgress?.('hashing', file.size, file.size);
    // It takes itself with it.
    finished = true;
    const [json, evidence] = call(() => pending.finishWithEvidence());
    return { json, evidence };
  } finally {
    if (!finished) pending.free();
  }
}

// Bytes of these ranges in one piece. They are moved up to the last one in place: there may not be room for a second copy.
function together(bytes, ranges) {
  let [start, end] = ranges.pop() ?? [0, 0];
  for (const [from, to] of ranges.reverse()) bytes.copyWithin((start -= to - from), from, to);
  return bytes.subarray(start, end);
}

// Brings all bytes of a large file, in order. The browser fills one buffer again and again where it can: that is several
// times as fast as slices, whose memory it has to find and to give back for each.
async function pass(file, take, onProgress) {
  // Whoever shows progress has work with each step of it, ten times a second is enough.
  let told = 0;
  const took = (at) => {
    const now = performance.now();
    if (now - told < 100 && at !== file.size) return;
    told = now;
    onProgress?.('hashing', at, file.size);
  };
  const reader = refilling(file);
  if (!reader) {
    for (let at = 0; at < file.size; at += BLOCK) {
      const end = Math.min(at + BLOCK, file.size);
      take(await blockOf(file, at, end));
      took(end);
    }
    return;
  }
  try {
    let buffer = new ArrayBuffer(BLOCK);
    for (let at = 0; ;) {
      const { done, value } = await reader.read(new Uint8Array(buffer)).catch((cause) => {
        throw toEngineError(readFailure(cause));
      });
      if (done) {
        if (at !== file.size) throw toEngineError(readFailure());
        return;
      }
      take(value);
      took((at += value.length));
      buffer = value.buffer;
    }
  } finally {
    // A failed stream has nothing to cancel.
    reader.cancel().catch(() => {});
  }
}

// Not every browser's files are streams of bytes.
function refilling(file) {
  try {
    return file.stream().getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}

async function blockOf(file, start, end) {
  // A slice of all of it would be as good, and is read more slowly.
  const part = start === 0 && end === file.size ? file : file.slice(start, end);
  const block = await part.arrayBuffer().then(
    (bytes) => new Uint8Array(bytes),
    (cause) => {
      throw toEngineError(readFailure(cause));
    },
  );
  // A file that shrank since it was chosen gives a short block instead of an error.
  if (block.length !== end - start) throw toEngineError(readFailure());
  return block;
}

/** Checks a `File` or `Blob`. */
export async function check(file, options, onProgress, onStructure) {
  return JSON.parse(
    await checkJson(file, options, onProgress, onStructure && ((json) => onStructure(JSON.parse(json)))),
  );
}

/** As `checkJson`, for bytes in memory. */
export function checkBytesJson(bytes, options) {
  return call(() => checkBuffer(bytes, optionsJson(options), pixels ? look : undefined));
}

/** As `check`, for bytes in memory. */
export function checkBytes(bytes, options) {
  return JSON.parse(checkBytesJson(bytes, options));
}

/** Judges a report again under other circumstances, without its file. `report` and `evidence` as `checkWithEvidence` gave them. */
export function judgeAgain(report, evidence, context) {
  return call(() => judgeReportAgain(report, evidence, JSON.stringify(context)));
}

/** Judges by a newer signed set of law packs from now on. `key` is the Ed25519 public key of their signer, PEM or hexadecimal. */
export function replaceRules(packs, key) {
  call(() => replaceLawPacks(packs, key));
}

/** Draws a visible label on an image and writes a watermark into it. Needs `initPixels`. */
export function draw(bytes, layers) {
  if (!pixels) throw new EngineError('pixels_not_loaded', 'Call initPixels before draw.');
  const [facts, drawn] = call(() => drawLayers(bytes, JSON.stringify(layers)));
  return { ...JSON.parse(facts), bytes: drawn };
}

// Bytes of a file for each of its pixels that a check allows as well: 8 MB for 2.5 million pixels.
const MAX_BYTES_PER_PIXEL = 3.2;

/**
 * Reads Labeler's own watermark from the pixels of a picture, also after a crop, a rotation or a change of aspect ratio.
 * Needs `initPixels`.
 */
export async function readWatermark(file, maxPixels) {
  if (!pixels) throw new EngineError('pixels_not_loaded', 'Call initPixels before readWatermark.');
  if (!(await hasPixels(file))) return { payload: null, notRead: 'unsupported' };
  if (file.size > MAX_BYTES_PER_PIXEL * maxPixels) return { payload: null, notRead: 'too_large' };
  const avif = await decodeAvif(file, { maxPixels });
  const bytes = avif ? undefined : await blockOf(file, 0, file.size);
  const read = () => (avif ? lookPixels(...avif, maxPixels, true, '{}') : look(bytes, maxPixels, true, '{}'));
  const { notProbed, marks } = JSON.parse(call(read));
  // The module gives the reason in words; `crates/pixels` writes this one for too many pixels.
  if (notProbed)
    return { payload: null, notRead: /^the picture has \d+ pixels/.test(notProbed) ? 'too_large' : 'unsupported' };
  return { payload: marks.find(({ name }) => name === 'Labeler')?.detail ?? null };
}

/** The thumbnails in a file's manifest store. Their bytes are whatever the file holds: show them only as images. */
export function thumbnails(file) {
  return call(() => readThumbnails(file)).map(([manifest, assertion, format, bytes]) => ({
    manifest,
    assertion,
    format,
    bytes,
  }));
}

/** Every version of every rule, with its text and source. */
export function rules() {
  return JSON.parse(call(ruleCatalogue));
}

const writers = { csv: reportsToCsv, sarif: reportsToSarif };

/** The formats that `exportReports` writes. */
export const exportFormats = Object.keys(writers);

/** Reports, as an array in JSON, in a form that other tools read: `csv` or `sarif`. */
export function exportReports(format, reportsJson) {
  if (!exportFormats.includes(format))
    throw new EngineError('invalid_options', `This engine does not write ${format}.`);
  return call(() => writers[format](reportsJson));
}

function optionsJson(options) {
  return options === undefined ? undefined : JSON.stringify(options);
}

function call(run) {
  try {
    return run();
  } catch (cause) {
    throw toEngineError(cause);
  }
}

// The engine throws its own errors as a JSON string. Anything else is a trap: memory is then in an unknown state and
// the module must not be used again.
function toEngineError(cause) {
  if (typeof cause === 'string') {
    try {
      const { code, message } = JSON.parse(cause);
      return new EngineError(code, message);
    } catch {
      return new EngineError('internal_error', cause);
    }
  }
  return new EngineError('engine_crashed', 'The engine stopped on this file. Start a new one before the next file.', {
    cause,
  });
}
