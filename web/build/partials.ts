// Header and footer, written once and put into every page at build time.

import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const MARK = /<!--#(\w+)(?: current=([\w/-]+))?-->/g;

/** Replaces `<!--#name current=/path-->` by `partials/name.html`, with `aria-current` on the link to that path. */
export function partials(folder: string): Plugin {
  return {
    name: 'labeler-partials',
    transformIndexHtml: {
      order: 'pre',
      handler(html) {
        return html.replace(MARK, (_, name: string, current?: string) => {
          const text = readFileSync(`${folder}/${name}.html`, 'utf8').trim();
          return current ? text.replace(`href="${current}"`, `href="${current}" aria-current="page"`) : text;
        });
      },
    },
  };
}
