// A ZIP archive of files that are compressed already: stored, not deflated. APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12
// and 4.3.16. Without ZIP64, so at most 65,535 files and 4 GiB, which a page could not hold anyway.

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Names that differ, also without regard to case: `a.jpg`, `a (2).jpg`. */
export function distinct(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length;
    let own = name;
    for (let count = 2; taken.has(own.toLowerCase()); count++)
      own = `${name.slice(0, dot)} (${count})${name.slice(dot)}`;
    taken.add(own.toLowerCase());
    return own;
  });
}

function dosTime(date: Date): number {
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return ((((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate()) << 16) | time;
}

function record(
  signature: number,
  size: number,
  fields: [number, 2 | 4, number][],
  name: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size + name.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, signature, true);
  for (const [offset, width, value] of fields) {
    if (width === 2) view.setUint16(offset, value, true);
    else view.setUint32(offset, value, true);
  }
  out.set(name, size);
  return out;
}

const UTF8_NAMES = 0x0800;

/** The archive. Names must differ (see `distinct`). */
export async function zip(files: { name: string; content: Blob }[], now: Date): Promise<Blob> {
  const parts: BlobPart[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const encoded = new TextEncoder().encode(name);
    const crc = crc32(new Uint8Array(await content.arrayBuffer()));
    const shared = (at: number): [number, 2 | 4, number][] => [
      [at, 2, 20],
      [at + 2, 2, UTF8_NAMES],
      [at + 6, 4, dosTime(now)],
      [at + 10, 4, crc],
      [at + 14, 4, content.size],
      [at + 18, 4, content.size],
      [at + 22, 2, encoded.length],
    ];
    const local = record(0x04034b50, 30, shared(4), encoded);
    directory.push(record(0x02014b50, 46, [[4, 2, 20], ...shared(6), [42, 4, offset]], encoded));
    parts.push(local, content);
    offset += local.length + content.size;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = record(
    0x06054b50,
    22,
    [
      [8, 2, files.length],
      [10, 2, files.length],
      [12, 4, size],
      [16, 4, offset],
    ],
    new Uint8Array(),
  );
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
