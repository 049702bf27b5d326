// Puts the English sentences into the pages at build time, so that they say what they are for without JavaScript.
//
// `<p data-t="key"></p>` gets the text of the key; `{0}`, `{1}` in it stand for the element's own children, in order.
// `data-t-label`, `data-t-content` and `data-t-alt` name the key of an attribute. src/lib/page.ts does the same again for
// another language.

import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const VOID = /^(?:area|br|hr|img|input|link|meta|source|wbr)$/;
const ATTRIBUTES: Record<string, string> = { label: 'aria-label', content: 'content', alt: 'alt' };

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** The page with the sentences of a catalogue. Throws for an unknown key or markup that does not close. */
export function fillText(html: string, catalogue: Record<string, string>): string {
  const say = (key: string) => {
    const text = catalogue[key];
    if (text === undefined) throw new Error(`no message ${key}`);
    return text;
  };
  const labelled = html.replace(/ data-t-(label|content|alt)="([^"]+)"/g, (whole, kind: string, key: string) => {
    return `${whole} ${ATTRIBUTES[kind]}="${escape(say(key)).replace(/"/g, '&quot;')}"`;
  });
  return fill(labelled, say);
}

function fill(html: string, say: (key: string) => string): string {
  let out = '';
  let rest = html;
  for (;;) {
    const open = /<([a-z][\w-]*)\b[^>]*\sdata-t="([^"]+)"[^>]*>/.exec(rest);
    if (!open) return out + rest;
    const [tag, name = '', key = ''] = open;
    const start = open.index + tag.length;
    const inner = rest.slice(start, closing(rest, name, start));
    const children = elements(inner);
    const text = escape(say(key)).replace(/\{(\d+)\}/g, (_, index: string) => {
      const child = children[Number(index)];
      if (child === undefined) throw new Error(`${key} asks for a child ${index} that is not there`);
      return fill(child, say);
    });
    out += rest.slice(0, start) + text;
    rest = rest.slice(start + inner.length);
  }
}

/** Where the element that was opened before `from` closes. */
function closing(html: string, name: string, from: number): number {
  const tags = new RegExp(`<(/?)${name}\\b[^>]*?(/?)>`, 'g');
  tags.lastIndex = from;
  let depth = 1;
  for (let tag = tags.exec(html); tag; tag = tags.exec(html)) {
    if (tag[1]) depth -= 1;
    else if (!tag[2]) depth += 1;
    if (depth === 0) return tag.index;
  }
  throw new Error(`<${name}> is not closed`);
}

/** The elements right inside a piece of markup, each with all that it holds. */
function elements(html: string): string[] {
  const out: string[] = [];
  const opening = /<([a-z][\w-]*)\b[^>]*?(\/?)>/g;
  for (let tag = opening.exec(html); tag; tag = opening.exec(html)) {
    const [whole, name = '', closed] = tag;
    const after = tag.index + whole.length;
    const end = closed || VOID.test(name) ? after : closing(html, name, after) + `</${name}>`.length;
    out.push(html.slice(tag.index, end));
    opening.lastIndex = end;
  }
  return out;
}

/** Fills every page from catalogues that share no key. */
export function text(...catalogues: string[]): Plugin {
  return {
    name: 'labeler-text',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        fillText(
          html,
          Object.assign(
            {},
            ...catalogues.map((path) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>),
          ),
        ),
    },
  };
}
