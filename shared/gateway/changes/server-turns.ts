import type { RadiusServer } from '../model.ts';

/**
 * The portal takes a primary and a secondary server (VPN Gateway: "Configure a RADIUS server"). A higher number is
 * documented nowhere.
 */
const mostServers = 2;

/**
 * The lists of RADIUS servers that the gateway is given one after the other; the last list is the wanted one. A new
 * server is added before an old one is removed. When there is no room for both, the old server with the lowest score is
 * removed first, and another old one stays until the new one is verified. So every list has a server that was in use
 * before, or that has been verified since.
 */
export function serverTurns(
  held: readonly RadiusServer[],
  wanted: readonly RadiusServer[],
): readonly (readonly RadiusServer[])[] {
  const most = Math.max(mostServers, held.length, wanted.length);
  const missing = otherServers(wanted, held);
  const leaving = otherServers(held, wanted).toSorted(({ score: one }, { score: other }) => one - other);
  const turns: (readonly RadiusServer[])[] = [];
  let asked = held.map((server) => wanted.find(({ address }) => address === server.address) ?? server);
  while (missing.length > 0) {
    if (asked.length >= most) asked = otherServers(asked, [leaving.shift()!]);
    asked = [...asked, missing.shift()!];
    turns.push(asked);
  }
  if (leaving.length > 0 || turns.length === 0) turns.push(wanted);
  return turns;
}

/** The servers whose addresses are not among `others`. */
export const otherServers = (
  servers: readonly RadiusServer[],
  others: readonly RadiusServer[],
): RadiusServer[] => servers.filter(({ address }) => !others.some((other) => other.address === address));

/** The order in words, for the person who approves it. Undefined when no server is removed. */
export function turnsInWords(
  held: readonly RadiusServer[],
  wanted: readonly RadiusServer[],
): string | undefined {
  const leaving = otherServers(held, wanted);
  if (leaving.length === 0) return undefined;
  const lists = serverTurns(held, wanted).map(addressesInWords);
  const proved = toVerify(held, wanted);
  return [
    ...(lists.length > 1 ? [`RADIUS servers in this order: ${lists.join(', then ')}`] : []),
    `${addressesInWords(leaving)} ${is(leaving)} taken off only after ${addressesInWords(proved)} ${is(proved)} verified`,
  ].join('; ');
}

/**
 * The servers that have to be verified before another is removed: the new ones, or those that stay when none is new.
 */
export function toVerify<Server extends RadiusServer>(
  held: readonly RadiusServer[],
  wanted: readonly Server[],
): readonly Server[] {
  const fresh = wanted.filter(({ address }) => !held.some((other) => other.address === address));
  return fresh.length > 0 ? fresh : wanted;
}

const addressesInWords = (servers: readonly RadiusServer[]) =>
  servers.map(({ address }) => address).join(' and ');
const is = (servers: readonly RadiusServer[]) => (servers.length > 1 ? 'are' : 'is');
