import { randomBytes } from 'node:crypto';
import { groupFor } from '../azure/vpn-gateway/user-groups.ts';
import { type JsonObject, list, object, text } from '../azure/wire/messages.ts';
import { passTimeDuring } from '../clock.ts';
import type { Local } from '../local/local.ts';
import type { NpsMachine } from '../local/nps-servers.ts';
import { secretAsExported } from '../local/nps-state.ts';
import { type Login, login } from '../nps/radius/login.ts';
import { reasons } from '../nps/radius/network-access.ts';

export interface Asked {
  readonly address: string;
  readonly server?: string;
  readonly outcome: 'accepted' | 'rejected' | 'no answer';
  readonly reason?: string;
  /** The value that NPS sent for the user's group. */
  readonly policyId?: string;
}

export interface SignIn {
  readonly outcome: Asked['outcome'];
  readonly reason?: string;
  /** The user group that the gateway puts the user into. The address comes from the pool of this group. */
  readonly group?: string;
  readonly addressPool?: readonly string[];
  /** Every server that was asked, in the order of their scores. */
  readonly servers: readonly Asked[];
}

interface Named {
  readonly address: string;
  readonly score: number;
  readonly secret: string | undefined;
}

/** The RADIUS servers that a gateway names, with the secrets that it holds, the highest score first. */
function namedBy(gateway: JsonObject): Named[] {
  const client = object(gateway.vpnClientConfiguration);
  const several = list(client.radiusServers).map((server) => ({
    address: text(server.radiusServerAddress) ?? '',
    score: Number(server.radiusServerScore ?? 0),
    secret: text(server.radiusServerSecret),
  }));
  const single = text(client.radiusServerAddress);
  const all = single
    ? [{ address: single, score: 0, secret: text(client.radiusServerSecret) }, ...several]
    : several;
  return all.sort((one, other) => other.score - one.score);
}

/**
 * A user signs in: the gateway asks the NPS servers that it names, from the address of one of its instances and with
 * the secrets that it holds, until one answers. It is documented that the next server is asked when one does not
 * answer; the order is not.
 */
export async function signIn(
  local: Local,
  wish: { readonly gateway: string; readonly from: string; readonly user: string },
): Promise<SignIn> {
  const gateway = local.world.azure.resource(wish.gateway);
  if (!gateway) return silent(`There is no gateway ${wish.gateway}.`);
  const named = namedBy(gateway.properties);
  if (named.length === 0) return silent('The gateway names no RADIUS server.');
  const protocols = object(gateway.properties.vpnClientConfiguration).vpnClientProtocols;
  const tunnel = Array.isArray(protocols) && protocols.includes('IkeV2') ? 'IkeV2' : 'OpenVPN';
  const servers: Asked[] = [];
  for (const server of named) {
    const machine = local.world.machines.find(({ addresses }) => addresses.includes(server.address));
    servers.push(await ask(local, machine, server, { ...wish, tunnel }));
    if (servers.at(-1)!.outcome !== 'no answer') break;
  }
  const { outcome, reason, policyId } = servers.at(-1)!;
  const group = outcome === 'accepted' ? groupFor(gateway, policyId) : undefined;
  const why =
    outcome === 'no answer' ? servers.map((one) => `${one.address}: ${one.reason}`).join(' ') : reason;
  return {
    outcome,
    ...(why && { reason: why }),
    ...(group && { group: group.name, addressPool: group.addressPool }),
    servers,
  };
}

const silent = (reason: string): SignIn => ({ outcome: 'no answer', reason, servers: [] });

async function ask(
  local: Local,
  machine: NpsMachine | undefined,
  { address, secret }: Named,
  { from, user, tunnel }: { from: string; user: string; tunnel: Login['tunnel'] },
): Promise<Asked> {
  if (!machine) return { address, outcome: 'no answer', reason: `No machine has the address ${address}.` };
  const server = machine.name;
  if (secret === undefined || secret === '')
    return { address, server, outcome: 'no answer', reason: `The gateway holds no secret for ${address}.` };
  const radius = local.world.radius.get(server)!;
  const before = radius.events.length;
  const result = await passTimeDuring(local.clock, () =>
    login(
      radius,
      local.clock,
      { user, password: `${bareName(user)}-password`, tunnel, gatewayAddress: from, secret },
      randomBytes,
    ),
  );
  const event = radius.events.slice(before).at(-1);
  if (result.outcome === 'accepted') {
    const { policyId } = result;
    return { address, server, outcome: 'accepted', ...(policyId && { policyId }) };
  }
  if (result.outcome === 'asked for a code') {
    const reason =
      'NPS asks for a verification code, which VPN clients of a gateway cannot give (VPN Gateway FAQ).';
    return { address, server, outcome: 'rejected', reason };
  }
  if (result.outcome === 'rejected') {
    const reason = result.reason ?? event?.reason;
    const policy = event?.policy ? ` Policy: ${event.policy}.` : '';
    const told = reason === undefined ? event?.message : `${reasons[reason]} (reason ${reason})${policy}`;
    return {
      address,
      server,
      outcome: 'rejected',
      reason: told ?? 'NPS rejected the request and records no reason.',
    };
  }
  return { address, server, outcome: 'no answer', reason: event?.message ?? whySilent(machine) };
}

/**
 * Without an event, there are two possibilities: NPS never saw the request, or the gateway did not believe the answer.
 */
function whySilent({ name, server }: NpsMachine): string {
  const state = server.state();
  if (!state.npasInstalled) return `${name} has no NPS role.`;
  if (!state.serviceRunning) return `The service IAS does not run on ${name}.`;
  if (!state.firewallOpen) return `The firewall of ${name} blocks RADIUS.`;
  return `Nothing that the gateway could believe came from ${name} in 30 seconds: the shared secrets may differ.`;
}

const bareName = (user: string): string => user.split('\\').at(-1)!.split('@')[0]!;

/** Exported gateways show no secret. They get the secret that exported NPS servers count as having. */
export function agreeOnSecrets({ world }: Local): void {
  for (const resource of world.azure.world.resources) {
    const client = object(resource.properties.vpnClientConfiguration);
    for (const server of list(client.radiusServers)) server.radiusServerSecret ??= secretAsExported;
    if (text(client.radiusServerAddress)) client.radiusServerSecret ??= secretAsExported;
  }
}
