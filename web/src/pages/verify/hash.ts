/** The SHA-256 in what somebody typed, pasted or linked to, in lower case; nothing when there is none. */
export function sha256In(text: string): string | undefined {
  const compact = text.replace(/^#/, '').replace(/^sha-?256[:\s]+/i, '').replace(/[\s:]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(compact) ? compact : undefined;
}
