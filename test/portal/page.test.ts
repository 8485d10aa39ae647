import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, needs, openPage, refresh } from './browser.ts';
import { functionKey, type PageWorld, pageWorld } from './world.ts';

let world: PageWorld;
beforeAll(async () => {
  if (!needs) world = await pageWorld();
});
afterAll(closeBrowser);

async function signedIn(path = '', options = {}) {
  const opened = await openPage(options);
  await opened.page.goto(world.address(path));
  await opened.page.getByLabel('Function key').fill(functionKey);
  await opened.page.getByRole('button', { name: 'Go on' }).click();
  return opened;
}

describe.skipIf(needs)(`the operations page${needs}`, () => {
  it('asks for the key, says when it is wrong, and keeps it nowhere but in memory', async () => {
    const { page, complaints } = await openPage();
    await page.goto(world.address('?status=Failed'));
    await page.getByLabel('Function key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The key was refused').waitFor();
    await page.getByLabel('Function key').fill(functionKey);
    await page.keyboard.press('Enter');
    await page.getByText('No deployment fits these filters.').waitFor();
    expect(
      await page.evaluate(() =>
        JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]),
      ),
    ).not.toContain(functionKey);
    expect(page.url()).toBe(world.address('?status=Failed'));
    expect(await page.content()).not.toContain(functionKey);
    await page.reload();
    await page.getByLabel('Function key').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows a request as it comes, what it will do, and takes the approval of that plan', async () => {
    const { page, complaints, requests } = await signedIn();
    await page.getByText('No deployment yet.').waitFor();
    const id = await world.send(world.ticket({ approval: { required: true } }));
    await world.until(id, ({ status }) => status === 'AwaitingApproval');
    await refresh(page);
    await page.getByRole('link', { name: 'hub' }).click();
    await page.getByRole('heading', { name: 'VPN for hub' }).waitFor();
    expect(page.url()).toBe(world.address(`/deployments/${id}`));
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.getByText('Takes nothing away').waitFor();
    await page.getByRole('button', { name: 'Approve this plan' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your name').fill('Jonas');
    await dialog.getByLabel('Comment').fill('as agreed');
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await world.until(id, ({ stages }) =>
      stages.some(({ name, status }) => name === 'gateway' && status === 'Running'),
    );
    await refresh(page);
    await page.locator('[data-stage=gateway]').getByText('Running').waitFor();
    expect(await world.ended(id)).toMatchObject({ status: 'Succeeded' });
    await refresh(page);
    await page.getByText('Jonas, ').waitFor();
    await page.getByText('was told').waitFor();
    expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(
      new Set([new URL(world.address()).origin]),
    );
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
