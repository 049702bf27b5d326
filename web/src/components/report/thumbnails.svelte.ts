// The pictures that a file's Content Credentials hold, as URLs to show.

import type { CheckerReport } from '@labeler/engine/types';
import type { Thumbnail } from '../../lib/engine/pool.ts';
import { isPicture } from '../../lib/report.ts';

interface Source {
  report: CheckerReport;
  file?: File;
  readThumbnails?: (file: File) => Promise<Thumbnail[]>;
}

/**
 * Reads the pictures of a report's file while a component shows the report. `urls`: by manifest, the picture of the
 * manifest's own asset; those of ingredients are in the ingredients' manifests.
 */
export function useThumbnails(source: Source): { readonly urls: ReadonlyMap<string, string> | undefined } {
  let urls = $state.raw<ReadonlyMap<string, string>>();
  // A value, so that a report that is judged again or searched again in place loads no picture anew.
  const hasThumbnails = $derived(Boolean(source.report.c2pa.thumbnails?.length));
  $effect(() => {
    const { file, readThumbnails } = source;
    if (!file || !readThumbnails || !hasThumbnails) return;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- filled before it is handed to `$state.raw`
    const made = new Map<string, string>();
    let gone = false;
    // A picture that cannot be read is no loss for the report.
    readThumbnails(file).then(
      (found) => {
        if (gone) return;
        for (const { manifest, assertion, format, bytes } of found) {
          if (!assertion.startsWith('c2pa.thumbnail.claim') || !isPicture(format) || made.has(manifest)) continue;
          made.set(manifest, URL.createObjectURL(new Blob([bytes], { type: format })));
        }
        urls = made;
      },
      () => {},
    );
    return () => {
      gone = true;
      for (const url of made.values()) URL.revokeObjectURL(url);
    };
  });
  return {
    get urls() {
      return urls;
    },
  };
}
