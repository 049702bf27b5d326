// The texts in the HTML page itself. English is put in when the site is built (build/text.ts); here another
// language takes its place. `{0}`, `{1}` in a sentence are the element's own children.

import { locale, t, type MessageKey } from './messages.svelte.ts';

/** Writes the page's texts in the current language. */
export function translatePage(): void {
  document.documentElement.lang = locale();
  for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) {
    const children = [...element.children];
    const parts = t(element.dataset.t as MessageKey).split(/(\{\d+\})/);
    element.replaceChildren(
      ...parts.flatMap((part) => {
        const index = /^\{(\d+)\}$/.exec(part)?.[1];
        return index === undefined ? part : (children[Number(index)] ?? []);
      }),
    );
  }
  for (const [attribute, name] of [
    ['data-t-label', 'aria-label'],
    ['data-t-content', 'content'],
    ['data-t-alt', 'alt'],
  ] as const) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      element.setAttribute(name, t(element.getAttribute(attribute) as MessageKey));
    }
  }
  delete document.documentElement.dataset.pending;
}
