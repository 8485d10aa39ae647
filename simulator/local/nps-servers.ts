import { randomBytes } from 'node:crypto';
import { key } from '../azure/arm/identifiers.ts';
import type { Azure } from '../azure/azure.ts';
import { addressesOf, windowsMachines } from '../azure/compute/machine-addresses.ts';
import type { Clock } from '../clock.ts';
import type { NpsHost, NpsServer } from '../nps/host.ts';
import { type RadiusServer, startRadiusServer } from '../nps/radius/radius-server.ts';
import { type NpsEngine, npsServer } from '../nps/server.ts';
import { freshNpsServer, type NpsServerState, type NpsUser } from '../nps/state.ts';
import { npsStateOf } from './nps-state.ts';

/** A Windows machine of the world, with its NPS server. */
export interface NpsMachine {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly server: NpsServer;
}

/** The users who may sign in to the VPN, and what they do with the request on their phones. */
const user = (
  name: string,
  mfa: NpsUser['mfa'],
  { groups = [], seconds = 6 }: { groups?: string[]; seconds?: number } = {},
): NpsUser => ({
  name,
  password: `${name}-password`,
  dialIn: 'policy',
  mfa,
  mfaSeconds: seconds,
  totpRegistered: false,
  groups,
});
const finance = { name: 'CONTOSO\\VPN Finance', sid: 'S-1-5-21-1004336348-1177238915-682003330-1123' };
const operations = { name: 'CONTOSO\\VPN Operations', sid: 'S-1-5-21-1004336348-1177238915-682003330-1124' };
const users = [
  user('anna', 'approve'),
  user('boris', 'deny'),
  user('carla', 'no answer'),
  user('dora', 'approve', { groups: [finance.sid] }),
  user('emil', 'approve', { groups: [operations.sid, finance.sid] }),
  // Shorter and longer than the 30 seconds for which the gateway waits (VPN Gateway FAQ).
  user('frida', 'approve', { seconds: 25 }),
  user('georg', 'approve', { seconds: 40 }),
];

export interface NpsWishes {
  readonly clock: Clock;
  readonly engine: NpsEngine;
  readonly enginePaths?: readonly string[] | undefined;
  /** By name or by id of the machine. */
  readonly states?: Readonly<Record<string, unknown>> | undefined;
  /** The states from a state folder, by name. */
  readonly saved?: Readonly<Record<string, NpsServerState>> | undefined;
}

/**
 * An NPS server for every Windows machine that the world has at the beginning. Throws for a state without its machine.
 */
export function npsMachines(azure: Azure, wishes: NpsWishes): NpsMachine[] {
  const { resources } = azure.world;
  const taken = new Set<string>();
  const found = windowsMachines(resources).map((machine) => {
    // When two machines have one name, the second is known by its id.
    const name = taken.has(key(machine.name)) ? key(machine.id) : machine.name;
    taken.add(key(machine.name));
    return { id: machine.id, name, addresses: addressesOf(machine, resources) };
  });
  const states = Object.entries(wishes.states ?? {});
  const stateOf = (id: string, name: string) =>
    states.find(([named]) => key(named) === key(name) || key(named) === key(id));
  const orphan = states.find(([named]) => !found.some(({ id, name }) => stateOf(id, name)?.[0] === named));
  if (orphan) {
    const known = found.map(({ name }) => name).join(', ');
    throw new Error(
      `npsStates names '${orphan[0]}', but there is no Windows machine of this name (there are: ${known}).`,
    );
  }
  return found.map(({ id, name, addresses }) => {
    const given = stateOf(id, name);
    const fresh = freshNpsServer(name.toUpperCase(), {
      users,
      groups: [finance, operations],
      addresses: [...addresses],
      ...(given && npsStateOf(given[0], given[1])),
    });
    const state = wishes.saved?.[name] ?? fresh;
    return { id, name, addresses, server: npsServer(state, wishes.clock, wishes.engine, wishes.enginePaths) };
  });
}

/** Carries out the run commands of these machines. */
export const npsHosts = (machines: readonly NpsMachine[]): Map<string, NpsHost> =>
  new Map(machines.map(({ id, server }) => [key(id), { run: (command) => server.run(command) }]));

/** The address from which the app itself would call, with VNet integration. */
const appAddress = '10.0.9.4';

/** A RADIUS port of loopback for each server. Requests there count as the app's own. */
export async function radiusServers(
  machines: readonly NpsMachine[],
  clock: Clock,
): Promise<Map<string, RadiusServer>> {
  const servers = new Map<string, RadiusServer>();
  for (const { name, server } of machines) {
    servers.set(
      name,
      await startRadiusServer({ server, clock, random: randomBytes, sourceAddress: () => appAddress }),
    );
  }
  return servers;
}
