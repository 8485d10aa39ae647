import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { doorOf } from '../simulator/local/door.ts';
import { type Local, startLocal } from '../simulator/local/local.ts';
import { type Figure, timed } from './figures.ts';
import { seedRecords } from './worlds/seeded-records.ts';

const built = fileURLToPath(new URL('../portal/', import.meta.url));
const driver = fileURLToPath(new URL('../../test/portal/node_modules/playwright-core/', import.meta.url));
const newest = new Date('2029-12-31T00:00:00Z');
const turns = 15;

/** The operations page: what is sent, when something can be seen, and what a refresh of the list costs. */
export async function* figures(): AsyncGenerator<Figure> {
  const sent = readdirSync(built).filter((name) => name.endsWith('.gz'));
  const bytes = sent.reduce((sum, name) => sum + statSync(join(built, name)).size, 0);
  yield { name: 'page, compressed', value: Math.round(bytes / 100) / 10, unit: 'kB' };
  for (const count of [10, 100_000]) {
    const folder = mkdtempSync(join(tmpdir(), 'vpn-radius-page-'));
    try {
      seedRecords(folder, count, newest);
      const local = await startLocal({
        port: 0,
        seed: 'bench',
        functionKey: 'bench',
        door: doorOf('bench'),
        settings: { REPORT_FOLDER: folder },
      });
      yield* refreshes(local, count);
      if (count > 10) yield* firstPaint(local);
      await local.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** The middle of several, after a first one that reads the file. */
async function* refreshes({ host }: Local, count: number): AsyncGenerator<Figure> {
  const list = () => fetch(`${host.url}/api/deployments`, { headers: { 'x-functions-key': 'bench' } });
  await (await list()).text();
  const times: number[] = [];
  let size = 0;
  for (let turn = 0; turn < turns; turn++) {
    const { result, milliseconds } = await timed(async () => (await list()).text());
    times.push(milliseconds);
    size = result.length;
  }
  const name = `refresh of the list, ${count.toLocaleString('en')} records`;
  yield { name, value: times.sort((one, other) => one - other)[Math.floor(turns / 2)]!, unit: 'ms' };
  yield { name: `${name}, answer`, value: Math.round(size / 100) / 10, unit: 'kB' };
}

/** The part of the browser's driver that is needed here. It is installed only for the tests of the page. */
interface Driver {
  chromium: {
    launch(options: object): Promise<{
      newPage(): Promise<{
        goto(url: string): Promise<unknown>;
        getByRole(role: string): { waitFor(): Promise<void> };
        evaluate(expression: string): Promise<unknown>;
      }>;
      close(): Promise<void>;
    }>;
  };
}

async function* firstPaint({ host }: Local): AsyncGenerator<Figure> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath) || !existsSync(driver)) {
    console.error(
      'page: first contentful paint is not measured without Chromium (CHROMIUM names it) and its driver (npm ci --prefix test/portal).',
    );
    return;
  }
  const { chromium } = createRequire(import.meta.url)(driver) as Driver;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    await page.goto(`${host.url}/api/portal`);
    await page.getByRole('table').waitFor();
    const painted = await page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0].startTime",
    );
    times.push(Number(painted));
  }
  yield {
    name: 'first contentful paint',
    value: Math.round(times.sort((one, other) => one - other)[2]!),
    unit: 'ms',
  };
  await browser.close();
}
