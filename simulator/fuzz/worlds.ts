import { hubNetworkId, npsMachineId } from '../azure/default-world.ts';
import type { Scenario } from '../azure/scenario.ts';
import { type JsonObject, object } from '../azure/wire/messages.ts';
import { hurried } from '../local/hurried.ts';
import { type Local, startLocal } from '../local/local.ts';
import { everybodyAt } from './everybody.ts';
import { gatewayOfHub, type Known, knownValues, spokeId } from './known-values.ts';
import { webhookSecret } from './requests.ts';

/** How callers are known; each has routes that the other has not. */
export const authModes = ['key', 'entra'] as const;
export type AuthMode = (typeof authModes)[number];

export interface FuzzedWorld {
  readonly local: Local;
  readonly known: Known;
  /** Right bodies of the routes whose bodies are those of another system, by the path. */
  readonly webhooks: Readonly<Record<string, readonly unknown[]>>;
  /** What the app has logged that it must not: a fault of its own, or a promise that nobody waited for. */
  readonly logged: string[];
}

const peering = (from: string, to: string) => ({
  id: `${from}/virtualNetworkPeerings/to`,
  properties: {
    remoteVirtualNetwork: { id: to },
    peeringState: 'Connected',
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: true,
  },
});

const spoke: Scenario = {
  resources: [
    {
      id: spokeId,
      properties: {
        addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
        subnets: [{ name: 'work', properties: { addressPrefix: '10.1.1.0/24' } }],
      },
    },
    peering(hubNetworkId, spokeId),
    peering(spokeId, hubNetworkId),
  ],
  secrets: [{ name: 'webhook-secret', value: webhookSecret }],
};

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
    scenario: spoke,
    settings: { AUTH_MODE: mode, ...(mode === 'entra' && signing) },
    onLog({ level, message }) {
      if (['critical', 'error', 'warning'].includes(level) && faultOfTheApp.test(message))
        logged.push(message);
    },
  });
  hurried(local);
  const { origin, jira, serviceNow } = local.world;
  worldPort = Number(new URL(origin).port);
  const { ids, digests } = await prepared(local);
  const issue = jira.create('NET', { summary: 'VPN', customfield_10101: hubNetworkId });
  const fields = { virtual_network_id: spokeId, address_pool: '172.16.203.0/24', protocols: 'IkeV2' };
  const { number } = serviceNow.create('sc_req_item', { opened_by: 'mia' }, fields);
  const item = serviceNow.outbound(number!);
  return {
    local,
    known: knownValues(ids, digests, origin),
    webhooks: {
      'tickets/{system}': [
        JSON.parse(jira.created(issue.key).body),
        JSON.parse(jira.moved(issue.key, 'Approved', 'Jonas').body),
        item,
        { ...item, operation: 'update' },
        { ...item, variables: Object.entries(fields).map(([name, value]) => ({ name, value })) },
      ],
    },
    logged,
  };
}

/** Something for each route to find: a gateway, a deployment that waits for an approval, a check, a waiver, due rotations. */
async function prepared(local: Local): Promise<{ ids: string[]; digests: string[] }> {
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
  const { body: waiver } = await call('POST', 'compliance/waivers', {
    rule: 'secret-age',
    owner: 'networks',
    reason: 'known',
    until: '2030-01-20',
    target: gatewayOfHub,
    by: 'Jonas',
  });
  return {
    ids: [deployed.id, waits.id, run.id, due.id, String(object(waiver).id)],
    digests: [String(digest)],
  };
}
