/** What can be looked up: a file by its SHA-256, or a label by the payload ID of its watermark. */
export type Question = { kind: 'hash' | 'watermark'; value: string };

/** Returns the SHA-256 in a typed, pasted or linked text, in lower case, or `undefined`. */
export function sha256In(text: string): string | undefined {
  const compact = text
    .replace(/^#/, '')
    .replace(/^sha-?256[:\s]+/i, '')
    .replace(/[\s:]/g, '')
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(compact) ? compact : undefined;
}

/** Returns the payload ID of a watermark in a typed, pasted or linked text, in lower case, or `undefined`. */
export function payloadIn(text: string): string | undefined {
  const compact = text.replace(/^\s*#/, '').replace(/\s/g, '').toLowerCase();
  return /^wm_[a-z2-7]{13}$/.test(compact) ? compact : undefined;
}

/** Returns the SHA-256 or payload ID in a text, or `undefined` if it contains neither. */
export function questionIn(text: string): Question | undefined {
  const payload = payloadIn(text);
  if (payload) return { kind: 'watermark', value: payload };
  const sha256 = sha256In(text);
  return sha256 ? { kind: 'hash', value: sha256 } : undefined;
}
