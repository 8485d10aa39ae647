import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refresh } from './browser.ts';
import { markup, type PageWorld, signedIn } from './world.ts';

/** What is shown before there is an answer, and when the answer is not the one that was hoped for. */
export function stateStories(world: () => PageWorld): void {
  it('says that it reads while it reads, and what it is', async () => {
    const { page } = await signedIn(world());
    await page.locator('tbody tr').first().waitFor();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/guardrails', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('link', { name: 'New request' }).click();
    await page.getByRole('status').getByText('Loading the guardrails…').waitFor();
    answer();
    await page.getByText('An approval is needed when').waitFor();
    expect(await page.getByText('Loading').count()).toBe(0);
    await page.context().close();
  });

  it('makes text of what stands in its address, as of everything else', async () => {
    const { page, complaints } = await signedIn(world(), `?gateway=${encodeURIComponent(markup)}`);
    await page.getByText('No deployment fits these filters.').waitFor();
    expect(await page.getByLabel('Gateway').inputValue()).toBe(markup);
    for (const path of [
      `/deployments/${encodeURIComponent(markup)}`,
      `/compliance/reports/${encodeURIComponent(markup)}`,
    ]) {
      await page.evaluate((to) => {
        history.pushState(null, '', to);
        dispatchEvent(new PopStateEvent('popstate'));
      }, world().address(path));
      await page.getByRole('alert').getByText('looks like').waitFor();
    }
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows the plan that is another by now, whether it changed before the decision or after it, and takes a rejection', async () => {
    const id = await world().send(world().ticket({ approval: { required: true } }));
    await world().until(id, ({ status }) => status === 'AwaitingApproval');
    const { page } = await signedIn(world(), `/deployments/${id}`);
    const approve = page.getByRole('button', { name: 'Approve this plan' });
    const dialog = page.getByRole('dialog');
    const digest = page.getByText(/^Digest /);
    const before = await digest.textContent();

    // Somebody decides on a plan that the app has replaced meanwhile.
    await page.route('**/approval', (route) =>
      route.continue({
        postData: JSON.stringify({ ...route.request().postDataJSON(), planDigest: '0'.repeat(64) }),
      }),
    );
    await approve.click();
    await dialog.getByLabel('Your name').fill('Jonas');
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await dialog.getByRole('alert').getByText('The plan has changed').waitFor();
    await page.keyboard.press('Escape');
    await page.unroute('**/approval');

    // What was approved is planned once more before it is carried out.
    world()
      .nps('nps-01')
      .change((state) => {
        state.networkPolicies[0]!.grant = false;
      });
    await approve.click();
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    const first = before!.split(' ').at(-1);
    await world().until(
      id,
      ({ status, planDigest }) => status === 'AwaitingApproval' && planDigest !== first,
    );
    await refresh(page);
    await page.getByText(/grant/).first().waitFor();
    await expect.poll(() => digest.textContent()).not.toBe(before);
    await page.getByRole('button', { name: 'Reject' }).click();
    await dialog.getByLabel('Comment').fill('not today');
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await world().ended(id)).toMatchObject({ status: 'Rejected' });
    await refresh(page);
    await page.getByText('Rejected by Jonas: not today').first().waitFor();
    expect(world().answers().at(-1)).toMatchObject({ deploymentId: id, status: 'Rejected' });
    world()
      .nps('nps-01')
      .change((state) => {
        state.networkPolicies[0]!.grant = true;
      });
    await page.context().close();
  });

  it('says of each NPS server what is changed, who feels it and whether NPS restarts, before somebody approves', async () => {
    const nps = world().nps('nps-01');
    const audit = { success: true, failure: true };
    nps.change((state) => {
      state.audit = { success: false, failure: false };
      for (const last of [7, 8, 9])
        state.radiusClients.push({
          ...state.radiusClients[0]!,
          name: `wifi-${last}`,
          address: `10.0.9.${last}`,
        });
    });
    const id = await world().send(world().ticket({ approval: { required: true } }));
    await world().until(id, ({ status }) => status === 'AwaitingApproval');
    const { page } = await signedIn(world(), `/deployments/${id}`);
    const server = page.locator('.nps-server').filter({ hasText: 'nps-01' });
    await server.getByText('3 other RADIUS clients use it.').waitFor();
    const row = server.getByRole('row').filter({ hasText: 'audit' });
    expect(await row.getByRole('cell').allTextContents()).toEqual(['the whole server', 'no']);
    await page.getByRole('button', { name: 'Approve this plan' }).click();
    await page.getByRole('dialog').getByText('3 other RADIUS clients use it.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the deployment' }).click();
    await world().ended(id);
    nps.change((state) => {
      state.audit = audit;
      state.radiusClients = state.radiusClients.filter(({ name }) => !name.startsWith('wifi-'));
    });
    await page.context().close();
  });

  it('names the rows of a list that cannot be read, and shows all others', async () => {
    mkdirSync(world().rows, { recursive: true });
    const files = ['all', 'report', 'waiver'].map((name) => join(world().rows, `${name}.jsonl`));
    const before = files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
    const { page, complaints } = await signedIn(world());
    await page.locator('tbody tr').first().waitFor();
    const count = await page.locator('tbody tr').count();
    for (const file of files) appendFileSync(file, `${markup}\n`);
    await refresh(page);
    const told = page.getByRole('alert').filter({ hasText: 'One row of this list cannot be read' });
    await told.getByText(/^The row all\/unreadable-line-\d+ of the index cannot be read/).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(count);
    await page.getByRole('link', { name: 'Compliance' }).click();
    await page.getByRole('link', { name: 'Older reports' }).click();
    await told.getByText(/^The row report\/unreadable-line-\d+ /).waitFor();
    await page.getByRole('link', { name: 'Compliance' }).click();
    await page.getByRole('link', { name: 'Waivers' }).click();
    await told.getByText(/^The row waiver\/unreadable-line-\d+ /).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
    for (const [index, file] of files.entries()) writeFileSync(file, before[index]!);
  });

  it('says which tickets about findings are missing, and what the ticket system said', async () => {
    const { page, complaints } = await signedIn(world());
    await page.locator('tbody tr').first().waitFor();
    const ticketProblems = [
      { finding: 'secret-old-0c1d', reason: `Jira answered 403: ${markup}` },
      { ticket: 'INC0010023', reason: 'ServiceNow does not answer.' },
    ];
    await page.route('**/compliance/latest', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), ticketProblems } });
    });
    await page.getByRole('link', { name: 'Compliance' }).click();
    const section = page.getByRole('region', { name: 'Tickets that were not opened or not closed' });
    await section.waitFor();
    expect(await section.getByRole('listitem').allTextContents()).toEqual([
      `secret-old-0c1d: Jira answered 403: ${markup}`,
      'INC0010023: ServiceNow does not answer.',
    ]);
    if (process.env.PAGE_PICTURES)
      await page.screenshot({ path: join(process.env.PAGE_PICTURES, 'ticket-problems.png'), fullPage: true });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('prints what is shown, without what is only there to be pressed', async () => {
    const { page } = await signedIn(world());
    await page.locator('tbody tr').first().waitFor();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.setViewportSize({ width: 600, height: 800 });
    for (const hidden of ['.top nav', '.filters']) expect(await page.locator(hidden).isVisible()).toBe(false);
    // Paper has room for every column, and is white.
    expect(await page.getByRole('columnheader', { name: 'Requested by' }).isVisible()).toBe(true);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe('rgb(255, 255, 255)');
    await page.context().close();
  });
}
