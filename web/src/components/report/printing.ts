// A report on paper: everything that is folded on screen is printed open.

/**
 * Opens the `<details>` of an element while the page is printed and closes them again afterwards. `title` is the document's
 * title meanwhile, which browsers propose as the name of a PDF. Returns the function that ends this.
 */
export function openForPrint(root: HTMLElement, title: () => string): () => void {
  let titleOnScreen = '';
  const open = () => {
    titleOnScreen = document.title;
    document.title = title();
    for (const each of root.querySelectorAll<HTMLDetailsElement>('details:not([open], .no-print)')) {
      each.open = true;
      each.dataset.forPrint = '';
    }
  };
  const close = () => {
    document.title = titleOnScreen;
    for (const each of root.querySelectorAll<HTMLDetailsElement>('details[data-for-print]')) {
      each.open = false;
      delete each.dataset.forPrint;
    }
  };
  addEventListener('beforeprint', open);
  addEventListener('afterprint', close);
  return () => {
    removeEventListener('beforeprint', open);
    removeEventListener('afterprint', close);
  };
}
