import type { NpsState } from './result.ts';

type HeldClient = NpsState['radiusClients'][number];

/** A state lists up to some hundred clients, and each rule of each gateway looks for one of them. */
const byName = new WeakMap<NpsState, ReadonlyMap<string, HeldClient>>();

/** The RADIUS client of this name on the server. NPS compares names without case. */
export function heldClient(state: NpsState, name: string): HeldClient | undefined {
  let clients = byName.get(state);
  if (!clients) {
    // Of two with one name the first counts.
    clients = new Map(state.radiusClients.toReversed().map((one) => [one.name.toLowerCase(), one]));
    byName.set(state, clients);
  }
  return clients.get(name.toLowerCase());
}
