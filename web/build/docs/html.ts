// Small helpers for writing HTML.

export function escape(text: unknown): string {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** A line of prose: code between backticks, emphasis between double asterisks. */
export function inline(text: string): string {
  return escape(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>');
}

/** Paragraphs, divided by empty lines. */
export function prose(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${inline(paragraph.replace(/\n/g, ' '))}</p>`)
    .join('\n');
}

/** Code as it stands; the scripts of the page add a button that copies it. */
export function code(text: string, language: string, base?: string): string {
  const shown = escape(text);
  const linked = base ? shown.replaceAll(escape(base), `<span data-origin>${escape(base)}</span>`) : shown;
  return `<pre data-language="${language}" tabindex="0"><code>${linked}</code></pre>`;
}

export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
