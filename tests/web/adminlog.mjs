// The admin log and the audit chain: against invented answers in the shapes of openapi.json, and against the running
// server where there is one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { session, signInWith } from './account.mjs';
import { manager, openDashboard } from './dashboard.mjs';
import { skip, watchPolicy } from './harness.mjs';

const invented = { serviceWorkers: 'block' };

/** The dashboard with this answer of the chain in place of the usual one. */
function withChain(answer) {
  const rest = manager();
  return (query, path, request) => (path.endsWith('/audit/chain') ? answer(query) : rest(query, path, request));
}

export function adminLogTests() {
  return [
    {
      name: 'admin log: what was done, by whom, in words; page by page, and saved whole',
      options: invented,
      async run({ page }) {
        const violations = await watchPolicy(page);
        const calls = await openDashboard(page, '#admin-log');
        const rows = page.locator('tbody tr');
        await rows.nth(49).waitFor();
        assert.match(await rows.first().innerText(), /Signed in[\s\S]*Person ada@example\.org[\s\S]*May 16, 2026/);
        assert.match(await rows.nth(1).innerText(), /Role of a member changed\s+grace@example\.org/);
        assert.match(await rows.nth(4).innerText(), /Key CRM integration/);
        await rows.nth(1).locator('summary').focus();
        await page.keyboard.press('Enter');
        await rows.nth(1).getByText('req-259', { exact: true }).waitFor();
        assert.match(
          await rows.nth(1).innerText(),
          /Role before\s+Viewer\s+Role after\s+Admin\s+Concerns\s+usr_2\s+Name in the API\s+member\.role_changed/,
        );
        await page.getByRole('button', { name: 'Show more' }).click();
        await rows.nth(99).waitFor();
        assert.ok(calls.includes('GET /api/v1/admin-events?limit=50&cursor=adm_211'), calls.join(', '));
        for (const format of ['CSV', 'JSONL']) {
          assert.equal(
            await page.getByRole('link', { name: format, exact: true }).getAttribute('href'),
            `/api/v1/admin-events/export?format=${format.toLowerCase()}`,
          );
        }
        assert.deepEqual(await violations(), []);
      },
    },
    {
      name: 'admin log: narrowed down by kind, day and caller, in an address that can be kept',
      options: invented,
      async run({ page }) {
        await openDashboard(page, '#admin-log');
        await page.getByLabel('Kind of change').selectOption('keys');
        await page.getByLabel('To').fill('2026-05-15');
        await page.getByRole('button', { name: 'Filter' }).click();
        await page.getByText(/^\d+ found among the newest 2\d\d\.$/).waitFor();
        assert.equal(new URL(page.url()).hash, '#admin-log?kind=keys&to=2026-05-15');
        const changes = await page.locator('tbody summary').allInnerTexts();
        assert.ok(changes.length >= 20 && changes.every((text) => text.startsWith('API key made')), changes.join(', '));
        await page.reload();
        await page.locator('tbody tr').first().waitFor();
        assert.equal(await page.getByLabel('Kind of change').inputValue(), 'keys');
        await page.getByRole('link', { name: 'CRM integration' }).first().click();
        await page.getByText('Only changes by CRM integration').waitFor();
        assert.equal(new URL(page.url()).hash, '#admin-log?actor=AbCd');
        await page.getByRole('link', { name: 'Show all' }).click();
        await page.getByLabel('Kind of change').selectOption('certificates');
        await page.getByRole('button', { name: 'Filter' }).click();
        await page.getByText('No entry matches the filter.').waitFor();
      },
    },
    {
      name: 'admin log: not in the menu of a role that may not read it, and refused at its address',
      options: invented,
      async run({ page }) {
        const permissions = ['check', 'verify', 'classify', 'assets.read', 'certificates.read'];
        const viewer = { ...session, role: 'viewer', permissions, grantableRoles: [] };
        await openDashboard(
          page,
          '#admin-log',
          () => ({ status: 403, body: { error: { code: 'insufficient_scope', message: 'No.' }, requestId: 'r' } }),
          viewer,
        );
        await page.getByText('Your role in this workspace does not allow this.').first().waitFor();
        assert.deepEqual(await page.locator('.dash-menu a').allInnerTexts(), [
          'Overview',
          'Labelling events',
          'Workspace',
          'Sessions and passkeys',
        ]);
      },
    },
    {
      name: 'audit chain: verified to its end, and the result kept',
      options: invented,
      async run({ page }) {
        const calls = await openDashboard(page, '#admin-log');
        await page.getByRole('button', { name: 'Verify the chain' }).focus();
        await page.keyboard.press('Enter');
        await page
          .getByText('All 2,700 links were verified, from the first to the newest, with every row that they cover.')
          .waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Result');
        const head = 'c'.repeat(64);
        assert.deepEqual(
          calls.filter((call) => call.includes('/chain')),
          ['GET /api/v1/audit/chain', `GET /api/v1/audit/chain?seq=2000&head=${head}`],
        );
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Save the result' }).click(),
        ]);
        assert.equal(saved.suggestedFilename(), 'labeler-chain-2700.json');
        const { checkedAt, ...kept } = JSON.parse(readFileSync(await saved.path(), 'utf8'));
        assert.deepEqual(kept, { workspaceId: session.workspace.id, seq: 2700, head });
        assert.ok(Date.parse(checkedAt) > 0);

        await page.getByText('Compare with an earlier result').click();
        await page.getByLabel('Number of the link').fill('twelve');
        await page.getByLabel('Head (SHA-256)').fill(head);
        await page.getByRole('button', { name: 'Verify from there' }).click();
        assert.match(await page.getByRole('alert').innerText(), /A number from 1/);
        await page.getByLabel('Number of the link').fill('2690');
        await page.getByRole('button', { name: 'Verify from there' }).click();
        await page
          .getByText('The position that you kept is still in it, and all 10 links after it were verified.')
          .waitFor();
      },
    },
    {
      name: 'audit chain: what is broken is said, and where; a rewritten one is told from it',
      options: invented,
      async run({ page }) {
        const head = 'd'.repeat(64);
        let answer = {
          verified: { seq: 16, head },
          complete: false,
          fault: { kind: 'altered', seq: 17, table: 'event', rowId: 'evt_1' },
        };
        await openDashboard(
          page,
          '#admin-log',
          withChain(() => ({ status: 200, body: answer })),
        );
        const verify = page.getByRole('button', { name: 'Verify the chain' });
        const panel = page.getByRole('region', { name: 'Audit chain' });
        await verify.click();
        await panel.getByText('The chain is broken. A row is not what it was when it was linked.').waitFor();
        assert.match(
          await panel.innerText(),
          /Where\s+Link 17\s+Row\s+Labelling event evt_1\s+In order up to\s+Link 16\s+Head \(SHA-256\)\s+d{64}/,
        );
        assert.equal(await panel.getByRole('button', { name: 'Save the result' }).count(), 0);
        answer = { ...answer, fault: { kind: 'stray', seq: null, table: 'admin', rowId: 'adm_1' } };
        await verify.click();
        await panel.getByText('A row stands beside the chain').waitFor();
        answer = {
          verified: { seq: 9, head },
          complete: false,
          fault: { kind: 'broken', seq: 9, table: null, rowId: null },
        };
        await panel.getByText('Compare with an earlier result').click();
        await panel.getByLabel('Number of the link').fill('9');
        await panel.getByLabel('Head (SHA-256)').fill(head);
        await panel.getByRole('button', { name: 'Verify from there' }).click();
        await panel.getByText('The position that you kept is no longer in it').waitFor();
      },
    },
    {
      name: 'audit chain: waits when the server asks for it, and can be stopped',
      options: invented,
      async run({ page }) {
        await openDashboard(page, '#admin-log');
        const reset = String(Math.floor(Date.now() / 1000) + 120);
        await page.route(/\/audit\/chain/, (route) =>
          route.fulfill({
            status: 429,
            headers: { 'ratelimit-reset': reset },
            json: { error: { code: 'rate_limited', message: 'No.' }, requestId: 'r' },
          }),
        );
        await page.getByRole('button', { name: 'Verify the chain' }).click();
        await page.getByText('The server asks to wait until').waitFor();
        await page.getByRole('button', { name: 'Cancel' }).click();
        await page.getByRole('button', { name: 'Verify the chain' }).waitFor();
        assert.equal(await page.getByRole('alert').count(), 0);
      },
    },
    {
      name: 'admin log: on the running server, a sign-in is in it, and the chain is whole',
      async run({ page, site }) {
        const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
        if (!site.api || !email || !password)
          skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
        await page.goto('/sign-in?next=/dashboard%23admin-log');
        await signInWith(page, email, password);
        // The person's number stands there until the members are known.
        const newest = page.locator('tbody tr').first().filter({ hasText: email });
        await newest.waitFor();
        assert.match(await newest.innerText(), /Signed in/);
        const [exported] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('link', { name: 'JSONL' }).click(),
        ]);
        assert.equal(JSON.parse(readFileSync(await exported.path(), 'utf8').split('\n')[0]).action, 'session.started');
        await page.getByRole('button', { name: 'Verify the chain' }).click();
        await page.getByText('The chain is whole.').waitFor();
      },
    },
  ];
}
