import { formatDay, tMaybe } from './messages.svelte.ts';

/** An answer in the language of the page: a word, or a day. */
export function answerWord(value: string): string {
  return /^\d/.test(value) ? formatDay(value) : tMaybe(`answer.${value}`, value);
}
