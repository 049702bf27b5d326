import { describe, expect, it } from 'vitest';
import { fillText } from './text.ts';

const messages = { a: 'A & b', b: 'See {0} or {1}.', c: 'inner' };

describe('fillText', () => {
  it('puts sentences in, escaped', () => {
    expect(fillText('<p data-t="a"></p>', messages)).toBe('<p data-t="a">A &amp; b</p>');
  });

  it('keeps children in the order that the sentence asks for, translated themselves', () => {
    const html = '<p data-t="b"><a href="/" data-t="c"></a><code>x</code></p><p>y</p>';
    expect(fillText(html, messages)).toBe(
      '<p data-t="b">See <a href="/" data-t="c">inner</a> or <code>x</code>.</p><p>y</p>',
    );
  });

  it('fills attributes', () => {
    expect(fillText('<img data-t-alt="c" />', messages)).toBe('<img data-t-alt="c" alt="inner" />');
  });

  it('fails for what it does not know or cannot close', () => {
    expect(() => fillText('<p data-t="none"></p>', messages)).toThrow('no message none');
    expect(() => fillText('<p data-t="b"></p>', messages)).toThrow('child 0');
    expect(() => fillText('<p data-t="a">', messages)).toThrow('not closed');
  });
});
