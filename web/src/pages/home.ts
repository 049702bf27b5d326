import { site } from '../lib/site.ts';

const catalogues = import.meta.glob<Record<string, string>>('../messages/home/*.json', { import: 'default' });

await site(async (locale) => (await catalogues[`../messages/home/${locale}.json`]?.()) ?? {});
