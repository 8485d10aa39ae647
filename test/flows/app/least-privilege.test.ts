import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  removalActions,
  roleActions,
  topicActions,
  vaultActions,
  vaultRemovalActions,
} from '../../../shared/azure/wire/role.ts';
import type { SeedResource } from '../../../simulator/azure/default-world.ts';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import { hurried } from '../../../simulator/local/hurried.ts';
import {
  actions,
  gatewayId,
  hub,
  inResourceGroup,
  npsOnPremises,
  type Stage,
  stage,
  statuses,
  subnetId,
} from '../stage/stage.ts';

const dataActions = [...vaultActions, ...topicActions];
const exactly = { roleActions: [...roleActions], dataActions };
/** A secret that a person stored. The app tags it when a gateway uses it. */
const storedByHand = [{ name: 'typed-by-hand', value: 'stored-by-hand-4711' }];
const namesIt = {
  radius: {
    servers: [{ address: '10.0.1.4', host: inResourceGroup('Microsoft.Compute/virtualMachines/nps-01') }],
    secretName: 'typed-by-hand',
  },
};
const onPremises = { radius: { servers: [{ address: '192.168.10.4', host: npsOnPremises }] } };
const routeTable = inResourceGroup('Microsoft.Network/routeTables/rt-gateway');

/** A GatewaySubnet that others made, with a route table. */
const existingSubnet: SeedResource[] = [
  { id: routeTable, properties: { disableBgpRoutePropagation: false, routes: [] } },
  {
    id: hub,
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [
        { name: 'servers', properties: { addressPrefix: '10.0.1.0/24' } },
        {
          name: 'GatewaySubnet',
          properties: { addressPrefix: '10.0.255.0/27', routeTable: { id: routeTable } },
        },
      ],
    },
  },
];

const underRole = (scenario: object = {}) => stage({ scenario: { rbac: exactly, ...scenario } });

async function deployed(story: Stage, changes: JsonObject = {}) {
  return story.ended(await story.send(story.ticket(changes)));
}

/** Every deployment starts this check of its own gateway. */
async function checked(story: Stage) {
  await story.host.runFor(60);
  const { body } = await story.call('GET', 'compliance/latest');
  return body;
}

describe('the role is enough', () => {
  it('for a gateway with NPS on an Azure VM, a change of it, a rotation of its secret, a client profile, a check and an event', async () => {
    const story = await underRole();
    expect((await deployed(story)).status).toBe('Succeeded');

    const wish = story.ticket({ pointToSite: { addressPool: ['172.16.202.0/24'] } });
    const changed = await story.ended(await story.agree(await story.send(wish)));
    expect(changed.status).toBe('Succeeded');
    expect(changed.result?.changes?.join()).toContain('172.16.202.0/24');

    const rotation = { virtualNetworkGatewayId: gatewayId };
    const rotated = await story.ended(await story.send(rotation, 'rotations'));
    expect(rotated.status).toBe('Succeeded');

    hurried(story);
    expect((await story.call('POST', `deployments/${changed.id}/client-profile`)).status).toBe(200);

    const started = await story.call('POST', 'compliance/runs', {});
    expect(started.status).toBe(202);
    const report = await checked(story);
    expect(report.gateways).toMatchObject([{ id: gatewayId }]);
    expect(report.unchecked).toEqual([]);

    expect(story.world.azure.topicEvents.map(({ type }) => type)).toContain('VpnRadius.Deployment.Succeeded');
    expect((await story.call('GET', 'health')).status).toBe(200);
    expect(refused(story)).toEqual([]);
  });

  it('for an active-active gateway with NPS on an Arc machine', async () => {
    const story = await underRole();
    const deployment = await deployed(story, { ...onPremises, gateway: { activeActive: true } });
    expect(deployment.status).toBe('Succeeded');
    expect((await checked(story)).unchecked).toEqual([]);
    expect(refused(story)).toEqual([]);
  });

  it('for a VNet that opts in by its tags and has a GatewaySubnet with a route table', async () => {
    const story = await underRole({ resources: existingSubnet as never });
    const before = story.world.azure.settings.rbac;
    story.world.azure.settings.rbac = undefined;
    await story.armWrites('PATCH', hub, { tags: { 'vpn-radius': 'enabled' } });
    story.world.azure.settings.rbac = before;
    await story.host.runFor(90);
    const { deployments } = (await story.call('GET', 'deployments')).body;
    expect(deployments).toMatchObject([{ virtualNetworkId: hub, status: 'Succeeded' }]);
    expect(refused(story)).toEqual([]);
  });
});

/**
 * What was refused because a role is missing. The first answer of a vault to a client is a challenge, which is no
 * refusal.
 */
const refused = ({ world }: Stage) =>
  world.azure.requests.filter(
    ({ status, service }) => status === 403 || (status === 401 && service === 'eventTopic'),
  );

/** The message that a person sees: the command that fixes it, with the identity and the scope. */
function expectsRemedy(story: Stage, message: string, action: string, role: string) {
  expect(message).toContain(`'${action}'`);
  const { objectId } = story.world.azure.world.application;
  expect(message).toContain(`az role assignment create --assignee-object-id ${objectId}`);
  expect(message).toContain(`--role "${role}"`);
}

const without = (story: Stage, action: string) => {
  story.world.azure.settings.rbac = {
    notActions: [],
    roleActions: roleActions.filter((one) => one !== action),
    dataActions: dataActions.filter((one) => one !== action),
  };
};

/** What a plan reads. When one of these is missing, the request for a plan says so. */
const planned = [
  'Microsoft.Network/virtualNetworks/read',
  'Microsoft.Network/virtualNetworkGateways/read',
  'Microsoft.Network/localNetworkGateways/read',
  'Microsoft.Network/publicIPAddresses/read',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.Network/routeTables/read',
  'Microsoft.Compute/virtualMachines/read',
  'Microsoft.Network/networkInterfaces/read',
  'Microsoft.HybridCompute/machines/read',
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
];
/** What a new deployment does, in this order. One after the other is missing, and the same ticket goes on. */
const carriedOut = [
  'Microsoft.Network/virtualNetworks/subnets/read',
  'Microsoft.Network/virtualNetworks/subnets/write',
  'Microsoft.Network/publicIPAddresses/write',
  'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Network/publicIPAddresses/join/action',
  'Microsoft.Network/virtualNetworkGateways/write',
  'Microsoft.Compute/virtualMachines/runCommands/write',
  'Microsoft.Compute/virtualMachines/runCommands/read',
  'Microsoft.Compute/virtualMachines/runCommands/delete',
  'Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action',
  // From here on the gateway exists.
  'Microsoft.Network/virtualNetworkGateways/connections/read',
];
/** The same for an NPS server on premises. */
const onArc = [
  'Microsoft.HybridCompute/machines/runCommands/write',
  'Microsoft.HybridCompute/machines/runCommands/read',
  'Microsoft.HybridCompute/machines/runCommands/delete',
];
const whenItFails = 'Microsoft.Network/locations/operations/read';
const forProfiles = [
  'Microsoft.Network/virtualNetworkGateways/generatevpnprofile/action',
  'Microsoft.Network/locations/operationResults/read',
];
const forSecretsOfOthers = 'Microsoft.KeyVault/vaults/secrets/update/action';
const forCompliance = 'Microsoft.KeyVault/vaults/secrets/readMetadata/action';

describe('nothing in the role is spare', () => {
  it('the tests below take each action away once', () => {
    const taken = [...planned, ...carriedOut, ...onArc, whenItFails, ...forProfiles];
    expect([...taken, forSecretsOfOthers, forCompliance, ...topicActions].toSorted()).toEqual(
      [...roleActions, ...dataActions].toSorted(),
    );
  });

  it('a plan names what it may not read', async () => {
    const story = await underRole({ resources: existingSubnet as never });
    const bothServers = {
      radius: {
        servers: [
          { address: '10.0.1.4', host: inResourceGroup('Microsoft.Compute/virtualMachines/nps-01') },
          ...onPremises.radius.servers,
        ],
      },
    };
    for (const action of planned) {
      without(story, action);
      const { status, body } = await story.call('POST', 'deployments/plan', story.ticket(bothServers));
      expect([action, status]).toEqual([action, 502]);
      const vault = action.startsWith('Microsoft.KeyVault');
      expect(body.error.code).toBe(vault ? 'ForbiddenByRbac' : 'AuthorizationFailed');
      expectsRemedy(story, body.error.message, action, vault ? 'Key Vault Secrets Officer' : 'VPN RADIUS');
    }
    expect(story.writes()).toEqual([]);
  });

  it('a deployment names what it may not do, in its error and to the ticket, and carries on once it may', async () => {
    const story = await underRole();
    for (const action of carriedOut) await failsWithout(story, action);
    story.world.azure.settings.rbac = { ...exactly, notActions: [] };
    expect((await deployed(story)).status).toBe('Succeeded');
  });

  it('so does one with NPS on premises', async () => {
    const story = await underRole();
    for (const action of onArc) await failsWithout(story, action, onPremises);
  });

  it('so does one with a secret that a person stored', async () => {
    const story = await underRole({ secrets: storedByHand });
    await failsWithout(story, forSecretsOfOthers, namesIt);
    story.world.azure.settings.rbac = { ...exactly, notActions: [] };
    expect((await deployed(story, namesIt)).status).toBe('Succeeded');
  });

  it('a gateway that fails is explained only to who may read operations', async () => {
    const story = await underRole({
      faults: [
        {
          match: { method: 'PUT', action: actions.gateway },
          effect: { kind: 'failOperation', code: 'InternalServerError', message: 'An error occurred.' },
        },
      ],
    });
    await failsWithout(story, whenItFails);
  });

  it('a client profile needs to be generated and fetched', async () => {
    const story = await underRole();
    const { id } = await deployed(story);
    hurried(story);
    for (const action of forProfiles) {
      without(story, action);
      const { status, body } = await story.call('POST', `deployments/${id}/client-profile`);
      expect([action, status, body.error.code]).toEqual([action, 502, 'AuthorizationFailed']);
      expectsRemedy(story, body.error.message, action, 'VPN RADIUS');
    }
  });

  it('a check that may not list the secrets says of what it could not check', async () => {
    const story = await underRole();
    without(story, forCompliance);
    await deployed(story);
    const { unchecked } = await checked(story);
    const reasons = unchecked.map(({ reason }: { reason: string }) => reason).join();
    expectsRemedy(story, reasons, forCompliance, 'Key Vault Secrets Officer');
  });

  it('a topic that refuses never fails a deployment: the log and the health tell of it', async () => {
    const story = await underRole();
    without(story, topicActions[0]!);
    expect((await deployed(story)).status).toBe('Succeeded');
    expect(story.world.azure.topicEvents).toEqual([]);
    const { objectId } = story.world.azure.world.application;
    const command = `az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal --role "EventGrid Data Sender" --scope "/subscriptions/`;
    const told = story.logs.filter(({ message }) => message.startsWith('VpnRadius.Event.NotPublished '));
    expect(told[0]).toMatchObject({ level: 'error' });
    expect(JSON.parse(told[0]!.message.replace(/^\S+ \S+ /, '')).message).toContain(command);
    const { status, body } = await story.call('GET', 'health');
    expect(status).toBe(503);
    expect(body.problems).toMatchObject([{ code: 'AuthorizationFailed' }]);
    expect(body.problems[0].message).toContain(command);
  });
});

async function failsWithout(story: Stage, action: string, changes: JsonObject = {}) {
  without(story, action);
  // One attempt after the other: attempts at the same instant would count as one.
  await story.host.runFor(1);
  const deployment = await deployed(story, changes);
  expect([action, deployment.status, deployment.error?.code]).toEqual([
    action,
    'Failed',
    expect.stringMatching(/^(AuthorizationFailed|LinkedAuthorizationFailed|ForbiddenByRbac)$/),
  ]);
  const role = action.startsWith('Microsoft.KeyVault') ? 'Key Vault Secrets Officer' : 'VPN RADIUS';
  expectsRemedy(story, deployment.error!.message, action, role);
  expect(Object.values(statuses(deployment))).toContain('Failed');
  expectsRemedy(story, story.answers().at(-1)!.text, action, role);
}

describe('GET /health, to an identity without any role', () => {
  it('names for each service the command that assigns the role', async () => {
    const story = await stage({ scenario: { rbac: { roleActions: [], dataActions: [] } } });
    const { status, body, text } = await story.call('GET', 'health');
    expect(status).toBe(503);
    const { objectId } = story.world.azure.world.application;
    const [subscription] = subnetId.split('/resourceGroups/');
    expect(body.problems).toMatchObject([
      { code: 'ForbiddenByRbac', message: expect.stringContaining('--role "Key Vault Secrets Officer"') },
      {
        code: 'AuthorizationFailed',
        message: `Resource Manager cannot be used (AuthorizationFailed). Give the app its role: az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal --role "VPN RADIUS" --scope "${subscription}". If it already has the role, the role is older than the app: deploy infra/ again.`,
      },
    ]);
    expect(text).not.toContain(story.world.azure.world.application.clientSecret);
  });
});

it('the role of infra/ is this role', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../../infra/${name}`, import.meta.url), 'utf8')) as unknown;
  expect(read('role-actions.json')).toEqual(roleActions);
});

describe('a removal has a second role', () => {
  const removal = { virtualNetworkGatewayId: gatewayId };
  const remove = async (story: Stage) =>
    story.ended(await story.agree(await story.send(removal, 'removals')));
  const both = {
    roleActions: [...roleActions, ...removalActions],
    dataActions: [...dataActions, ...vaultRemovalActions],
  };

  it('which is enough, and of which every action is used', async () => {
    const story = await stage({ scenario: { rbac: both } });
    expect((await deployed(story)).status).toBe('Succeeded');
    expect((await remove(story)).status).toBe('Succeeded');
    expect(refused(story)).toEqual([]);
    // The gateway comes back. The name of its secret is free again, and only a new version is enabled.
    expect((await deployed(story)).status).toBe('Succeeded');
    const versions = story.world.azure.world.vault.secrets.get('radius-hub')!;
    expect(versions.map(({ enabled }) => enabled)).toEqual([false, true]);
    const used = new Set(story.world.azure.requests.map(({ action }) => action));
    for (const action of [...removalActions, ...vaultRemovalActions]) expect(used).toContain(action);
  });

  it('without which nothing is removed, and the failure names the role', async () => {
    const story = await underRole();
    expect((await deployed(story)).status).toBe('Succeeded');
    const before = story.nps('nps-01').state();
    const { status, error, result } = await remove(story);
    expect(status).toBe('Failed');
    expect(error).toMatchObject({ code: 'AuthorizationFailed' });
    expect(error!.message).toMatch(/VPN RADIUS.*: removals/);
    expect(result?.changes).toEqual([]);
    expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
    expect(story.nps('nps-01').state().radiusClients).toEqual(before.radiusClients);
  });

  it('infra/removal-actions.json is made of the list', () => {
    const file = new URL('../../../infra/removal-actions.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(removalActions);
  });
});
