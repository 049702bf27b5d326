// What is only known once every file has its hashed name: the header file, the service worker's lists, and a manifest
// of digests with which anybody can audit what the site serves.

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { headersFile } from './headers.ts';

const LISTS = '__LABELER_FILES__';

export function deployment(): Plugin {
  return {
    name: 'labeler-deployment',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const names = Object.keys(bundle);
        const one = (pattern: RegExp) => {
          const found = names.filter((name) => pattern.test(name));
          if (found.length !== 1) this.error(`expected one file like ${pattern}, built: ${names.join(', ')}`);
          return `/${found[0]}`;
        };
        const checkWorker = one(/^assets\/check\.worker-[\w-]+\.js$/);
        const loaderWorker = one(/^assets\/loader\.worker-[\w-]+\.js$/);
        const modules = [one(/labeler_browser_bg-[\w-]+\.wasm$/), one(/labeler_browser_pixels_bg-[\w-]+\.wasm$/)];
        this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile({ checkWorker, loaderWorker }) });

        const late = new Set([checkWorker, loaderWorker, ...modules]);
        // A language and the samples are kept once they were used; the documentation needs a network.
        const used = names
          .filter((name) => /^assets\/(?:(?:locale|sample)-.*\.js|.*\.jpg)$/.test(name))
          .map((name) => `/${name}`);
        const shell = names
          .filter((name) => /^assets\/.*\.(js|css|svg|woff2)$/.test(name))
          .map((name) => `/${name}`)
          .filter((path) => !late.has(path) && !used.includes(path));
        const pages = names
          .filter((name) => name.endsWith('.html') && name !== '404.html' && !name.startsWith('docs'))
          .map(pagePath);
        const digests: Record<string, string> = {};
        for (const [name, file] of Object.entries(bundle)) {
          if (name === 'sw.js' || name.endsWith('.map')) continue;
          const content = file.type === 'chunk' ? file.code : file.source;
          digests[`/${name}`] = `sha384-${createHash('sha384').update(content).digest('base64')}`;
        }
        const version = createHash('sha256').update(JSON.stringify(digests)).digest('hex').slice(0, 16);
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk' || !worker.code.includes(LISTS))
          this.error('the service worker lost its file list');
        const lists = {
          version,
          shell: [...pages, ...shell, '/theme.js'].sort(),
          used: used.sort(),
          engine: [...late].sort(),
        };
        worker.code = worker.code.replace(LISTS, JSON.stringify(lists));
        this.emitFile({
          type: 'asset',
          fileName: 'build.json',
          source: `${JSON.stringify({ version, files: digests }, null, 2)}\n`,
        });
      },
    },
  };
}

function pagePath(name: string): string {
  return `/${name.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`;
}
