import { describe, expect, it } from 'vitest';
import { savedPage } from '../../lib/savedhtml.ts';
import { reportsIn } from './saved.ts';

const report = { schemaVersion: 1, sha256: 'a', sizeBytes: 1, verdicts: {}, c2pa: {} };
const file = (value: unknown, name = 'x.json') =>
  new File([typeof value === 'string' ? value : JSON.stringify(value)], name);

describe('reportsIn', () => {
  it('finds one, several, and the one in an answer of the API', async () => {
    expect(await reportsIn(file(report))).toHaveLength(1);
    expect(await reportsIn(file([report, { other: true }, report]))).toHaveLength(2);
    expect(await reportsIn(file({ data: report, requestId: 'r' }))).toHaveLength(1);
  });

  it('finds the one in a page that was saved, whatever its texts are', async () => {
    const odd = { ...report, filename: '</script><script>alert(1)</script>' };
    const page = savedPage({
      markup: '<p>&lt;x&gt;</p>',
      styles: 'p::after{content:"</style>"}',
      json: JSON.stringify(odd),
      title: '<b>',
      language: 'de',
    });
    expect(page.match(/<\/?script/g)).toHaveLength(2);
    expect(page.match(/<\/style/g)).toHaveLength(1);
    expect(await reportsIn(file(page, 'a.png.report.html'))).toEqual([odd]);
    expect(await reportsIn(file('<!doctype html><p>Another page', 'x.html'))).toEqual([]);
  });

  it('takes nothing else for a report', async () => {
    for (const other of [
      '',
      'null',
      '3',
      '{',
      '{"schemaVersion":1}',
      { ...report, schemaVersion: 2 },
      { ...report, verdicts: null },
    ]) {
      expect(await reportsIn(file(other)), JSON.stringify(other)).toEqual([]);
    }
    expect(await reportsIn(file(report, 'photo.jpg'))).toEqual([]);
  });
});
