// The same functions under Node, loaded: no `init` needed.
import { readFileSync } from 'node:fs';
import { initSync } from './index.js';

initSync(readFileSync(new URL('./generated/labeler_browser_bg.wasm', import.meta.url)));

export { EngineError, checkBytes, checkBytesJson, exportFormats, exportReports, version } from './index.js';
