import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import en from '../messages/en.json';
import { formatDay, formatMoment, formatSize, t, tn } from './messages.ts';

const source = fileURLToPath(new URL('..', import.meta.url));
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(svelte|ts)$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(`${source}/${path}`, 'utf8'))
  .join('\n');

describe('messages', () => {
  it('fills placeholders and leaves unknown ones visible', () => {
    expect(t('queue.cancel', { name: 'a.png' })).toBe('Cancel a.png');
    expect(t('queue.cancel')).toBe('Cancel {name}');
  });

  it('counts', () => {
    expect(tn('status.added', 1)).toBe('One file is being checked.');
    expect(tn('status.added', 1200)).toBe('1,200 files are being checked.');
  });

  it('keeps no sentence that nothing says', () => {
    // Keys are written out, or made from a written beginning: t(`outcome.${outcome}`).
    const beginnings = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, beginning]) => beginning ?? '');
    const unused = Object.keys(en).filter((key) => {
      const base = key.replace(/_(one|other)$/, '');
      return !code.includes(`'${base}'`) && !beginnings.some((beginning) => key.startsWith(beginning));
    });
    expect(unused).toEqual([]);
  });
});

describe('formats', () => {
  it('gives sizes in decimal units', () => {
    expect([0, 999, 1000, 749_497, 2_147_483_648].map(formatSize)).toEqual(['0 bytes', '999 bytes', '1 kB', '749.5 kB', '2.1 GB']);
  });

  it('gives days and moments in UTC, and text that is no date as it came', () => {
    expect(formatDay('2026-09-24')).toBe('Sep 24, 2026');
    expect(formatMoment('2026-05-16T23:30:00.000-02:00')).toMatch(/May 17, 2026.*1:30/);
    expect(formatDay('some day')).toBe('some day');
  });
});
