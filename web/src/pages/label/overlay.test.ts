import { expect, it } from 'vitest';
import { breakLines } from './overlay.ts';

const width = (line: string) => line.length;

it('breaks a label at spaces, and refuses a word that does not fit', () => {
  expect(breakLines('AI GENERATED', width, 20)).toEqual(['AI GENERATED']);
  expect(breakLines('AI生成 · AI GENERATED', width, 12)).toEqual(['AI生成 · AI', 'GENERATED']);
  expect(breakLines('GENERATED', width, 5)).toBeUndefined();
  expect(breakLines('  ', width, 5)).toBeUndefined();
});
