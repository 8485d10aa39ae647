import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type PageWorld, signedIn } from './world.ts';

const axe = () => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The folder for pictures of every view, for a person to look at. */
const pictures = process.env.PAGE_PICTURES;

/** WCAG 2.2 AA, as far as a program can check it. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function faults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe());
  return page.evaluate(async (wanted) => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself into the window
    const { violations } = await (window as any).axe.run(document, {
      runOnly: wanted,
      resultTypes: ['violations'],
    });
    // biome-ignore lint/suspicious/noExplicitAny: what axe found
    return violations.flatMap(({ id, nodes }: any) => nodes.map(({ html }: any) => `${id}: ${html}`));
  }, tags);
}

const hasNoSideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

export function accessibleStories(world: () => PageWorld): void {
  it('is accessible in every view and theme, and fits from 390 to 1920 pixels', async () => {
    const { page, complaints } = await signedIn(world());
    await page.locator('tbody tr').first().waitFor();
    const found: string[] = [];
    const look = async (view: string) => {
      for (const [theme, width] of [
        ['light', 1280],
        ['dark', 390],
        ...(pictures
          ? ([
              ['light', 390],
              ['dark', 1280],
            ] as const)
          : []),
      ] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await page.setViewportSize({ width, height: 900 });
        found.push(...(await faults(page)).map((fault) => `${view}, ${theme}, ${width}: ${fault}`));
        if (!(await hasNoSideways(page))) found.push(`${view} is wider than ${width} pixels`);
        if (pictures)
          await page.screenshot({ path: `${pictures}/${view}-${theme}-${width}.png`, fullPage: true });
      }
      await page.setViewportSize({ width: 1920, height: 1080 });
      if (!(await hasNoSideways(page))) found.push(`${view} is wider than 1920 pixels`);
    };
    const visit = (name: string) =>
      page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click();

    await look('deployments');
    await page.getByLabel('Status').selectOption('Succeeded');
    await page.locator('tbody a').first().click();
    await page.getByRole('img', { name: /VPN clients get/ }).waitFor();
    await page.getByText('Download the evidence').waitFor();
    await look('succeeded');
    await visit('Deployments');
    await page.getByLabel('Status').selectOption('Failed');
    await page.locator('tbody a').first().click();
    await page.getByRole('alert').first().waitFor();
    await look('failed');

    const id = await world().send(
      world().ticket({ approval: { required: true }, gateway: { sku: 'VpnGw2AZ' } }),
    );
    await world().until(id, ({ status }) => status === 'AwaitingApproval');
    await visit('Deployments');
    await page.getByLabel('Status').selectOption('AwaitingApproval');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'Removed or replaced' }).waitFor();
    await look('waiting');
    await page.getByRole('button', { name: 'Approve this plan' }).click();
    await page.getByRole('dialog').waitFor();
    await look('decision');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the deployment' }).click();
    await world().ended(id);

    await visit('Compliance');
    await page.locator('.finding').first().waitFor();
    await page.locator('.path summary').first().click();
    await look('compliance');
    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').waitFor();
    await look('removal');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByRole('dialog').waitFor();
    await look('check');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Waive…' }).first().click();
    await page.getByRole('dialog').waitFor();
    await look('waive');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Waivers' }).click();
    await page.locator('tbody tr').first().waitFor();
    await look('waivers');
    await visit('Compliance');
    await page.getByRole('link', { name: 'Older reports' }).click();
    await page.locator('tbody tr').first().waitFor();
    await look('reports');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'Findings', exact: true }).waitFor();
    await look('report');
    await visit('New request');
    await page.getByLabel('Virtual network').fill('hub');
    await page.getByText('1 problem').first().waitFor();
    await look('request-wrong');
    const network = (world().ticket() as Record<string, unknown>).virtualNetworkId as string;
    await page.getByLabel('Virtual network').fill(network);
    await page.getByRole('textbox', { name: 'Client address pool' }).fill('10.0.0.0/24');
    await page.locator('.strip rect.clash').waitFor();
    await look('request-overlap');
    await page.getByRole('textbox', { name: 'Client address pool' }).fill('');
    await page.getByText('This can be planned').waitFor();
    await look('request');
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
}
