export type * from './types.d.ts';
export { EngineError, checkBytes, checkBytesJson, version } from './index.d.ts';
