import { hubNetworkId, npsMachineId } from '../azure/default-world.ts';
import { type JsonObject, object } from '../azure/wire/messages.ts';
import { hurried } from '../local/hurried.ts';
import { type Local, startLocal } from '../local/local.ts';
import { everybodyAt } from './everybody.ts';
import { hubAndSpoke } from './hub-and-spoke.ts';
import { type Known, knownValues, spokeId } from './known-values.ts';
import { webhookSecret } from './requests.ts';
import { rightBodies } from './right-bodies.ts';
import { type DocumentedRoute, routesOf } from './routes.ts';

/** How callers are recognised. Each mode has routes that the other does not have. */
export const authModes = ['key', 'entra'] as const;
export type AuthMode = (typeof authModes)[number];

export interface FuzzedWorld {
  readonly local: Local;
  readonly routes: readonly DocumentedRoute[];
  readonly known: Known;
  readonly rightBodies: ReturnType<typeof rightBodies>;
  /** What the app has logged and must not log: its own fault, or a rejected promise that nobody waited for. */
  readonly logged: string[];
}

const signing = {
  SERVICENOW_WEBHOOK_SECRET: 'webhook-secret',
  JIRA_WEBHOOK_SECRET: 'webhook-secret',
  WEBSITE_AUTH_ENABLED: 'True',
};
const faultOfTheApp =
  /InternalError|Unhandled rejection|TypeError|RangeError|ReferenceError|Non-Deterministic/i;
let worldPort = 0;

export async function fuzzedWorld(mode: AuthMode): Promise<FuzzedWorld> {
  const logged: string[] = [];
  const local = await startLocal({
    seed: 'fuzz',
    start: new Date('2030-01-01T00:00:00.000Z'),
    worldPort,
    scenario: { ...hubAndSpoke, secrets: [{ name: 'webhook-secret', value: webhookSecret }] },
    settings: { AUTH_MODE: mode, ...(mode === 'entra' && signing) },
    onLog({ level, message }) {
      if (['critical', 'error', 'warning'].includes(level) && faultOfTheApp.test(message))
        logged.push(message);
    },
  });
  hurried(local);
  worldPort = Number(new URL(local.world.origin).port);
  const { ids, digest } = await prepared(local);
  return {
    local,
    routes: routesOf(local.host),
    known: knownValues(ids, digest, local.world.origin),
    rightBodies: rightBodies(local.world, digest),
    logged,
  };
}

/**
 * Something for each route to find: a gateway, a deployment that waits for an approval, a check, a waiver, due
 * rotations.
 */
async function prepared(local: Local): Promise<{ ids: string[]; digest: string }> {
  const { call, started, until } = everybodyAt(local);
  const ticket = (id: string, virtualNetworkId: string, more: JsonObject) => ({
    ticket: { system: 'webhook', id, callbackUrl: `${local.world.origin}/hooks/${id}` },
    virtualNetworkId,
    radius: { servers: [{ address: '10.0.1.4', host: npsMachineId }] },
    ...more,
  });
  const deployed = await started('tickets', ticket('REQ-FUZZ', hubNetworkId, {}));
  await until(deployed, 'Succeeded');
  const waits = await started('tickets', ticket('REQ-WAITS', spokeId, { approval: { required: true } }));
  await until(waits, 'AwaitingApproval');
  const { planDigest, digest = planDigest } = object(
    (await call('GET', `deployments/${waits.id}/plan`)).body,
  );
  const run = await started('compliance/runs', {});
  await until(run, 'Succeeded');
  const due = await started('rotations', { due: true });
  const [waiving] = rightBodies(local.world, String(digest))['compliance/waivers']!;
  const { body: waiver } = await call('POST', 'compliance/waivers', waiving);
  return {
    ids: [deployed.id, waits.id, run.id, due.id, String(object(waiver).id)],
    digest: String(digest),
  };
}
