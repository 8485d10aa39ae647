import { randomBytes } from 'node:crypto';
import { type VirtualClock, virtualClock } from '../../../../simulator/clock.ts';
import type { NpsServer } from '../../../../simulator/nps/host.ts';
import { inMemoryNpsServer } from '../../../../simulator/nps/module/in-memory.ts';
import { type RadiusServer, startRadiusServer } from '../../../../simulator/nps/radius/radius-server.ts';
import { freshNpsServer, type NpsServerState, type NpsUser } from '../../../../simulator/nps/state.ts';

export const secret = 'vpn-gateway-and-nps';

/** The user of RFC 2759, who approves after eight seconds. */
const user: NpsUser = {
  name: 'User',
  password: 'clientPass',
  dialIn: 'policy',
  mfa: 'approve',
  mfaSeconds: 8,
  totpRegistered: false,
};

/** A server as Set leaves it for both tunnel types, with the gateway subnet of the hub as its RADIUS client. */
export function configured(given: (state: NpsServerState) => void = () => {}): NpsServerState {
  const state = freshNpsServer('NPS-01', { users: [user] });
  state.radiusClients.push({
    name: 'vpngw-hub',
    address: '10.0.255.0/27',
    vendor: 'RADIUS Standard',
    enabled: true,
    authAttributeRequired: false,
    secret,
  });
  const policy = first(state.networkPolicies);
  policy.grant = true;
  policy.authenticationMethods.push('PAP');
  state.mfa.overrideNumberMatching = 'FALSE';
  given(state);
  return state;
}

export function first<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error('an empty list');
  return item;
}

export interface RadiusWorld {
  readonly radius: RadiusServer;
  readonly nps: NpsServer;
  readonly clock: VirtualClock;
  /** Who was sent a push notification, in order. */
  readonly prompts: string[];
  /** Resolves when the next push notification is sent. */
  prompted(): Promise<void>;
}

const running: RadiusServer[] = [];

/**
 * A RADIUS port that treats every datagram as one from the gateway. With `patient`, users take no time on the wall
 * clock.
 */
export async function listen(
  state: NpsServerState = configured(),
  { from = '10.0.255.4', patient = true }: { from?: string | (() => string); patient?: boolean } = {},
): Promise<RadiusWorld> {
  const clock = virtualClock(new Date('2026-01-01T00:00:00Z'));
  const nps = inMemoryNpsServer(state, clock);
  const prompts: string[] = [];
  let waiting: (() => void)[] = [];
  const radius = await startRadiusServer({
    server: nps,
    clock,
    random: randomBytes,
    sourceAddress: () => (typeof from === 'string' ? from : from()),
    onPrompt(name) {
      prompts.push(name);
      for (const resolve of waiting) resolve();
      waiting = [];
      if (patient) setImmediate(() => clock.step());
    },
  });
  running.push(radius);
  return {
    radius,
    nps,
    clock,
    prompts,
    prompted: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

export async function closeAll(): Promise<void> {
  for (const server of running.splice(0)) await server.close();
}
