import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gatewayId } from '../../flows/stage/stage.ts';
import { accessibleStories } from './accessible.ts';
import { closeBrowser, needs, refresh } from './browser.ts';
import { foreignStories, jiraSettings } from './foreign.ts';
import { stateStories } from './states.ts';
import { steadyStories } from './steady.ts';
import { functionKey, markup, opened, type PageWorld, pageWorld, signedIn } from './world.ts';

// A browser shares the machine with everything else that runs.
vi.setConfig({ testTimeout: 240_000 });

/** One browser and one app for all of them: each story begins with what the one before has left. */
let world: PageWorld;
beforeAll(async () => {
  if (!needs) world = await pageWorld({ settings: jiraSettings });
});
afterAll(closeBrowser);

describe.skipIf(needs)(`the operations page${needs}`, () => {
  it('asks for the key, says when it is wrong, and keeps it nowhere but in memory', async () => {
    const { page, complaints } = await opened(world, '?status=Failed');
    await page.getByLabel('Function key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The key was refused').waitFor();
    await page.getByLabel('Function key').fill(functionKey);
    await page.keyboard.press('Enter');
    await page.getByText('No deployment fits these filters.').waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]),
    );
    expect(kept + page.url() + (await page.content())).not.toContain(functionKey);
    expect(page.url()).toBe(world.address('?status=Failed'));
    await page.reload();
    await page.getByLabel('Function key').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows a request as it comes, what it will do, and takes the approval of that plan by the keyboard alone', async () => {
    const { page, complaints, requests } = await signedIn(world);
    await page.getByText('No deployment yet.').waitFor();
    await page.getByRole('link', { name: 'Compliance' }).click();
    await page.getByText('There is no report yet.').waitFor();
    await page.getByRole('link', { name: 'Waivers' }).click();
    await page.getByText('No waiver is kept as a record.').waitFor();
    await page.getByRole('link', { name: 'Deployments' }).click();
    const id = await world.send(
      world.ticket({
        ticket: { ...world.webhook(markup), requestedBy: markup },
        pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2'] },
        approval: { required: true },
      }),
    );
    await world.until(id, ({ status }) => status === 'AwaitingApproval');
    await refresh(page);
    await page.getByRole('cell', { name: markup }).first().waitFor();
    await page.getByRole('link', { name: 'hub' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'VPN for hub' }).waitFor();
    expect(page.url()).toBe(world.address(`/deployments/${id}`));
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.getByText('Nothing that exists is removed or replaced').waitFor();
    await page
      .getByRole('img', { name: /It asks the NPS server nps-01 at 10\.0\.1\.4 .*MFA extension\.$/ })
      .waitFor();
    const begun = page.locator('time').first();
    expect(await begun.getAttribute('title')).toBe('2030-01-01 00:00:00 UTC');
    // The reader is in New York.
    expect(await begun.textContent()).toMatch(/31 Dec 2029,? 19:00/);

    await page.getByRole('button', { name: 'Approve this plan' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    // The browser hides it, and the page learns of it a moment later: until then it would not open again.
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Approve this plan');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Your name').focus();
    await page.keyboard.type(markup);
    await page.keyboard.press('Tab');
    await page.keyboard.type(markup);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await world.until(id, ({ stages }) =>
      stages.some(({ name, status }) => name === 'gateway' && status === 'Running'),
    );
    await refresh(page);
    await page.locator('[data-stage=gateway]').getByText('Running').waitFor();
    expect(await world.ended(id)).toMatchObject({ status: 'Succeeded' });
    await refresh(page);
    await page.getByText('was sent').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the evidence' }).click();
    expect((await download).suggestedFilename()).toBe(`${id}.json`);

    expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(new Set([world.host.url]));
    // When markup had become script, the policy would have refused it and the browser would have complained.
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('says why a request failed, at its field when it is sent again, and what users will notice before it is approved', async () => {
    const { page, complaints } = await signedIn(world);
    const overlapping = { addressPool: ['10.0.0.0/24'], protocols: ['IkeV2'] };
    const failed = await world.ended(await world.send(world.ticket({ pointToSite: overlapping })));
    expect(failed.status).toBe('Failed');
    await page.getByLabel('Status').selectOption('Failed');
    await page.getByRole('link', { name: 'hub' }).click();
    await page.getByRole('alert').getByText('10.0.0.0/24').first().waitFor();
    await page.getByRole('link', { name: 'Send again…' }).click();
    await page.getByText('1 problem').waitFor();
    const pool = page.getByRole('textbox', { name: 'Client address pool' });
    expect(await pool.getAttribute('aria-invalid')).toBe('true');
    const told = page.locator(`#${(await pool.getAttribute('aria-describedby'))!.split(' ').at(-1)}`);
    expect(await told.textContent()).toContain('10.0.0.0/24');
    expect(await page.getByRole('button', { name: 'Send the request' }).isEnabled()).toBe(false);
    // The overlap is drawn, and a free range can be taken.
    await page
      .getByRole('img', { name: /10\.0\.0\.0\/24 overlaps the VNet hub \(10\.0\.0\.0\/16\)/ })
      .waitFor();
    expect(await page.locator('.strip rect.clash').count()).toBe(1);
    await page.getByTitle('Take it').first().click();
    await page.getByText('This can be planned').waitFor();
    expect(await pool.inputValue()).toMatch(/^172\.\d+\.\d+\.0\/24$/);
    await page
      .getByRole('img', { name: /does not overlap anything that is used/ })
      .first()
      .waitFor();
    await page.getByText('An approval is needed when').waitFor();
    // The NPS servers are asked about their usual desired state, not about wishes of this request.
    await page.getByText('When the request says something about NPS').waitFor();
    const policy = page.getByLabel('Network policy');
    const wished = await policy.inputValue();
    await policy.fill('');
    const extension = page.getByLabel('MFA extension');
    await extension.selectOption('');
    await page.getByRole('button', { name: 'Ask the NPS servers' }).click();
    await page.getByText('The app asks the NPS servers').waitFor();
    await world.host.runFor(5);
    await refresh(page);
    await page.getByText('It already has everything as requested').waitFor();
    await policy.fill(wished);
    await extension.selectOption('require');

    await pool.fill('172.16.202.0/24');
    await page.getByText('This can be planned').waitFor();
    await page.getByRole('button', { name: 'Send the request' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('connected users lose their connection').first().waitFor();
    await dialog.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('heading', { name: 'VPN for hub' }).waitFor();
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1)!);
    await world.until(id, ({ status }) => status === 'AwaitingApproval');
    await refresh(page);
    await page.getByRole('button', { name: 'Approve this plan' }).click();
    await dialog.getByText('connected users lose their connection').first().waitFor();
    await dialog.getByText('disconnects the users who are connected').waitFor();
    expect(await dialog.getByRole('link', { name: 'Source' }).first().getAttribute('href')).toContain(
      'https://',
    );
    await dialog.getByLabel('Your name').fill('Jonas');
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await world.ended(id)).toMatchObject({ status: 'Succeeded' });
    expect(world.answers().at(-1)).toMatchObject({ deploymentId: id, status: 'Succeeded' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('finds drift, explains at which gate a sign-in ends, and has it repaired', async () => {
    await world.armWrites('PATCH', gatewayId, {
      tags: {
        'vpn-radius-waive-radius-single-server': `owner=${markup.slice(0, 40)}; reason=${markup}; until=2030-03-31`,
      },
    });
    world.nps('nps-01').change((state) => {
      state.networkPolicies[0]!.grant = false;
    });
    const { page, complaints } = await signedIn(world, '/compliance');
    const check = async (repairs: boolean) => {
      await page.getByRole('button', { name: 'Check now' }).click();
      const dialog = page.getByRole('dialog');
      if (repairs) await dialog.getByLabel('Repair what can be repaired safely').check();
      await dialog.getByRole('button', { name: 'Check' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await world.host.runFor(60);
      await refresh(page);
      await page.getByText('The check has ended').waitFor();
    };
    await check(false);
    await page.getByText('refused at: The network policy grants it').waitFor();
    const refusal = page.locator('.first-refusal');
    expect(await refusal.textContent()).toContain('denies access');
    await page.getByRole('combobox', { name: 'Rule' }).selectOption('policy-not-granting');
    expect(page.url()).toContain('rule=policy-not-granting');
    expect(await page.locator('.finding').count()).toBe(1);
    await page.locator('.finding').getByText('Fix').waitFor();
    await page.getByRole('combobox', { name: 'Rule' }).selectOption('');
    await page.getByRole('combobox', { name: 'State' }).selectOption('waived');
    await page.getByText(`Waived by ${markup.slice(0, 40)}`).waitFor();
    await page.getByRole('combobox', { name: 'State' }).selectOption('');

    await page.getByRole('combobox', { name: 'Rule' }).selectOption('policy-not-granting');
    await page.getByRole('button', { name: 'Waive…' }).click();
    const waiver = page.getByRole('dialog');
    await waiver.getByLabel('Owner').fill(`owner ${markup}`);
    await waiver.getByLabel('Reason').fill(`reason ${markup}`);
    await waiver.getByLabel('Until').fill('2030-03-31');
    await waiver.getByLabel('Your name').fill(`by ${markup}`);
    await waiver.getByRole('button', { name: 'Waive it' }).click();
    await waiver.waitFor({ state: 'hidden' });
    await page.getByText('It counts with the next check').waitFor();
    expect(await page.getByRole('button', { name: 'Waive…' }).count()).toBe(0);
    await check(false);
    await page
      .getByText(`Waived by by ${markup} for owner ${markup} until 2030-03-31: reason ${markup}`)
      .waitFor();
    // The newest report is the last bar of the trend.
    expect(await page.locator('svg.trend > g').count()).toBe(2);
    await page.getByRole('link', { name: 'Waivers' }).click();
    await page.getByRole('cell', { name: 'Counts' }).waitFor();
    await page.getByRole('button', { name: 'Withdraw…' }).click();
    await waiver.getByLabel('Comment').fill(markup);
    await waiver.getByRole('button', { name: 'Withdraw it' }).click();
    await waiver.waitFor({ state: 'hidden' });
    await page.getByRole('cell', { name: 'Withdrawn' }).waitFor();
    await page.getByRole('link', { name: 'Compliance' }).click();
    await page.getByRole('button', { name: 'Check now' }).waitFor();

    // What keeps users out may be a decision: a person takes it back. What records sign-ins can be repaired safely.
    world.nps('nps-01').change((state) => {
      state.networkPolicies[0]!.grant = true;
      state.audit.failure = false;
    });
    await check(true);
    await page.getByText('no gate refuses').first().waitFor();
    expect(world.nps('nps-01').state().audit).toEqual({ success: true, failure: true });
    await page.getByRole('link', { name: 'Older reports' }).click();
    await page.getByRole('heading', { name: 'Compliance reports' }).waitFor();
    await page.locator('tbody a').last().click();
    await page.getByRole('heading', { name: 'Compliance report', exact: true }).waitFor();
    await page.getByText('Gateways compliant').first().waitFor();
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('gives a gateway a new shared secret from its page, as a deployment of its own', async () => {
    const { page } = await signedIn(world, '/compliance');
    await page.getByRole('link', { name: 'vpngw-hub' }).click();
    await page.waitForURL(/\?gateway=/);
    await page.getByRole('button', { name: 'New shared secret…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nobody can sign in during the minutes').waitFor();
    await dialog.getByRole('button', { name: 'Rotate the secret' }).click();
    await page.getByRole('heading', { name: 'VPN for hub' }).waitFor();
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1)!);
    expect(await world.ended(id)).toMatchObject({ status: 'Succeeded', ticket: { system: 'webhook' } });
    await refresh(page);
    await page.getByText('rotation', { exact: true }).waitFor();
    await page.context().close();
  });

  it("plans a removal from the gateway's page, and takes nothing away before somebody has approved it", async () => {
    const { page } = await signedIn(world, '/compliance');
    await page.getByRole('link', { name: 'vpngw-hub' }).click();
    await page.getByRole('button', { name: 'Remove…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing is removed until somebody has approved').waitFor();
    const writes = world.writes().length;
    await dialog.getByRole('button', { name: 'Plan the removal' }).click();
    await page.getByRole('heading', { name: 'VPN for hub' }).waitFor();
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1)!);
    await world.until(id, ({ status }) => status === 'AwaitingApproval');
    await refresh(page);
    await page.getByRole('heading', { name: 'Removed or replaced' }).waitFor();
    await page.getByRole('button', { name: 'Approve this plan' }).waitFor();
    expect(await page.getByRole('img').count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the deployment' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await world.ended(id)).toMatchObject({ status: 'Canceled' });
    const after = world.writes().slice(writes);
    expect(after.filter(({ url }) => !/\/runCommands\//.test(url))).toEqual([]);
    await page.context().close();
  });

  it('says of a step that is tried again how often, of what it failed last and when it is tried next', async () => {
    const fix = world.world.azure.faults.add({
      match: { method: 'GET', url: '/virtualNetworks/hub?' },
      effect: { kind: 'respond', status: 503, code: 'ServerBusy', message: `Come back later. ${markup}` },
      times: 'always',
    });
    const id = await world.send(world.ticket());
    await world.until(id, ({ stages }) => stages[0]!.nextTryAt !== undefined);
    const { page } = await signedIn(world, `/deployments/${id}`);
    const plan = page.locator('[data-stage=plan]');
    await plan.getByText(/^Attempt \d+$/).waitFor();
    await plan.getByText(`Last error: Come back later. ${markup}`).waitFor();
    await plan.getByText(/^Next try/).waitFor();
    fix();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the deployment' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await world.ended(id)).toMatchObject({ status: 'Canceled' });
    await refresh(page);
    await page.getByRole('link', { name: 'Send again…' }).waitFor();
    await page.context().close();
  });

  stateStories(() => world);
  steadyStories(() => world);
  accessibleStories(() => world);
  foreignStories(() => world);
});
