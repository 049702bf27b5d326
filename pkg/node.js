// The same functions under Node, loaded: no `init` needed.
import { readFileSync } from 'node:fs';
import { initPixelsSync, initSync } from './index.js';

const module = (name) => readFileSync(new URL(`./generated/${name}_bg.wasm`, import.meta.url));
initSync(module('labeler_browser'));
initPixelsSync(module('labeler_browser_pixels'));

export {
  EngineError,
  checkBytes,
  checkBytesJson,
  draw,
  exportFormats,
  exportReports,
  judgeAgain,
  readWatermark,
  replaceRules,
  rules,
  version,
} from './index.js';
