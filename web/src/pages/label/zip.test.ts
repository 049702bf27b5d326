import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { distinct, zip } from './zip.ts';

it('gives equal names numbers', () => {
  expect(distinct(['a.jpg', 'A.JPG', 'a.jpg', '.hidden', '.hidden'])).toEqual([
    'a.jpg',
    'A (2).JPG',
    'a (3).jpg',
    '.hidden',
    '.hidden (2)',
  ]);
});

it('writes what Python’s zipfile reads', async (context) => {
  const path = join(mkdtempSync(join(tmpdir(), 'labeler-zip-')), 'out.zip');
  const files = [
    { name: 'ä/ü 图.txt', content: new Blob(['hello']) },
    { name: 'empty', content: new Blob([]) },
  ];
  writeFileSync(path, new Uint8Array(await (await zip(files, new Date(2026, 10, 21, 12, 30, 10))).arrayBuffer()));
  const script =
    'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), [[i.filename, list(i.date_time), z.read(i).decode()] for i in z.infolist()]]))';
  let printed: string;
  try {
    printed = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') context.skip('no Python');
    throw cause;
  }
  const when = [2026, 11, 21, 12, 30, 10];
  expect(JSON.parse(printed)).toEqual([
    null,
    [
      ['ä/ü 图.txt', when, 'hello'],
      ['empty', when, ''],
    ],
  ]);
});
