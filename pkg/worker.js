// A ready-made module worker. Messages are described in worker.d.ts. One file at a time: `check` is synchronous, so
// cancelling means `terminate()`, and parallel files mean several workers.
import { EngineError, checkJson, exportFormats, exportReports, init, thumbnails } from './index.js';

let ready;

function start(message) {
  // The compiled module may come through a port from another worker, so that this one needs no connection at all.
  const source = message.port
    ? new Promise((resolve, reject) => {
        message.port.onmessage = ({ data }) =>
          data instanceof WebAssembly.Module ? resolve(data) : reject(new EngineError(String(data), "The engine could not be loaded."));
      })
    : message.source;
  return Promise.resolve(source).then(init);
}

function describe(cause) {
  return cause instanceof EngineError
    ? { code: cause.code, message: cause.message }
    : { code: 'engine_unavailable', message: 'The engine could not be started.' };
}

self.addEventListener('message', async ({ data: message }) => {
  if (message.op === 'init') {
    ready = start(message);
    try {
      await ready;
      self.postMessage({ event: 'ready', exportFormats });
    } catch (cause) {
      self.postMessage({ event: 'unavailable', error: describe(cause) });
    }
  } else if (message.op === 'check') {
    const { id, file, options } = message;
    try {
      await (ready ??= init());
      const json = checkJson(
        file,
        options,
        (phase, read, size) => self.postMessage({ event: 'progress', id, phase, read, size }),
        (structure) => self.postMessage({ event: 'structure', id, json: structure }),
      );
      self.postMessage({ event: 'done', id, json });
    } catch (cause) {
      const error = describe(cause);
      const fatal = error.code === 'engine_crashed' || error.code === 'engine_unavailable';
      self.postMessage({ event: 'failed', id, error, fatal });
    }
  } else if (message.op === 'thumbnails') {
    const { id, file } = message;
    try {
      await (ready ??= init());
      const found = thumbnails(file);
      self.postMessage({ event: 'thumbnails', id, found }, found.map(({ bytes }) => bytes.buffer));
    } catch (cause) {
      const error = describe(cause);
      self.postMessage({ event: 'failed', id, error, fatal: error.code === 'engine_crashed' });
    }
  } else if (message.op === 'export') {
    const { id, format, reports } = message;
    try {
      await (ready ??= init());
      self.postMessage({ event: 'exported', id, text: exportReports(format, reports) });
    } catch (cause) {
      const error = describe(cause);
      self.postMessage({ event: 'failed', id, error, fatal: error.code === 'engine_crashed' });
    }
  }
});
