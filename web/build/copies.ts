// One page under several addresses: the page looks at its address to know what it is for.

import type { Plugin } from 'vite';

/** Writes built pages under further names: `{ 'a.html': ['b.html'] }`. */
export function copies(names: Record<string, string[]>): Plugin {
  return {
    name: 'labeler-copies',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const [name, others] of Object.entries(names)) {
        const page = bundle[name];
        if (page?.type !== 'asset') this.error(`there is no page ${name} to copy`);
        for (const fileName of others) this.emitFile({ type: 'asset', fileName, source: page.source });
      }
    },
  };
}
