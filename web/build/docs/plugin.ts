// Writes the generated parts of the documentation into its pages: `<!--#docs reference-->` and `<!--#docs rules-->`, and the
// frame that all pages of the documentation share.

import type { Plugin } from 'vite';
import { readDocument } from './document.ts';
import { code } from './html.ts';
import { referenceHtml } from './reference.ts';
import { BASE } from './samples.ts';

/** The pages, in the order of the menu. */
export const pages: [path: string, title: string][] = [
  ['/docs', 'Overview'],
  ['/docs/quick-start', 'Quick start'],
  ['/docs/laws', 'Which layer satisfies which law'],
  ['/docs/rules', 'Rule catalogue'],
  ['/docs/api', 'REST API'],
  ['/docs/npm', 'npm package'],
  ['/docs/certificate', 'Bring your own certificate'],
  ['/docs/deploy', 'Deploy to Cloudflare'],
];

interface Sources {
  openapi: string;
  sample: string;
}

function menu(current: string): string {
  const items = pages.map(
    ([path, title]) => `<li><a href="${path}"${path === current ? ' aria-current="page"' : ''}>${title}</a></li>`,
  );
  return `<nav class="docs-menu" aria-label="Documentation"><ul>${items.join('')}</ul></nav>`;
}

export function docs({ openapi, sample }: Sources): Plugin {
  return {
    name: 'labeler-docs',
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { path }) {
        if (!path.startsWith('/docs')) return html;
        const page = path.replace(/\.html$/, '');
        const title = pages.find(([each]) => each === page)?.[1];
        if (!title) throw new Error(`${page} is not in the menu of the documentation`);
        const parts: Record<string, () => string | Promise<string>> = {
          reference: () => referenceHtml(readDocument(openapi)),
          // Loaded here, so that pages without rules build without the engine.
          rules: async () => (await import('./rules.ts')).rulesHtml(sample),
        };
        let content = html;
        for (const [whole, name = ''] of html.matchAll(/<!--#docs (\w+)-->/g)) {
          const part = await parts[name]?.();
          if (part === undefined) throw new Error(`no part ${name}`);
          content = content.replace(whole, () => part);
        }
        // Samples in guides: <pre data-language="sh"> with the text as it is written, one per block.
        content = content.replace(
          /<pre data-language="(\w+)">\n?([\s\S]*?)<\/pre>/g,
          (_, language: string, text: string) =>
            code(text.trimEnd().replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'), language, BASE),
        );
        return frame(page, title, content);
      },
    },
  };
}

function frame(path: string, title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <!--#head-->
    <title>${title} · Labeler documentation</title>
    <link rel="stylesheet" href="/src/styles/docs.css" />
    <script type="module" src="/src/pages/docs.ts"></script>
  </head>
  <body>
    <!--#header current=/docs-->
    <div class="wrap docs">
      ${menu(path)}
      <main id="main" tabindex="-1" lang="en">
        <h1>${title}</h1>
        ${content}
      </main>
    </div>
    <!--#footer-->
  </body>
</html>
`;
}
