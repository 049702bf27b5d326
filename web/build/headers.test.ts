import { describe, expect, it } from 'vitest';
import { headersFile } from './headers.ts';

const text = headersFile({ checkWorker: '/assets/check.worker-a.js', loaderWorker: '/assets/loader.worker-b.js' });

describe('headersFile', () => {
  it('keeps to the limits of Cloudflare: 100 rules, 2,000 characters a line', () => {
    expect(text.split('\n').filter((line) => line.startsWith('/')).length).toBeLessThan(100);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(2000);
  });

  it('unsets the general policy wherever another one is set', () => {
    for (const rule of text.split('\n\n').slice(1)) {
      if (rule.includes('Content-Security-Policy:')) expect(rule).toContain('! Content-Security-Policy');
    }
  });

  it('allows eval of any kind only to the two workers, and only for WebAssembly', () => {
    const allowing = text
      .split('\n\n')
      .filter((rule) => rule.includes('unsafe'))
      .map((rule) => rule.split('\n')[0]);
    expect(allowing).toEqual(['/assets/check.worker-a.js', '/assets/loader.worker-b.js']);
    expect(text).not.toMatch(/'unsafe-/);
  });
});
