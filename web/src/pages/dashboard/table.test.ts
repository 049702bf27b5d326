import { expect, it } from 'vitest';
import { csv, jsonLines } from './table.ts';

it('quotes what would break a line, and keeps formulas text', () => {
  const records = [
    { name: 'a "b", c.png', size: -1, note: undefined },
    { name: '=HYPERLINK("https://evil.example")', size: 2, note: ['x', 'y'] },
    { name: 'two\nlines', size: 3, note: '-1' },
  ];
  expect(csv(['name', 'size', 'note'], records)).toBe(
    [
      'name,size,note',
      '"a ""b"", c.png",-1,',
      '"\'=HYPERLINK(""https://evil.example"")",2,x y',
      '"two\nlines",3,\'-1',
      '',
    ].join('\r\n'),
  );
});

it('writes one record a line', () => {
  expect(jsonLines([{ a: '\n' }, { b: 1 }])).toBe('{"a":"\\n"}\n{"b":1}\n');
  expect(jsonLines([])).toBe('');
});
