import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { copies } from './build/copies.ts';
import { deployment } from './build/deployment.ts';
import { packTextModules } from './build/packtexts.ts';
import { docs, pages } from './build/docs/plugin.ts';
import { faces } from './build/faces.ts';
import { partials } from './build/partials.ts';
import { text } from './build/text.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [
    docs({ openapi: at('../crates/api/openapi.json'), sample: at('src/samples/signed.jpg') }),
    partials(at('partials')),
    faces(),
    text(...['', 'home/', 'label/', 'verify/'].map((part) => at(`src/messages/${part}en.json`))),
    packTextModules(at('../crates/rules/packs')),
    svelte(),
    copies({ 'invitation.html': ['first-run.html', 'reset.html'] }),
    deployment(),
  ],
  build: {
    rolldownOptions: {
      input: {
        index: at('index.html'),
        check: at('check.html'),
        label: at('label.html'),
        verify: at('verify.html'),
        'sign-in': at('sign-in.html'),
        dashboard: at('dashboard.html'),
        invitation: at('invitation.html'),
        ...Object.fromEntries(pages.map(([path]) => [path.slice(1), at(`.${path}.html`)])),
        '404': at('404.html'),
        sw: at('src/sw.ts'),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // One file per language and per sample, named so that the service worker can tell them from the shell.
        chunkFileNames: (chunk) => {
          const module = chunk.moduleIds.at(-1) ?? '';
          const kind = /\/messages\/|pack-texts\//.test(module)
            ? 'locale-'
            : module.includes('/samples/')
              ? 'sample-'
              : '';
          return `assets/${kind}[name]-[hash].js`;
        },
      },
    },
    // The policy forbids inline anything, and the preload helper would use fetch, which the check page may not.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
  },
  // Some tests start other programs.
  test: { testTimeout: 60_000 },
  worker: {
    format: 'es',
    rolldownOptions: { output: { entryFileNames: 'assets/[name]-[hash].js' } },
  },
});
