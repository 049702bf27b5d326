// `/verify?source=ADDRESS`: a link that brings the file to verify along. The page may fetch from its own site only, so
// that nobody else learns what is verified here; files of other sites are for the visitor to download and drop.

export type Source = { kind: 'here'; url: URL; name: string } | { kind: 'elsewhere'; url: URL } | { kind: 'bad' };

/** Returns where the file is that the page's address names, or `undefined` if it names none. */
export function sourceOf({ href, origin }: { href: string; origin: string }): Source | undefined {
  const text = new URL(href).searchParams.get('source')?.trim();
  if (!text) return undefined;
  let url: URL;
  try {
    url = new URL(text, origin);
  } catch {
    return { kind: 'bad' };
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return { kind: 'bad' };
  if (url.origin !== origin) return { kind: 'elsewhere', url };
  let name = url.pathname.split('/').pop() ?? '';
  try {
    name = decodeURIComponent(name);
  } catch {
    // The name stays as the address spells it.
  }
  return { kind: 'here', url, name: name || url.hostname };
}

/** The file there; an answer that is no success is an error with its status in the message. */
export async function fetchSource({ url, name }: { url: URL; name: string }, signal: AbortSignal): Promise<File> {
  const answer = await fetch(url, { signal, credentials: 'omit' });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const type = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  return new File([await answer.blob()], name, { type });
}
