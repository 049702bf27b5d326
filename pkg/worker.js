// A ready-made module worker. Messages are described in worker.d.ts. One file at a time: most of a check is synchronous,
// so cancelling means `terminate()`, and parallel files mean several workers.
import { EngineError, checkWithEvidence, draw, exportFormats, exportReports, hasPixels, init, initPixels, judgeAgain, thumbnails } from './index.js';

let ready;
let pixels;
let sources = {};

// A compiled module may come through a port from another worker, so that this one needs no connection at all. It is asked
// for by name, `engine` or `pixels`, and the answer repeats the name: both may be under way.
function through(port, name) {
  return new Promise((resolve, reject) => {
    const answered = ({ data }) => {
      if (data.name !== name) return;
      port.removeEventListener('message', answered);
      if (data.module instanceof WebAssembly.Module) resolve(data.module);
      else reject(new EngineError(String(data.error), 'The engine could not be loaded.'));
    };
    port.addEventListener('message', answered);
    port.start();
    port.postMessage(name);
  });
}

function start() {
  const { port, source } = sources;
  return Promise.resolve(port ? through(port, 'engine') : source).then(init);
}

// For pictures only. One that cannot be loaded is asked for again with the next picture.
async function startPixels() {
  const { port, pixels: source } = sources;
  pixels ??= Promise.resolve(port ? through(port, 'pixels') : source).then(initPixels);
  try {
    await pixels;
  } catch (cause) {
    pixels = undefined;
    throw cause;
  }
}

function describe(cause) {
  return cause instanceof EngineError
    ? { code: cause.code, message: cause.message }
    : { code: 'engine_unavailable', message: 'The engine could not be started.' };
}

self.addEventListener('message', async ({ data: message }) => {
  if (message.op === 'init') {
    sources = message;
    ready = start();
    try {
      await ready;
      self.postMessage({ event: 'ready', exportFormats });
    } catch (cause) {
      self.postMessage({ event: 'unavailable', error: describe(cause) });
    }
  } else if (message.op === 'check') {
    const { id, file, options } = message;
    try {
      await (ready ??= start());
      if (await hasPixels(file, options)) await startPixels();
      const { json, evidence } = await checkWithEvidence(
        file,
        options,
        (phase, read, size) => self.postMessage({ event: 'progress', id, phase, read, size }),
        (structure) => self.postMessage({ event: 'structure', id, json: structure }),
      );
      self.postMessage({ event: 'done', id, json, evidence });
    } catch (cause) {
      const error = describe(cause);
      const fatal = error.code === 'engine_crashed' || error.code === 'engine_unavailable';
      self.postMessage({ event: 'failed', id, error, fatal });
    }
  } else if (message.op === 'judge') {
    const { id, report, evidence, context } = message;
    try {
      await (ready ??= start());
      self.postMessage({ event: 'judged', id, json: judgeAgain(report, evidence, context) });
    } catch (cause) {
      const error = describe(cause);
      self.postMessage({ event: 'failed', id, error, fatal: error.code === 'engine_crashed' });
    }
  } else if (message.op === 'draw') {
    const { id, file, layers } = message;
    try {
      await startPixels();
      const drawing = draw(new Uint8Array(await file.arrayBuffer()), layers);
      self.postMessage({ event: 'drawn', id, drawing }, drawing.bytes ? [drawing.bytes.buffer] : []);
    } catch (cause) {
      const error = describe(cause);
      self.postMessage({ event: 'failed', id, error, fatal: error.code === 'engine_crashed' });
    }
  } else if (message.op === 'thumbnails') {
    const { id, file } = message;
    try {
      await (ready ??= start());
      const found = thumbnails(file);
      self.postMessage({ event: 'thumbnails', id, found }, found.map(({ bytes }) => bytes.buffer));
    } catch (cause) {
      const error = describe(cause);
      self.postMessage({ event: 'failed', id, error, fatal: error.code === 'engine_crashed' });
    }
  } else if (message.op === 'export') {
    const { id, format, reports } = message;
    try {
      await (ready ??= start());
      self.postMessage({ event: 'exported', id, text: exportReports(format, reports) });
    } catch (cause) {
      const error = describe(cause);
      self.postMessage({ event: 'failed', id, error, fatal: error.code === 'engine_crashed' });
    }
  }
});
