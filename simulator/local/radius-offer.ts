import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { type Clock, pacedClock } from '../clock.ts';
import type { NpsEvent } from '../nps/event-log.ts';
import { type RadiusServer, type RadiusSockets, startRadiusServer } from '../nps/radius/radius-server.ts';
import type { NpsUser } from '../nps/state.ts';
import type { NpsMachine } from './nps-servers.ts';

export interface RadiusPlace {
  readonly address: string;
  readonly port: number;
  /** The name of the machine that answers there. If not given: nps-01. */
  readonly server?: string;
}

/** `ADDRESS:PORT`, such as `127.0.0.2:1812`, or `NAME=ADDRESS:PORT` for another NPS server than nps-01. */
export function radiusPlace(text: string): RadiusPlace {
  const [, server, address = '', port = ''] = /^(?:([^=]+)=)?([^=]+):(\d+)$/.exec(text) ?? [];
  if (isIP(address) !== 4 || Number(port) > 65_535)
    throw new Error(
      `--radius must be an IPv4 address of this machine and a port, such as 127.0.0.1:1812 or nps-02=127.0.0.2:1812, not ${text}.`,
    );
  return { address, port: Number(port), ...(server && { server }) };
}

/** The NPS server that must answer at a place. */
function machineFor({ server }: RadiusPlace, machines: readonly NpsMachine[]): NpsMachine {
  const machine =
    machines.find(({ name }) => name === (server ?? 'nps-01')) ?? (server ? undefined : machines[0]);
  if (!machine) {
    const known = machines.map(({ name }) => name).join(', ') || 'none';
    throw new Error(
      `--radius: there is no Windows machine ${server ?? 'nps-01'} in this world; there are: ${known}.`,
    );
  }
  return machine;
}

/**
 * Lets programs on the network ask an NPS server of the simulated world. A request counts as coming from its real
 * address. So a machine that has an address of GatewaySubnet can play a gateway. Those programs wait in real seconds.
 * So users also take real seconds to answer their phones, at every pace of simulated time.
 */
export function offerRadius(
  machine: NpsMachine,
  clock: Clock,
  place: RadiusPlace | RadiusSockets,
  say: (line: string) => void,
  waits: Clock = pacedClock(clock.now(), 1),
): Promise<RadiusServer> {
  return startRadiusServer({
    ...('address' in place ? { address: place.address, port: place.port } : { sockets: place }),
    server: machine.server,
    clock,
    waits,
    random: randomBytes,
    onEvent: (event) => say(`${machine.name}  ${eventLine(event)}`),
    onPrompt: (user) => say(`${machine.name}  asks ${user} for a second factor`),
  });
}

/** Offers an NPS server at each place, and says where and to whom. Returns what ends it. When one place cannot be used, none is. */
export async function offerEach(
  machines: readonly NpsMachine[],
  places: readonly RadiusPlace[],
  clock: Clock,
  say: (line: string) => void,
): Promise<() => Promise<void>> {
  const offered = places.map((place) => ({ place, machine: machineFor(place, machines) }));
  const servers: RadiusServer[] = [];
  const stop = async () => {
    for (const server of servers.splice(0)) await server.close();
  };
  try {
    for (const { place, machine } of offered) {
      const server = await offerRadius(machine, clock, place, say);
      servers.push(server);
      say(
        `RADIUS          ${place.address}:${server.port}/udp, accounting ${server.accountingPort}/udp   (${machine.name}; its RADIUS clients and their secrets come from deployments and the scenario)`,
      );
    }
  } catch (error) {
    await stop();
    throw new Error(`--radius: ${error instanceof Error ? error.message : error}`);
  }
  if (offered[0])
    say(
      `Users           ${usersLine(offered[0].machine.server.state().users)}   (real seconds; the password of anna is anna-password, and so on, unless the scenario says otherwise)`,
    );
  return stop;
}

/** The users, and what they do when their phones ask. */
function usersLine(users: readonly NpsUser[]): string {
  const does = ({ mfa, mfaSeconds }: NpsUser) =>
    ({
      approve: `approves after ${mfaSeconds} s`,
      deny: `denies after ${mfaSeconds} s`,
      'no answer': 'does not answer',
      unregistered: 'has no second factor',
    })[mfa];
  return users.map((user) => `${user.name} ${does(user)}`).join(', ');
}

/** One line of the event log. It never holds a secret or a password. */
function eventLine({ id, address, user, policy, reason, message }: NpsEvent): string {
  const about = [user && `user ${user}`, policy && `policy "${policy}"`].filter(Boolean).join(', ');
  const code = reason === undefined ? '' : ` (reason ${reason})`;
  return `event ${id} from ${address}${about && `, ${about}`}: ${message}${code}`;
}
