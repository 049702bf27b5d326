/** Returns the page of this site that the visitor wanted to open before signing in, if there is one. */
export function nextPage({ search, origin }: { search: string; origin: string }): string | undefined {
  const wanted = new URLSearchParams(search).get('next');
  if (wanted === null || !wanted.startsWith('/')) return undefined;
  const url = new URL(wanted, origin);
  return url.origin === origin ? url.pathname + url.search + url.hash : undefined;
}
