import { site } from '../lib/site.ts';

await site();
