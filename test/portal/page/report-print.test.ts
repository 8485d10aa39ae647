import { afterAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../../shared/compliance/catalogue.ts';
import { mergedReport, noResults } from '../../../shared/compliance/merge.ts';
import { reportHtml } from '../../../shared/compliance/report/html.ts';
import { gatewayId } from '../../shared/hub.ts';
import { closeBrowser, needs, openPage } from './browser.ts';

afterAll(closeBrowser);

const at = '2030-06-01T05:00:00.000Z';
const gateways = Array.from({ length: 110 }, (_, index) => ({
  id: `${gatewayId}-${index}`,
  name: `vpngw-hub-${index}`,
  location: 'westeurope',
  sku: 'VpnGw1AZ',
  status: 'nonCompliant' as const,
  findings: 1,
  passed: [],
  deployed: true,
  npsServers: [],
  checkedAt: at,
}));
const report = mergedReport(
  {
    id: '20300601T050000Z-all',
    trigger: 'timer',
    startedBy: { name: 'schedule' },
    scope: { subscriptionIds: [], gatewayIds: [] },
    remediate: false,
    startedAt: at,
    endedAt: at,
    versions: { app: '1.2.3', npsModule: 'sha256:abc' },
  },
  {
    ...noResults(),
    gateways,
    records: { virtualNetworks: 150, documents: 900, read: 450 },
    findings: Array.from({ length: 130 }, (_, index) => ({
      id: `f-${index}`,
      rule: catalogue[index % catalogue.length]!.id,
      severity: 'low' as const,
      status: 'open' as const,
      target: `${gatewayId}-${index % 110}`,
      evidence: [`Evidence number ${index}.`],
      firstSeenAt: at,
      checkedAt: at,
    })),
    unchecked: Array.from({ length: 20 }, (_, index) => ({
      target: `${gatewayId}-unread-${index}`,
      reason: 'No access.',
      checkedAt: at,
    })),
  },
  undefined,
  [],
);

describe('the HTML report on paper', () => {
  it.skipIf(needs)(
    `shows every finding, resource and reason, whatever was filtered or folded${needs}`,
    async () => {
      const { page, complaints } = await openPage();
      await page.setContent([...reportHtml(report, 'ab'.repeat(32))].join(''));
      const counts = () =>
        page.evaluate(() => ({
          findings: document.querySelectorAll('#rows > tr').length,
          inventory: document.querySelectorAll('#inventory > tr').length,
          folded: document.querySelectorAll('details:not([open])').length,
        }));
      await page.getByLabel('Text').fill('number 12');
      const onScreen = await counts();
      expect(onScreen).toMatchObject({ findings: 11, inventory: 100 });
      expect(onScreen.folded).toBeGreaterThan(0);

      await page.emulateMedia({ media: 'print' });
      await page.waitForFunction(() => document.querySelectorAll('#rows > tr').length > 100);
      expect(await counts()).toEqual({ findings: 130, inventory: 110, folded: 0 });
      const text = await page.evaluate(() => document.body.innerText);
      for (let index = 0; index < 130; index++) expect(text).toContain(`Evidence number ${index}.`);
      for (let index = 0; index < 110; index++) expect(text).toContain(`vpngw-hub-${index}\n`);
      for (let index = 0; index < 20; index++) expect(text).toContain(`-unread-${index}`);
      expect(text).toContain('ab'.repeat(32));
      expect(text).toContain('900 of 150 virtual networks');
      // Nothing is cut off in a box that scrolls, nothing is wider than the page, and what only a screen needs is
      // absent.
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('#unchecked ul, td, dd')]
          .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
          .map((one) => one.textContent?.slice(0, 60)),
      );
      expect(cut).toEqual([]);
      expect(await page.getByLabel('Text').isVisible()).toBe(false);
      expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
      // A real printout continues on more pages.
      const printed = (await page.pdf({ format: 'A4' })).toString('latin1');
      expect(printed.match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(10);

      await page.emulateMedia({ media: 'screen' });
      await page.waitForFunction(() => document.querySelectorAll('#rows > tr').length < 100);
      expect(await counts()).toEqual(onScreen);
      expect(complaints).toEqual([]);
    },
  );
});
