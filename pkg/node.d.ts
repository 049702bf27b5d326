export type * from './types.d.ts';
export type { Drawing, Layers } from './index.d.ts';
export { EngineError, checkBytes, checkBytesJson, draw, exportFormats, exportReports, judgeAgain, replaceRules, rules, version } from './index.d.ts';
