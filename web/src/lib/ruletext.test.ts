import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { packTexts } from '../../build/packtexts.ts';
import { use } from './messages.svelte.ts';
import { judgedBy, loadRuleTexts, say } from './ruletext.svelte.ts';

const english = packTexts(fileURLToPath(new URL('../../../crates/rules/packs', import.meta.url)), 'en');
const [key = '', template = ''] = Object.entries(english).find(([, text]) => /\{law\}/.test(text)) ?? [];
const params = { law: 'Some act' };
const message = {
  key,
  params,
  text: template.replace(/\{(\w+)\}/g, (whole, name: string) => (name === 'law' ? params.law : whole)),
};

afterEach(() => {
  judgedBy(undefined);
  use('en', {});
});

describe('say, while a newer set of law packs judges', () => {
  it('translates a sentence that the set left as it was', async () => {
    use('de', {});
    await loadRuleTexts();
    const before = say(message);
    expect(before.lang).toBeUndefined();
    expect(before.text).not.toBe(message.text);
    judgedBy({ state: 'replaced', texts: {} });
    await loadRuleTexts();
    expect(say(message)).toEqual(before);
  });

  it('never says an old translation of a new sentence: that of the set, else English', async () => {
    const changed = { ...message, text: `${message.text} And more.` };
    use('de', {});
    judgedBy({ state: 'replaced', texts: {} });
    await loadRuleTexts();
    expect(say(changed)).toEqual({ text: changed.text, lang: 'en' });
    judgedBy({ state: 'replaced', texts: { de: { [key]: 'Ein neuer Satz.' } } });
    await loadRuleTexts();
    expect(say(changed)).toEqual({ text: 'Ein neuer Satz.' });
  });
});
