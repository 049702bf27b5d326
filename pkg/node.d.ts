export type * from './types.d.ts';
export type { Drawing, Layers, WatermarkReading } from './index.d.ts';
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
} from './index.d.ts';
