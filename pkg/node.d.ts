export type * from './types.d.ts';
export type { Drawing, Layers } from './index.d.ts';
export { EngineError, checkBytes, checkBytesJson, draw, exportFormats, exportReports, version } from './index.d.ts';
