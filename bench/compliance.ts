import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Summary } from '../shared/compliance/report/report.ts';
import { pacedClock } from '../simulator/clock.ts';
import { type Host, startHost } from '../simulator/host/host.ts';
import { trustAuthority } from '../simulator/local/trust.ts';
import { temporaryFolder } from '../simulator/temporary-folder.ts';
import { type Figure, peakMemory } from './figures.ts';
import { figuresOfSizes, sendFigures } from './size-process.ts';
import { fleetSubscriptions } from './worlds/fleet.ts';

const usualSizes = [100, 1000, 10_000];
const subscriptions = 50;
/**
 * A test takes half a minute on the simulated NPS server: here a quarter of a second. At a quicker pace, a request that
 * takes some time looks like minutes. The app then looks several times for an answer that it finds at once in Azure.
 */
const pace = 120;
const appFile = fileURLToPath(new URL('../functions/app.js', import.meta.url));

/** A heap without a limit grows with the machine's memory, and does not show what one host needs. */
const oldGeneration = ['--max-old-space-size=200'];
/** From Node 24 on, the young generation grows further by itself, to 410 MB in all. Node 20 and 22 keep it small. */
const youngGeneration = Number.parseInt(process.versions.node, 10) >= 24 ? ['--max-semi-space-size=8'] : [];
const execArgv = [...oldGeneration, ...youngGeneration];

/** A check of this number of gateways in fifty subscriptions. Each size has its own process. */
export const figures = (sizes: readonly number[]) =>
  figuresOfSizes(import.meta.url, sizes.length > 0 ? sizes : usualSizes, execArgv);

async function measuredCheck(gateways: number): Promise<Figure[]> {
  const start = new Date();
  const { folder, remove } = temporaryFolder('vpn-radius-bench-');
  const world = fork(
    fileURLToPath(new URL('worlds/fleet-world.js', import.meta.url)),
    [gateways, subscriptions, pace, start.getTime(), join(folder, 'reports')].map(String),
    { execArgv: [] },
  );
  const { settings } = (await told(world)) as { settings: Record<string, string> };
  trustAuthority(await authorityOf(settings.AZURE_RESOURCE_MANAGER_ENDPOINT!));
  const host = await startHost({
    appFile,
    clock: pacedClock(new Date(), pace),
    // A step reads hundreds of gateways, which takes its time on a machine that does other work too.
    stallSeconds: 600,
    settings: {
      ...settings,
      SUBSCRIPTION_IDS: fleetSubscriptions(subscriptions),
      REPORT_FOLDER: join(folder, 'reports'),
    },
  });
  try {
    const before = process.cpuUsage();
    const began = performance.now();
    await checked(host);
    const wall = Math.round(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    const memory = peakMemory();
    const summary = await summaryIn(await host.fetch('/api/compliance/latest'));
    if (summary.gateways.total !== gateways)
      throw new Error(`${summary.gateways.total} of ${gateways} gateways are in the report.`);
    world.send('count');
    const { graph, arm, keyVault } = (await told(world)) as Record<'graph' | 'arm' | 'keyVault', number>;
    const histories = host.durable.instances().map(({ instanceId }) => host.durable.counts(instanceId));
    const most = (of: 'historyEvents' | 'historyBytes') => Math.max(...histories.map((one) => one[of]));
    const of = `of ${gateways} gateways`;
    return [
      { name: `time ${of}`, value: wall, unit: 'ms' },
      { name: `processor time of app and host ${of}`, value: Math.round((user + system) / 1000), unit: 'ms' },
      { name: `Resource Graph requests ${of}`, value: graph, unit: 'requests' },
      { name: `other ARM requests ${of}`, value: arm, unit: 'requests' },
      { name: `Key Vault requests ${of}`, value: keyVault, unit: 'requests' },
      { name: `findings ${of}`, value: openIn(summary), unit: 'findings' },
      { name: `longest history ${of}`, value: most('historyEvents'), unit: 'events' },
      { name: `largest history ${of}`, value: most('historyBytes'), unit: 'bytes' },
      { name: `peak memory of app and host ${of}`, value: memory, unit: 'MB' },
      // The whole report is sent here, and its reader parses it.
      { name: `peak memory when its report was read ${of}`, value: peakMemory(), unit: 'MB' },
    ];
  } finally {
    await host.stop();
    world.disconnect();
    remove();
  }
}

const openIn = ({ findings }: Summary) => Object.values(findings).reduce((sum, one) => sum + one, 0);

/** Reads the whole report, and keeps only its beginning with the summary. */
async function summaryIn(answer: Response): Promise<Summary> {
  const decoder = new TextDecoder();
  let beginning = '';
  for await (const part of answer.body!)
    if (beginning.length < 10_000) beginning += decoder.decode(part, { stream: true });
  const [, summary] = /"summary":(\{.*?\}),"changes":/.exec(beginning) ?? [];
  if (!summary) throw new Error(`${answer.status}: ${beginning.slice(0, 500)}`);
  return JSON.parse(summary) as Summary;
}

const told = async (child: ChildProcess): Promise<unknown> =>
  ((await once(child, 'message')) as unknown[])[0];

async function checked(host: Host): Promise<void> {
  const answer = await host.fetch('/api/compliance/runs', { method: 'POST' });
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
  const instance = () => host.durable.instance('compliance-all');
  await host.runUntil(() => ['Completed', 'Failed'].includes(instance()?.status ?? ''), {
    limitMinutes: 365 * 24 * 60,
  });
  const { output } = instance()!;
  if (!output || typeof output !== 'object' || !('value' in output)) throw new Error(JSON.stringify(output));
}

/** The certificate that signed the one at this address. It was made when the simulated Azure started. */
async function authorityOf(origin: string): Promise<string> {
  const { hostname: host, port } = new URL(origin);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { issuerCertificate } = socket.getPeerCertificate(true);
  socket.destroy();
  return `-----BEGIN CERTIFICATE-----\n${issuerCertificate.raw.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

await sendFigures(import.meta.url, measuredCheck);
