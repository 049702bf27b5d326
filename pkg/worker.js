// A ready-made module worker. Messages are described in worker.d.ts. One file at a time: most of a check is synchronous,
// so cancelling means `terminate()`, and parallel files mean several workers.
import {
  EngineError,
  checkWithEvidence,
  draw,
  exportFormats,
  exportReports,
  hasPixels,
  init,
  initPixels,
  judgeAgain,
  readWatermark,
  replaceRules,
  thumbnails,
} from './index.js';

let ready;
let pixels;
let sources = {};

// A compiled module may come through a port from another worker, so that this one needs no connection at all. It is asked
// for by name, `engine` or `pixels`, and the answer repeats the name: both may be under way.
function through(port, name) {
  return answerTo(port, name).then((data) => {
    if (data.module instanceof WebAssembly.Module) return data.module;
    throw new EngineError(String(data.error), 'The engine could not be loaded.');
  });
}

function answerTo(port, name) {
  return new Promise((resolve) => {
    const answered = ({ data }) => {
      if (data.name !== name) return;
      port.removeEventListener('message', answered);
      resolve(data);
    };
    port.addEventListener('message', answered);
    port.start();
    port.postMessage(name);
  });
}

async function start() {
  const { port, source, rules } = sources;
  const named = rules === 'port' ? answerTo(port, 'rules') : rules;
  await init(await (port ? through(port, 'engine') : source));
  return useRules(await named);
}

// Before the first judgement. What is refused changes nothing: the engine's own packs judge, and `ready` says so.
function useRules({ packs, key, error } = {}) {
  if (error) return { state: 'refused', code: String(error) };
  if (!packs) return { state: 'own' };
  try {
    replaceRules(packs, key);
    return { state: 'replaced', texts: textsOf(packs) };
  } catch (cause) {
    const { code, message } = describe(cause);
    if (code !== 'invalid_rules') throw cause;
    return { state: 'refused', code, message };
  }
}

// The sentences of a set that was accepted, by language and key. English stands in the reports.
function textsOf(packs) {
  const texts = {};
  for (const { text } of JSON.parse(new TextDecoder().decode(packs)).packs) {
    for (const [language, own] of Object.entries(text ?? {}))
      if (language !== 'en') texts[language] = { ...texts[language], ...own };
  }
  return texts;
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
      self.postMessage({ event: 'ready', exportFormats, rules: await ready });
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
  } else if (message.op === 'watermark') {
    const { id, file, maxPixels } = message;
    try {
      await startPixels();
      self.postMessage({ event: 'progress', id, phase: 'probing', read: 0, size: file.size });
      self.postMessage({ event: 'watermark', id, reading: await readWatermark(file, maxPixels) });
    } catch (cause) {
      const error = describe(cause);
      self.postMessage({ event: 'failed', id, error, fatal: error.code === 'engine_crashed' });
    }
  } else if (message.op === 'thumbnails') {
    const { id, file } = message;
    try {
      await (ready ??= start());
      const found = thumbnails(file);
      self.postMessage(
        { event: 'thumbnails', id, found },
        found.map(({ bytes }) => bytes.buffer),
      );
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
