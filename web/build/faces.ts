// Preloads the two faces of every page that links them, so that text is set in them from the start.

import type { Plugin } from 'vite';

const FACE = /(?:bricolage-grotesque|schibsted-grotesk)-latin-wght-normal-[\w-]+\.woff2$/;

/** Adds `<link rel="preload">` for the Latin faces to the pages whose stylesheets name them. */
export function faces(): Plugin {
  return {
    name: 'labeler-faces',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const files = Object.values(bundle ?? {});
        const named = files.filter((file) => FACE.test(file.fileName)).map((file) => file.fileName);
        const sheets = files.filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'));
        const linked = sheets.filter((sheet) => html.includes(`/${sheet.fileName}"`));
        const isLinked = (face: string) =>
          linked.some((sheet) => sheet.type === 'asset' && sheet.source.toString().includes(face));
        return named.filter(isLinked).map((face) => ({
          tag: 'link',
          attrs: { rel: 'preload', href: `/${face}`, as: 'font', type: 'font/woff2', crossorigin: true },
          injectTo: 'head' as const,
        }));
      },
    },
  };
}
