import { site } from '../lib/site.ts';

site();
