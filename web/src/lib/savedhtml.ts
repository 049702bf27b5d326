// A report as a self-contained page: the markup as it is shown, its styles, and the report itself as JSON, so that the
// check page opens it again with its answers. It loads nothing and runs nothing.

const BEGIN = '<script type="application/json" id="labeler-report">';
const END = '</script>';

const escape = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** Escapes JSON so that it cannot end its `<script>` element. */
const embedded = (json: string) => json.replaceAll('<', '\\u003c');

/** Builds the page. */
export function savedPage(parts: {
  markup: string;
  styles: string;
  json: string;
  title: string;
  language: string;
}): string {
  const { markup, styles, json, title, language } = parts;
  return [
    `<!doctype html>\n<html lang="${escape(language)}">\n<head>\n<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escape(title)}</title>`,
    `<style>${styles.replaceAll('</', '<\\/')}</style>\n</head>\n<body>\n<main class="wrap">${markup}</main>`,
    `${BEGIN}${embedded(json)}${END}\n</body>\n</html>\n`,
  ].join('\n');
}

/**
 * Returns the JSON in a saved page, or `undefined` for any other page. The text is searched, not parsed as HTML, because it
 * is not trusted.
 */
export function jsonInPage(html: string): string | undefined {
  const begin = html.lastIndexOf(BEGIN);
  if (begin < 0) return undefined;
  const end = html.indexOf(END, begin);
  return end < 0 ? undefined : html.slice(begin + BEGIN.length, end);
}

/** Builds the page from a report that is shown. */
export function htmlOf(shown: HTMLElement, json: string, title: string): string {
  const copy = shown.cloneNode(true) as HTMLElement;
  // Controls do not work there, and `blob:` URLs do not load.
  for (const each of copy.querySelectorAll('.no-print, button, img[src^="blob:"]')) each.remove();
  const styles = [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].map(({ cssText }) => cssText);
    } catch {
      return [];
    }
  });
  return savedPage({
    markup: copy.outerHTML,
    styles: styles.join('\n'),
    json,
    title,
    language: document.documentElement.lang,
  });
}
