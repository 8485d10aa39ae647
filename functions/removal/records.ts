import { sameId } from '../../shared/core/resource-id.ts';
import type { Made } from '../../shared/deployment/contract.ts';
import type { DeploymentRecord } from '../../shared/deployment/record/record.ts';
import type { GatewayRecords, Recorded } from '../../shared/deployment/removal/facts.ts';
import type { Archive } from '../../shared/ports.ts';
import { idOf, lists, readCard } from '../records/cards.ts';
import { lastRecord } from '../records/chain/chain.ts';
import { everyRow } from '../records/every-row.ts';

const atOnce = 8;

/**
 * What was made for the gateway and not removed since, by the records of the VNet. A record that was changed after it
 * was written says nothing.
 */
export async function gatewayRecords(
  archive: Archive,
  virtualNetworkId: string,
  gatewayId: string,
): Promise<GatewayRecords> {
  const records = (await recordsOf(archive, virtualNetworkId)).filter(
    ({ result }) => result?.gatewayId === undefined || sameId(result.gatewayId, gatewayId),
  );
  let recorded: Recorded[] = [];
  for (const { id, result } of records) {
    const removed = result?.removed ?? [];
    recorded = recorded.filter(
      ({ made }) => !removed.some((one) => isSameMade(one, made) || takesGroups(one, made)),
    );
    for (const made of result?.made ?? [])
      if (!recorded.some((one) => isSameMade(one.made, made))) recorded.push({ made, deploymentId: id });
  }
  const results = records.flatMap(({ result }) => result ?? []);
  const prefix = results.findLast(({ gatewaySubnet }) => gatewaySubnet)?.gatewaySubnet;
  const addresses = results.flatMap(({ secrets = [] }) => secrets.map(({ address }) => address));
  return { recorded, ...(prefix && { prefix }), serverAddresses: [...new Set(addresses)] };
}

/** Oldest first: their ids sort by time. */
async function recordsOf(archive: Archive, virtualNetworkId: string): Promise<DeploymentRecord[]> {
  const ids: string[] = [];
  const list = lists.virtualNetwork(virtualNetworkId);
  for await (const { key } of everyRow(archive.rows, list)) ids.push(idOf(key));
  const found: DeploymentRecord[] = [];
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = ids.slice(from, from + atOnce).map(async (id) => {
      const card = await readCard(archive.rows, id);
      return card && lastRecord(archive, card);
    });
    found.push(...(await Promise.all(some)).filter((record) => record !== undefined));
  }
  return found.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** User groups go with point-to-site, and also with the gateway. */
const takesGroups = (removed: Made, made: Made) =>
  made.what === 'userGroup' && (removed.what === 'pointToSite' || removed.what === 'gateway');

function isSameMade(one: Made, other: Made): boolean {
  if (one.what !== other.what || !sameId(one.id, other.id)) return false;
  if ('version' in one && 'version' in other) return one.version === other.version;
  return !('host' in one && 'host' in other) || sameId(one.host, other.host);
}
