/** Where somebody wanted to go before signing in: a page of this site, or nothing. */
export function nextPage({ search, origin }: { search: string; origin: string }): string | undefined {
  const wanted = new URLSearchParams(search).get('next');
  if (wanted === null || !wanted.startsWith('/')) return undefined;
  const url = new URL(wanted, origin);
  return url.origin === origin ? url.pathname + url.search + url.hash : undefined;
}
