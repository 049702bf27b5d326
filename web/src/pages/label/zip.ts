// A ZIP archive of the labelled files. They are compressed already, so they are stored as they are.

import { makeZip } from 'client-zip';

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

/** Returns the archive. Names must differ (see `distinct`). */
export async function zip(files: { name: string; content: Blob }[], now: Date): Promise<Blob> {
  const entries = files.map(({ name, content }) => ({ name, input: content, lastModified: now }));
  const archive = await new Response(makeZip(entries)).blob();
  return new Blob([archive], { type: 'application/zip' });
}
