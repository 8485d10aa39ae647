import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import type { NpsEvent } from '../nps/event-log.ts';
import { type RadiusServer, startRadiusServer } from '../nps/radius/radius-server.ts';
import type { NpsMachine } from './nps-servers.ts';

export interface RadiusPlace {
  readonly address: string;
  readonly port: number;
}

/** `ADDRESS:PORT`, such as `127.0.0.2:1812`. */
export function radiusPlace(text: string | undefined): RadiusPlace | undefined {
  if (text === undefined) return undefined;
  const [, address = '', port = ''] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (isIP(address) !== 4 || Number(port) > 65_535)
    throw new Error(
      `--radius must be an IPv4 address of this machine and a port, such as 127.0.0.1:1812, not ${text}.`,
    );
  return { address, port: Number(port) };
}

/**
 * Lets programs on the network ask an NPS server of the simulated world. A request counts as coming from its real
 * address. So a machine that has an address of GatewaySubnet can play a gateway.
 */
export function offerRadius(
  machine: NpsMachine,
  clock: Clock,
  place: RadiusPlace,
  say: (line: string) => void,
): Promise<RadiusServer> {
  return startRadiusServer({
    ...place,
    server: machine.server,
    clock,
    random: randomBytes,
    onEvent: (event) => say(`${machine.name}  ${eventLine(event)}`),
    onPrompt: (user) => say(`${machine.name}  asks ${user} for a second factor`),
  });
}

/** One line of the event log. It never holds a secret or a password. */
function eventLine({ id, address, user, policy, reason, message }: NpsEvent): string {
  const about = [user && `user ${user}`, policy && `policy "${policy}"`].filter(Boolean).join(', ');
  const code = reason === undefined ? '' : ` (reason ${reason})`;
  return `event ${id} from ${address}${about && `, ${about}`}: ${message}${code}`;
}
