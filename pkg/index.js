// The checker for browsers and bundlers. `check` needs a worker (synchronous file reads exist only there);
// `checkBytes` runs anywhere.
import start, {
  check as checkBlob,
  checkBytes as checkBuffer,
  initSync as startSync,
  reportsToCsv,
  reportsToSarif,
  ruleCatalogue,
  thumbnails as readThumbnails,
  version,
} from './generated/labeler_browser.js';

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

/** Checks a `File` or `Blob` and returns the report as the engine wrote it, byte for byte that of API and command line. */
export function checkJson(file, options, onProgress, onStructure) {
  return call(() => checkBlob(file, optionsJson(options), onProgress, onStructure));
}

/** Checks a `File` or `Blob`. */
export function check(file, options, onProgress, onStructure) {
  return JSON.parse(checkJson(file, options, onProgress, onStructure && ((json) => onStructure(JSON.parse(json)))));
}

/** As `checkJson`, for bytes in memory. */
export function checkBytesJson(bytes, options) {
  return call(() => checkBuffer(bytes, optionsJson(options)));
}

/** As `check`, for bytes in memory. */
export function checkBytes(bytes, options) {
  return JSON.parse(checkBytesJson(bytes, options));
}

/** The thumbnails in a file's manifest store. Their bytes are whatever the file holds: show them only as images. */
export function thumbnails(file) {
  return call(() => readThumbnails(file)).map(([manifest, assertion, format, bytes]) => ({ manifest, assertion, format, bytes }));
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
  if (!exportFormats.includes(format)) throw new EngineError('invalid_options', `This engine does not write ${format}.`);
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
  return new EngineError('engine_crashed', 'The engine stopped on this file. Start a new one before the next file.', { cause });
}
