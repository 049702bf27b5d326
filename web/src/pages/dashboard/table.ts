// Lists for other programs: one line a record, as CSV (RFC 4180) or as JSON Lines.

/** A cell. A spreadsheet would run text that begins like a formula: a quote before it keeps it text. */
function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The records as a table with these columns. */
export function csv(columns: readonly string[], records: readonly object[]): string {
  const lines = records.map((record) =>
    columns.map((name) => cell((record as Record<string, unknown>)[name])).join(','),
  );
  return [columns.join(','), ...lines, ''].join('\r\n');
}

/** The records as they are, one a line. */
export function jsonLines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
