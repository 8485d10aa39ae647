import '../entry.mjs';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { root } from '../build/build-record.mjs';

/**
 * The pictures of the operations page in the README, taken from `npm start` with a deployed gateway and one more
 * request that waits.
 */
const folder = `${root}docs/images`;
// Where the tests of the page have it: npm ci --prefix test/portal.
const { chromium } = createRequire(`${root}test/portal/package.json`)('playwright-core');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) throw new Error('The pictures need Chromium: CHROMIUM names it.');

const local = spawn(
  process.execPath,
  [`${root}dist/simulator/local/start.js`, '--port', '0', '--pace', '3000', '--date', '2030-01-07T08:00:00Z'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const told = {};
  for await (const line of createInterface(local.stdout)) {
    told.page ??= /(http:\S+\/api\/portal)/.exec(line)?.[1];
    told.key ??= /^Function key +(\S+)/.exec(line)?.[1];
    told.network ??= /"virtualNetworkId":"([^"]+)"/.exec(line)?.[1];
    if (told.network) break;
  }
  await play(told);
  await takePictures(told.page);
} finally {
  local.kill();
}

async function play({ page, key, network }) {
  const call = async (path, body) => {
    const headers = { 'x-functions-key': key, 'content-type': 'application/json' };
    const answer = await fetch(page.replace('portal', path), {
      headers,
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const until = async (path, ...wanted) => {
    for (let tries = 0; tries < 240; tries++) {
      const { status } = await call(path);
      if (wanted.includes(status)) return;
      if (['Failed', 'Rejected', 'Canceled'].includes(status)) throw new Error(`${path} is ${status}.`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`${path} did not become ${wanted.join(' or ')} in time.`);
  };
  const ticket = (id, requestedBy, prefix) => ({
    ticket: { system: 'webhook', id, requestedBy },
    virtualNetworkId: network,
    pointToSite: { addressPool: [prefix], protocols: ['IkeV2'] },
  });
  const first = await call('tickets', ticket('REQ0010017', 'anna@contoso.com', '172.16.201.0/24'));
  await until(`deployments/${first.id}`, 'Succeeded');
  const wrong = await call('tickets', ticket('REQ0010023', 'boris@contoso.com', '10.0.0.0/24')).catch(
    () => undefined,
  );
  if (wrong) await until(`deployments/${wrong.id}`, 'Failed').catch(() => undefined);
  const { id } = await call('compliance/runs', {});
  await until(`compliance/runs/${id}`, 'Succeeded');
  const next = await call('tickets', ticket('REQ0010031', 'carla@contoso.com', '172.16.208.0/21'));
  await until(`deployments/${next.id}`, 'AwaitingApproval');
}

async function takePictures(address) {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const picture = (name) => page.screenshot({ path: `${folder}/${name}.png` });
  await page.goto(address);
  await page.getByRole('row').nth(2).waitFor();
  await picture('page-deployments');
  await page.getByRole('row', { name: 'Waits for approval' }).getByRole('link').click();
  await page.getByRole('button', { name: 'Approve this plan' }).click();
  await page.getByRole('dialog').waitFor();
  await picture('page-decision');
  await page.keyboard.press('Escape');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('link', { name: 'Compliance' }).click();
  await page.getByRole('heading', { name: 'Findings', exact: true }).waitFor();
  await page.locator('.path summary').first().click();
  await picture('page-compliance');
  await browser.close();
}
