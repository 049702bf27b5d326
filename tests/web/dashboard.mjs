// The dashboard, against invented answers in the shapes of openapi.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { answerApi, events, session } from './account.mjs';
import { watchPolicy } from './harness.mjs';

const invented = { serviceWorkers: 'block' };
const ok = (body) => ({ status: 200, body });
const refused = (status, code) => ({ status, body: { error: { code, message: `${code}.` }, requestId: 'r' } });
const [event] = events(0, 1);

export const certificate = {
  schemaVersion: 1,
  eventId: event.id,
  issuedAt: event.createdAt,
  hashes: { input: event.sha256Input, output: event.sha256Output },
  file: { filename: event.filename, mime: event.mime, sizeBytes: event.sizeBytes, modality: 'image' },
  compliance: { regionPreset: 'eu_strict', digitalSourceType: 'trainedAlgorithmicMedia', assertions: ['c2pa.actions.v2', 'c2pa.training-mining'], dntEnabled: true },
  signer: { fingerprint: 'SHA256:Ab1Cd2' },
  verification: { url: `https://labeler.example/verify#${event.sha256Output}` },
};

/** A server with so many events, in pages. The cursor is the number of the next event. */
export function auditLog(count) {
  return (query, path) => {
    if (path.startsWith('/api/v1/certificate/')) return ok({ data: certificate, requestId: 'r' });
    if (path.startsWith('/api/v1/assets/')) return path.endsWith(`/${event.id}`) ? ok({ ...event, assertions: certificate.compliance.assertions }) : refused(404, 'not_found');
    const total = query.get('modality') === 'video' ? 0 : count;
    const from = Number(query.get('cursor') ?? 0);
    const length = Math.max(Math.min(Number(query.get('limit')), total - from), 0);
    return ok({ data: events(from, length), nextCursor: from + length < total ? String(from + length) : null, total });
  };
}

/** Opens a section of the dashboard with so many events. Returns the calls made. */
export async function openDashboard(page, place = '', assets = auditLog(250)) {
  const calls = [];
  await answerApi(page, { calls, session: { status: 200, body: session }, assets });
  await page.goto(`/dashboard${place}`);
  await page.locator('#section-title').waitFor();
  return calls;
}

export function dashboardTests() {
  return [
    {
      name: 'dashboard: events are read page by page, and narrowed down by an address that can be kept',
      options: invented,
      async run({ page }) {
        const violations = await watchPolicy(page);
        const calls = await openDashboard(page);
        await page.getByRole('link', { name: 'Labelling events', exact: true }).click();
        await page.getByText('photo-19.jpg').waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'section-title', 'the focus stays behind');
        assert.equal(await page.title(), 'Labelling events · Labeler');
        await page.getByRole('button', { name: 'Show more' }).click();
        await page.getByText('photo-39.jpg').waitFor();
        assert.equal(await page.locator('tbody tr').count(), 40);
        assert.ok(calls.includes('GET /api/v1/assets?limit=20&cursor=20'), calls.join(', '));
        await page.getByLabel('Kind').selectOption('video');
        await page.getByLabel('From').fill('2026-05-01');
        await page.getByLabel('To').fill('2026-05-31');
        await page.getByRole('button', { name: 'Filter' }).click();
        await page.getByText('No event matches the filter.').waitFor();
        assert.ok(calls.includes('GET /api/v1/assets?limit=20&modality=video&from=2026-05-01T00%3A00%3A00.000Z&to=2026-05-31T23%3A59%3A59.999Z'), calls.join(', '));
        await page.reload();
        await page.getByText('No event matches the filter.').waitFor();
        assert.equal(await page.getByLabel('From').inputValue(), '2026-05-01');
        await page.goBack();
        await page.getByText('photo-19.jpg').waitFor();
        assert.equal(await page.getByLabel('Kind').inputValue(), '');
        assert.deepEqual(await violations(), []);
      },
    },
    {
      name: 'dashboard: all events that match are saved as CSV and JSON Lines, over all pages',
      options: invented,
      async run({ page }) {
        const calls = await openDashboard(page, '#events');
        const save = async (format) => {
          const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: format }).click()]);
          assert.equal(saved.suggestedFilename(), `labeler-events.${format.toLowerCase()}`);
          return readFileSync(await saved.path(), 'utf8');
        };
        const lines = (await save('CSV')).trimEnd().split('\r\n');
        assert.equal(lines.length, 251);
        assert.match(lines[0], /^id,createdAt,filename,/);
        assert.match(lines[250], /^evt_249,2026-05-16T10:30:00\.000Z,photo-249\.jpg,/);
        assert.deepEqual((await save('JSONL')).trimEnd().split('\n').map((line) => JSON.parse(line)), events(0, 250));
        assert.equal(calls.filter((call) => call.includes('limit=100')).length, 6);
      },
    },
    {
      name: 'dashboard: from an event to its certificate, saved and on paper, with the keyboard alone',
      options: invented,
      async run({ page }) {
        await openDashboard(page, '#events');
        await page.getByRole('link', { name: 'photo-0.jpg', exact: true }).focus();
        await page.keyboard.press('Enter');
        await page.getByText('c2pa.training-mining').waitFor();
        assert.equal(await page.locator(`a[href="/verify#${event.sha256Output}"]`).count(), 1);
        await page.getByRole('button', { name: 'Show the certificate' }).focus();
        await page.keyboard.press('Enter');
        const shown = page.getByRole('article', { name: 'Compliance certificate' });
        await shown.waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'certificate-title');
        assert.match(await shown.innerText(), /photo-0\.jpg[\s\S]*Generated by an AI model[\s\S]*SHA256:Ab1Cd2[\s\S]*https:\/\/labeler\.example\/verify#b{64}/);
        const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
        assert.equal(saved.suggestedFilename(), 'certificate-evt_0.json');
        assert.deepEqual(JSON.parse(readFileSync(await saved.path(), 'utf8')), certificate);
        await page.emulateMedia({ media: 'print' });
        const text = (await page.locator('main').innerText()).trim();
        assert.ok(text.startsWith('Compliance certificate'), text.slice(0, 80));
        assert.doesNotMatch(text, /Download|Sign out|Overview/);
      },
    },
    {
      name: 'dashboard: a plan without certificates, an event of others, and a role without the right are told apart',
      options: invented,
      async run({ page }) {
        const log = auditLog(3);
        await openDashboard(page, `#events/${event.id}`, (query, path) => (path.includes('/certificate/') ? refused(403, 'plan_upgrade_required') : log(query, path)));
        await page.getByRole('button', { name: 'Show the certificate' }).click();
        assert.match(await page.getByRole('alert').innerText(), /agency plan/);
        await page.evaluate(() => (location.hash = 'events/evt_of_others'));
        await page.getByText('There is nothing with this id in this workspace.').waitFor();
        await page.unrouteAll();
        await openDashboard(page, '?again#events', () => refused(403, 'insufficient_scope'));
        await page.getByText('Your role in this workspace does not allow this.').waitFor();
      },
    },
  ];
}
