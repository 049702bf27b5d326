// The checker for browsers and bundlers. `check` needs a worker (synchronous file reads exist only there);
// `checkBytes` runs anywhere.
import * as engine from './generated/labeler_browser.js';

const { default: start, check: checkBlob, checkBytes: checkBuffer, initSync: startSync, version } = engine;

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
export function checkJson(file, options, onProgress) {
  return call(() => checkBlob(file, optionsJson(options), onProgress));
}

/** Checks a `File` or `Blob`. */
export function check(file, options, onProgress) {
  return JSON.parse(checkJson(file, options, onProgress));
}

/** As `checkJson`, for bytes in memory. */
export function checkBytesJson(bytes, options) {
  return call(() => checkBuffer(bytes, optionsJson(options)));
}

/** As `check`, for bytes in memory. */
export function checkBytes(bytes, options) {
  return JSON.parse(checkBytesJson(bytes, options));
}

// What a build of the engine may leave out.
const optional = (module, name) => module[name];
const writers = { csv: optional(engine, 'reportsToCsv'), sarif: optional(engine, 'reportsToSarif') };

/** The formats that `exportReports` writes. */
export const exportFormats = Object.keys(writers).filter((format) => typeof writers[format] === 'function');

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
