// Sample pictures, so that the check can be tried without own files. They are modules, because the check page may not use
// `fetch`.

export const samples = ['signed', 'iptc', 'aigc', 'plain'] as const;
export type Sample = (typeof samples)[number];

const pictures = import.meta.glob<string>('../samples/*.jpg', { query: '?inline', import: 'default' });

/** The sample that an address names: `/check#sample=iptc`. */
export function sampleOf(hash: string): Sample | undefined {
  const name = new URLSearchParams(hash.replace(/^#/, '')).get('sample');
  return samples.find((sample) => sample === name);
}

/** The sample as a file. */
export async function loadSample(sample: Sample): Promise<File> {
  const url = await pictures[`../samples/${sample}.jpg`]?.();
  const base64 = url?.split(',')[1];
  if (base64 === undefined) throw new Error(`no sample ${sample}`);
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new File([bytes], `sample-${sample}.jpg`, { type: 'image/jpeg' });
}
