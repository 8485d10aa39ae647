import { hubNetworkId, npsMachineId } from '../../azure/default-world.ts';
import { type JsonObject, object } from '../../azure/wire/messages.ts';
import { type Local, startLocal } from '../../local/local.ts';
import { appOf } from '../../rehearsal/app.ts';
import { hubAndSpoke } from '../hub-and-spoke.ts';
import { gatewayOfHub, spokeId } from '../known-values.ts';

/** The virtual networks that stories are about, each with the gateway it may get. */
export const networks = {
  hub: { id: hubNetworkId, gatewayId: gatewayOfHub, prefix: '10.0' },
  spoke: { id: spokeId, gatewayId: gatewayOfHub.replace(/hub$/, 'spoke'), prefix: '10.1' },
} as const;
export type NetworkName = keyof typeof networks;

export const machines = [
  { address: '10.0.1.4', host: npsMachineId },
  { address: '10.0.1.5', host: npsMachineId.replace(/nps-01$/, 'nps-02') },
] as const;

/** What others use the same NPS servers for, before any story begins. */
const wifi = {
  radiusClients: [
    { name: 'office wifi', address: '10.0.7.0/24', secret: 'held-by-the-wireless-controllers' },
  ],
};

/** What a story is about, and what it has come to. */
export interface Estate {
  readonly local: Local;
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: JsonObject }>;
  /** Tickets that were taken: each must be answered in the end. */
  readonly taken: string[];
  /** Of others, by name: how it was left by whoever it belongs to. */
  readonly foreign: Map<string, unknown>;
  readonly logged: string[];
  /** Numbers that were used already, for names that must differ. */
  count: number;
}

let worldPort = 0;

/** `appFile`: the app as built; the one beside this simulator unless given. */
export async function estate(appFile?: string): Promise<Estate> {
  const logged: string[] = [];
  const local = await startLocal({
    seed: 'stories',
    start: new Date('2030-01-01T00:00:00.000Z'),
    worldPort,
    ...(appFile && { appFile }),
    scenario: hubAndSpoke,
    npsStates: { 'nps-01': wifi, 'nps-02': wifi },
    onLog: ({ message }) => void logged.push(message),
  });
  worldPort = Number(new URL(local.world.origin).port);
  const { call } = appOf(local);
  return {
    local,
    taken: [],
    foreign: new Map(),
    logged,
    count: 0,
    async call(method, path, body) {
      const answer = await call(method, path, body);
      return { status: answer.status, body: object(answer.body) };
    },
  };
}
