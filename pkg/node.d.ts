export type * from './types.d.ts';
export { EngineError, checkBytes, checkBytesJson, exportFormats, exportReports, version } from './index.d.ts';
