import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seedRecords } from '../../../bench/worlds/seeded-records.ts';
import { closeBrowser, needs, openPage, refresh } from './browser.ts';
import { type PageWorld, pageWorld } from './world.ts';

vi.setConfig({ testTimeout: 240_000 });

/** The headers that App Service authentication sets for a browser that is signed in with Entra. */
function principal(name: string, ...roles: readonly string[]): Record<string, string> {
  const claims = [
    { typ: 'oid', val: `ada00000-0000-4000-8000-00000000000${name.length % 10}` },
    { typ: 'preferred_username', val: name },
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  return {
    'x-ms-client-principal': Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64'),
    'x-ms-client-principal-name': name,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'vpn-radius-page-'));
let world: PageWorld;
beforeAll(async () => {
  if (needs) return;
  seedRecords(folder, 5_000, new Date('2029-12-31T00:00:00Z'));
  world = await pageWorld({
    settings: { AUTH_MODE: 'entra', WEBSITE_AUTH_ENABLED: 'True', REPORT_FOLDER: folder },
  });
});
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

const asPage = (headers: Record<string, string>) => ({
  extraHTTPHeaders: headers,
});

describe.skipIf(needs)(`the operations page with AUTH_MODE=entra${needs}`, () => {
  it('leads whoever is not signed in to the sign-in of App Service, and back to where they were', async () => {
    const { page, complaints } = await openPage();
    await page.goto(world.address('/deployments/vpn-1?x=1'));
    const link = page.getByRole('link', { name: 'Sign in' });
    expect(await link.getAttribute('href')).toBe(
      '/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fportal%2Fdeployments%2Fvpn-1%3Fx%3D1',
    );
    expect(await page.getByLabel('Function key').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('offers each role what it may do and nothing else, asks for no key, and takes the decision of who is signed in', async () => {
    const operator = principal('olga@contoso.com', 'Operator');
    const sent = await world.host.fetch('/api/signed-in/tickets', {
      method: 'POST',
      headers: { ...operator, 'x-vpn-radius-page': '1' },
      body: JSON.stringify(world.ticket({ approval: { required: true } })),
    });
    expect(sent.status).toBe(202);
    const { id } = (await sent.json()) as { id: string };
    const instance = () => JSON.stringify(world.host.durable.instance(id)?.customStatus ?? '');
    await world.host.runUntil(() => instance().includes('awaitingApproval'));

    const offered = async (name: string, ...roles: readonly string[]) => {
      const { page } = await openPage(asPage(principal(name, ...roles)));
      await page.goto(world.address(`/deployments/${id}`));
      await page.getByRole('heading', { name: 'VPN for hub' }).waitFor();
      await page.getByText('Nothing that exists is removed or replaced').first().waitFor();
      const buttons = await page.getByLabel('What you can do').getByRole('button').allTextContents();
      const who = await page.locator('.who').textContent();
      await page.context().close();
      expect(who).toContain(name);
      return buttons;
    };
    expect(await offered('rita@contoso.com', 'Reader')).toEqual([]);
    expect(await offered('olga@contoso.com', 'Operator')).toEqual(['Cancel']);
    expect(await offered('ann@contoso.com', 'Approver')).toEqual(['Approve this plan', 'Reject']);

    const { page } = await openPage(asPage(principal('ann@contoso.com', 'Approver')));
    await page.goto(world.address(`/deployments/${id}`));
    await page.getByRole('button', { name: 'Approve this plan' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Your name').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await world.host.runUntil(() => !instance().includes('"awaitingApproval":true'));
    await page.getByRole('link', { name: 'New request' }).click();
    await page.getByText('Your role may not request a deployment').waitFor();
    await page.context().close();
  });

  it('shows fifty of 5,000 deployments at a time, and reads no more than those for a refresh', async () => {
    const { page, requests } = await openPage(asPage(principal('rita@contoso.com', 'Reader')));
    await page.goto(world.address());
    await page.getByText('REQ0000000').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByText('REQ0000050').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
    const before = requests.length;
    const answered = page.waitForResponse(/continuation=/);
    await refresh(page);
    await answered;
    expect(requests.length - before).toBe(1);
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByText('REQ0000000').waitFor();
    await page.context().close();
  });
});
