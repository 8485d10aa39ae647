import type { Settings } from '../../shared/config.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import { isNpsRunName } from '../../shared/nps/desired-state.ts';
import type { NpsServers, Rows } from '../../shared/ports.ts';
import { idOf, lists, readCard } from '../records/cards.ts';
import { deployedGateways } from '../records/deployed.ts';
import { heldLocks } from '../records/lock.ts';

/** The one who started a run reads its answer within minutes of its end. One that asks later runs it again. */
const longestUnread = 60 * 60_000;
const mostRecent = 200;

export interface LeftRunCommands {
  readonly machines: number;
  readonly removed: number;
  /** Machines that could not be asked, or from which a run command could not be removed: the next time is tomorrow. */
  readonly failed: number;
}

/**
 * Removes the run commands that this app has left on NPS servers, for example after a DELETE that failed or a host that
 * was killed. They are found by their names. A run command that still runs stays, and so does everything that others
 * have made.
 */
export async function removeLeftRunCommands(
  npsServers: NpsServers,
  rows: Rows,
  settings: Pick<Settings, 'DEFAULT_NPS_SERVERS' | 'GUARDRAILS'>,
  now: Date,
): Promise<LeftRunCommands> {
  const { hosts, isBusy } = await hostsKnown(rows, settings);
  let [removed, failed] = [0, 0];
  for (const host of hosts) {
    const names = await npsServers.runNames(host).catch(() => undefined);
    let isDone = names !== undefined;
    for (const name of (names ?? []).filter(isNpsRunName)) {
      try {
        if (!(await isLeft(host, name))) continue;
        await npsServers.forget(host, name);
        removed++;
      } catch {
        // When one cannot be removed, the others still are.
        isDone = false;
      }
    }
    if (!isDone) failed++;
  }
  return { machines: hosts.length, removed, failed };

  async function isLeft(host: string, name: string): Promise<boolean> {
    const run = await npsServers.result(host, name);
    if (run.state === 'running') return false;
    const { endedAt } = run;
    return endedAt === undefined ? !isBusy : now.getTime() - Date.parse(endedAt) >= longestUnread;
  }
}

/** The machines of the settings, of the deployed gateways, and of recent requests. */
async function hostsKnown(
  rows: Rows,
  { DEFAULT_NPS_SERVERS, GUARDRAILS }: Pick<Settings, 'DEFAULT_NPS_SERVERS' | 'GUARDRAILS'>,
): Promise<{ readonly hosts: readonly string[]; readonly isBusy: boolean }> {
  const hosts = new Map<string, string>();
  const add = (host: string | undefined) => {
    if (host) hosts.set(host.toLowerCase(), host);
  };
  const addAsked = ({ request }: Pick<Order, 'request'>) => {
    for (const { host } of request.radius?.servers ?? []) add(host);
  };
  for (const { host } of [...DEFAULT_NPS_SERVERS, ...GUARDRAILS.npsMachines]) add(host);
  for (const { request } of (await deployedGateways(rows)).values()) addAsked({ request });
  let isBusy = false;
  for await (const row of heldLocks(rows)) {
    isBusy = true;
    if (!('problem' in row)) addAsked(row.value.order);
  }
  const recent = await rows.page<DeploymentSummary>(lists.all, { limit: mostRecent });
  for (const { key } of recent) {
    const card = await readCard(rows, idOf(key)).catch(() => undefined);
    if (card) addAsked(card.order);
  }
  return { hosts: [...hosts.values()], isBusy };
}
