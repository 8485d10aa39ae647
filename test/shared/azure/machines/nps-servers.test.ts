import { generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { npsServers } from '../../../../shared/azure/machines/nps-servers.ts';
import { type RunCommandView, runState } from '../../../../shared/azure/machines/run-command.ts';
import { VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { NpsHostStatus, NpsRun } from '../../../../shared/nps/model.ts';
import { sharedFolder } from '../../../shared-folder.ts';
import { openApiValidator } from '../openapi.ts';
import { endpoint, group, notFound, recordedAzure, refusal } from '../recorded-azure.ts';

const vm = `${group}/Microsoft.Compute/virtualMachines/nps-01`;
const machine = `${group}/Microsoft.HybridCompute/machines/nps-onprem`;
const script = () => 'param($Operation) "…"';
const secret = 'k9-Very_secret.0123456789';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const hosts: NpsHostStatus[] = [
  {
    id: vm,
    kind: 'virtualMachine',
    location: 'westeurope',
    isRunning: true,
    isAgentReady: true,
    osType: 'Windows',
  },
  {
    id: machine,
    kind: 'arcMachine',
    location: 'westeurope',
    isRunning: true,
    isAgentReady: true,
    osType: 'windows',
  },
];
const run: NpsRun = {
  name: 'vpn-radius-set',
  operation: 'Set',
  desiredState: '{"radiusClients":["ä"]}',
  timeoutMinutes: 20,
};

const accepted = {
  status: 201,
  headers: {
    'Azure-AsyncOperation': `${endpoint}/operations/1?s=c2ln`,
    Location: `${endpoint}/results/1?s=c2ln`,
    'Retry-After': '15',
  },
  body: { properties: { provisioningState: 'Creating' } },
};

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(VpnRadiusError);
      return error as VpnRadiusError;
    },
  );

describe.each(hosts)('a run command on a $kind', (host) => {
  it('is one PUT, with the secret as a protected parameter only', async () => {
    const { azure, sent } = recordedAzure(() => accepted);
    expect(await npsServers(azure, script).start(host, run, { value: secret })).toEqual({
      retryAfterSeconds: 15,
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      `PUT ${host.id}/runCommands/${run.name}`,
    ]);
    expect(sent[0]?.body).toMatchObject({
      location: 'westeurope',
      properties: {
        source: { script: script() },
        parameters: [
          { name: 'Operation', value: 'Set' },
          { name: 'DesiredState', value: base64(run.desiredState) },
        ],
        protectedParameters: [{ name: 'SharedSecret', value: base64(secret) }],
        asyncExecution: false,
        timeoutInSeconds: 1200,
      },
    });
    // A script that fails must leave its command readable. An Arc machine always does, and does not know the property.
    const { treatFailureAsDeploymentFailure } = sent[0]!.body!.properties as Record<string, unknown>;
    expect(treatFailureAsDeploymentFailure).toBe(host.kind === 'virtualMachine' ? false : undefined);
    const open = JSON.stringify({
      ...sent[0],
      body: {
        ...sent[0]?.body,
        properties: { ...(sent[0]?.body.properties as object), protectedParameters: [] },
      },
    });
    expect(open).not.toContain(secret);
    expect(open).not.toContain(base64(secret));
  });

  it('has the secret encrypted for a server that told its key, another text each time', async () => {
    const { azure, sent } = recordedAzure(() => accepted);
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url').toString('base64');
    for (const _ of [1, 2]) await npsServers(azure, script).start(host, run, { value: secret, key });
    const sealed = sent.map(({ body }) => {
      const { protectedParameters } = body!.properties as { protectedParameters: { value: string }[] };
      return protectedParameters[0]!.value;
    });
    expect(JSON.stringify(sent)).not.toContain(base64(secret));
    expect(sealed[0]).not.toBe(sealed[1]);
    for (const text of sealed) {
      expect(text).toMatch(/^rsa:/);
      const bytes = Buffer.from(text.slice(4), 'base64');
      const opened = privateDecrypt({ key: privateKey, oaepHash: 'sha1' }, bytes).toString();
      expect(opened).toBe(secret);
    }
  });

  it('has no protected parameter without a secret', async () => {
    const { azure, sent } = recordedAzure(() => accepted);
    await npsServers(azure, script).start(host, { ...run, operation: 'Get' });
    expect(JSON.stringify(sent[0]?.body)).not.toContain('protectedParameters');
  });

  it('that is refused tells why, without the secret, after one attempt', async () => {
    const sentence = `Cannot modify extensions, value ${base64(secret)} (${secret})`;
    const { azure, sent } = recordedAzure(() => refusal(409, 'OperationNotAllowed', sentence));
    const error = await failureOf(npsServers(azure, script).start(host, run, { value: secret }));
    expect(error.failure).toEqual({
      code: 'OperationNotAllowed',
      message: 'Cannot modify extensions, value [secret] ([secret])',
      target: host.id,
    });
    expect(String(error.stack)).not.toMatch(/k9-Very/);
    expect(sent).toHaveLength(1);
  });

  it('that is refused does not tell the encrypted secret either', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url').toString('base64');
    const { azure } = recordedAzure(({ body }) => {
      const { protectedParameters } = body!.properties as { protectedParameters: { value: string }[] };
      return refusal(409, 'OperationNotAllowed', `Cannot modify ${protectedParameters[0]!.value}`);
    });
    const error = await failureOf(npsServers(azure, script).start(host, run, { value: secret, key }));
    expect(error.failure.message).toBe('Cannot modify [secret]');
  });

  it('that runs already, started by an attempt whose answer was lost, is left to run', async () => {
    const running = { provisioningState: 'Creating', instanceView: { executionState: 'Running' } };
    const sentence = 'Run command extension execution is in progress. Please wait for completion.';
    const start = (properties: object) => {
      const { azure } = recordedAzure(({ method }) =>
        method === 'PUT'
          ? refusal(409, 'Conflict', sentence)
          : { status: 200, body: { id: host.id, properties } },
      );
      return npsServers(azure, script).start(host, run);
    };
    expect(await start(running)).toEqual({ retryAfterSeconds: 10 });
    const missing = recordedAzure(({ method }) =>
      method === 'PUT' ? refusal(409, 'Conflict', sentence) : notFound,
    );
    expect((await failureOf(npsServers(missing.azure, script).start(host, run))).failure.code).toBe(
      'Conflict',
    );
    const ended = { provisioningState: 'Succeeded', instanceView: { executionState: 'Succeeded' } };
    expect((await failureOf(start(ended))).failure).toMatchObject({ code: 'Conflict', transient: true });
  });

  it.each([
    ['Conflict', 'The machine is being deleted.'],
    ['OperationNotAllowed', 'Another operation is in progress.'],
  ])('that is refused for another reason, %s: %s, is not looked for', async (code, sentence) => {
    const { azure, sent } = recordedAzure(() => refusal(409, code, sentence));
    expect((await failureOf(npsServers(azure, script).start(host, run))).failure.code).toBe(code);
    expect(sent).toHaveLength(1);
  });

  it('whose answer tells nothing yet is running', async () => {
    const { azure } = recordedAzure(() => ({ status: 200, body: { id: `${host.id}/runCommands/x` } }));
    expect(await npsServers(azure, script).result(host.id, run.name)).toEqual({ state: 'running' });
  });

  it('is one of those of its machine, which are listed to the end', async () => {
    const pages = [
      {
        value: [{ name: 'vpn-radius-set' }, { name: 'theirs' }],
        nextLink: `${endpoint}${host.id}/runCommands?$skiptoken=2`,
      },
      { value: [], nextLink: `${endpoint}${host.id}/runCommands?$skiptoken=3` },
      { value: [{ name: 'vpn-radius-test' }] },
    ];
    const { azure, sent } = recordedAzure(() => ({ status: 200, body: pages.shift()! }));
    const names = await npsServers(azure, script).runNames(host.id);
    expect(names).toEqual(['vpn-radius-set', 'theirs', 'vpn-radius-test']);
    const version = host.kind === 'virtualMachine' ? '2026-03-01' : '2025-01-13';
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
      `GET ${host.id}/runCommands?api-version=${version}`,
      `GET ${host.id}/runCommands?$skiptoken=2`,
      `GET ${host.id}/runCommands?$skiptoken=3`,
    ]);
    expect(await npsServers(recordedAzure(() => notFound).azure, script).runNames(host.id)).toEqual([]);
  });

  it('tells its result from the instance view', async () => {
    const { azure, sent } = recordedAzure(() => ({
      status: 200,
      body: {
        id: `${host.id}/runCommands/x`,
        properties: {
          provisioningState: 'Succeeded',
          instanceView: { executionState: 'Succeeded', exitCode: 0, output: '{"changed":true}', error: '' },
        },
      },
    }));
    expect(await npsServers(azure, script).result(host.id, run.name)).toEqual({
      state: 'ended',
      exitCode: 0,
      output: '{"changed":true}',
      error: '',
    });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      `GET ${host.id}/runCommands/${run.name}`,
    ]);
    if (host.kind === 'virtualMachine') expect(sent[0]?.url.searchParams.get('$expand')).toBe('instanceView');
  });

  it('that is gone has no result, which is an error', async () => {
    const error = await failureOf(
      npsServers(recordedAzure(() => notFound).azure, script).result(host.id, run.name),
    );
    expect(error.failure).toEqual({
      code: 'RunCommandMissing',
      message: `The run command ${run.name} was removed before it gave its result.`,
      target: host.id,
    });
  });

  it('whose machine is missing by two answers is missing, by one not', async () => {
    const gone = recordedAzure(() => notFound);
    expect(await npsServers(gone.azure, script).readHost(host.id)).toBeUndefined();
    expect(gone.sent).toHaveLength(2);
    const answers = [notFound];
    const there = recordedAzure(
      () => answers.shift() ?? { status: 200, body: { id: host.id, location: 'westeurope' } },
    );
    expect(await npsServers(there.azure, script).readHost(host.id)).toMatchObject({ id: host.id });
  });

  it('is deleted again where a 404 was wrong: it is still there', async () => {
    const there = { id: `${host.id}/runCommands/${run.name}`, properties: {} };
    const answers = [notFound, { status: 200, body: there }, { status: 204 }];
    const { azure, sent } = recordedAzure(() => answers.shift()!);
    await npsServers(azure, script).forget(host.id, run.name);
    expect(sent.map(({ method }) => method)).toEqual(['DELETE', 'GET', 'DELETE']);
  });

  it('is forgotten where it is gone, by two answers that say so', async () => {
    const { azure, sent } = recordedAzure(() => notFound);
    await npsServers(azure, script).forget(host.id, run.name);
    expect(sent.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });

  it.each([[{ status: 202, headers: { Location: `${endpoint}/results/1` } }], [{ status: 204 }]])(
    'is forgotten by one DELETE that answers %j',
    async (answer) => {
      const { azure, sent } = recordedAzure(() => answer);
      await npsServers(azure, script).forget(host.id, run.name);
      await new Promise((resolve) => setImmediate(resolve));
      expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
        `DELETE ${host.id}/runCommands/${run.name}`,
      ]);
    },
  );
});

describe('the state of a run', () => {
  const view = (provisioningState: string, executionState?: string, more: object = {}): RunCommandView => ({
    provisioningState,
    ...(executionState ? { instanceView: { executionState, ...more } } : {}),
  });
  const ended = (exitCode: number, output: string, error: string) => ({
    state: 'ended',
    exitCode,
    output,
    error,
  });
  it.each([
    [view('Creating'), { state: 'running' }],
    [view('Updating', 'Pending'), { state: 'running' }],
    [view('Creating', 'Running'), { state: 'running' }],
    // The view of the earlier run, after a second PUT with the same name.
    [view('Updating', 'Succeeded', { exitCode: 0, output: 'old' }), { state: 'running' }],
    [view('Succeeded', 'Unknown'), { state: 'running' }],
    [view('Succeeded'), { state: 'running' }],
    [view('Succeeded', 'Succeeded', { exitCode: 0, output: 'x' }), ended(0, 'x', '')],
    [
      view('Succeeded', 'Failed', { exitCode: 1, output: 'x', error: 'e', executionMessage: 'm' }),
      ended(1, 'x', 'e'),
    ],
    [
      view('Succeeded', 'Failed', { exitCode: 1, output: 'x', error: '', executionMessage: 'm' }),
      ended(1, 'x', 'm'),
    ],
    [
      view('Succeeded', 'Succeeded', { output: 'x', startTime: 'then', endTime: 'now' }),
      { ...ended(0, 'x', ''), startedAt: 'then', endedAt: 'now' },
    ],
    [
      view('Canceled', 'Canceled', { exitCode: 0 }),
      ended(0, '', 'The run command has failed. Azure gave no reason.'),
    ],
    [
      view('Failed', 'Running', { output: 'half' }),
      ended(-1, 'half', 'The run command has failed. Azure gave no reason.'),
    ],
    [view('Succeeded', 'Pending'), { state: 'running' }],
    [view('Succeeded', 'Running'), { state: 'running' }],
    [{}, { state: 'running' }],
    [view('Succeeded', 'TimedOut', { endTime: 'now' }), { state: 'timedOut', endedAt: 'now' }],
    [view('Succeeded', 'TimedOut', { exitCode: -1 }), { state: 'timedOut' }],
    [view('Failed', 'TimedOut'), { state: 'timedOut' }],
    [view('Succeeded', 'Canceled', { executionMessage: 'stopped' }), ended(-1, '', 'stopped')],
    [view('Failed', 'Unknown', { executionMessage: 'no agent' }), ended(-1, '', 'no agent')],
    [view('Failed'), ended(-1, '', 'The run command has failed. Azure gave no reason.')],
  ])('%j is %j', (command, state) => {
    expect(runState(command)).toEqual(state);
  });
});

describe('the host of an NPS server', () => {
  const nic = vm.replace(
    'Microsoft.Compute/virtualMachines/nps-01',
    'Microsoft.Network/networkInterfaces/nic-01',
  );
  const nicBody = {
    id: nic,
    properties: {
      ipConfigurations: [
        { properties: { privateIPAddress: '10.0.1.4' } },
        { properties: { privateIPAddress: '10.0.1.20' } },
        { properties: { privateIPAddress: 'fd00::4' } },
      ],
    },
  };
  const vmBody = (power: string, agent: string) => ({
    id: vm,
    location: 'westeurope',
    tags: { 'vpn-radius-nps': 'enabled' },
    properties: {
      networkProfile: { networkInterfaces: [{ id: nic }] },
      storageProfile: { osDisk: { osType: 'Windows', createOption: 'FromImage' } },
      instanceView: {
        statuses: [{ code: 'ProvisioningState/succeeded' }, { code: `PowerState/${power}` }],
        vmAgent: { statuses: [{ displayStatus: 'Updating' }, { displayStatus: agent }] },
      },
    },
  });
  it.each([
    ['running', 'Ready', true, true],
    ['deallocated', 'Ready', false, true],
    ['running', 'Not Ready', true, false],
  ])('that is an Azure VM %s, agent %s', async (power, agent, isRunning, isAgentReady) => {
    const { azure, sent } = recordedAzure(({ url }) => ({
      status: 200,
      body: url.pathname === nic ? nicBody : vmBody(power, agent),
    }));
    expect(await npsServers(azure, script).readHost(vm)).toEqual({
      ...hosts[0],
      isRunning,
      isAgentReady,
      tags: { 'vpn-radius-nps': 'enabled' },
      addresses: ['10.0.1.4', '10.0.1.20'],
    });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([`GET ${vm}`, `GET ${nic}`]);
    expect(sent[0]?.url.searchParams.get('$expand')).toBe('instanceView');
  });

  it.each([
    ['Connected', '1.58.02990.2738', true, true],
    ['Connected', '1.33.02399.1234', true, true],
    ['Connected', '1.9.02399.1', true, false],
    ['Connected', '2.0', true, true],
    ['Connected', '0.99', true, false],
    ['Connected', undefined, true, false],
    ['Disconnected', '1.58.02990.2738', false, false],
  ])('that is an Arc machine %s, agent %s', async (status, agentVersion, isRunning, isAgentReady) => {
    const ipAddresses = [
      { address: '192.168.10.4', ipAddressVersion: 'IPv4' },
      { address: 'fe80::1', ipAddressVersion: 'IPv6' },
    ];
    const networkProfile = { networkInterfaces: [{ ipAddresses }] };
    const body = {
      id: machine,
      location: 'westeurope',
      tags: { 'vpn-radius-nps': 'enabled' },
      properties: { status, agentVersion, osType: 'windows', networkProfile },
    };
    const { azure, sent } = recordedAzure(() => ({ status: 200, body }));
    expect(await npsServers(azure, script).readHost(machine)).toEqual({
      ...hosts[1],
      isRunning,
      isAgentReady,
      tags: { 'vpn-radius-nps': 'enabled' },
      addresses: ['192.168.10.4'],
    });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
      `GET ${machine}?api-version=2025-01-13`,
    ]);
  });

  it('whose network interface is gone has addresses that nobody tells', async () => {
    const status = 404;
    const { azure } = recordedAzure(({ url }) =>
      url.pathname === nic
        ? { status, body: { error: { code: 'No', message: 'no' } } }
        : { status: 200, body: vmBody('running', 'Ready') },
    );
    expect(await npsServers(azure, script).readHost(vm)).not.toHaveProperty('addresses');
  });

  it('whose network interface may not be read is not taken for one without addresses', async () => {
    const { azure } = recordedAzure(({ url }) =>
      url.pathname === nic
        ? refusal(403, 'AuthorizationFailed', 'No.')
        : { status: 200, body: vmBody('running', 'Ready') },
    );
    expect((await failureOf(npsServers(azure, script).readHost(vm))).failure.code).toBe(
      'AuthorizationFailed',
    );
  });

  it.each<[string, object, object]>([
    [vm, {}, { kind: 'virtualMachine', location: '', osType: '' }],
    [vm, { properties: {} }, { osType: '' }],
    [
      vm,
      { properties: { networkProfile: {}, storageProfile: {}, instanceView: { vmAgent: {} } } },
      { osType: '' },
    ],
    [
      vm,
      { properties: { storageProfile: { osDisk: {} }, networkProfile: { networkInterfaces: [{}] } } },
      { osType: '' },
    ],
    [machine, {}, { kind: 'arcMachine', location: '', osType: '' }],
    [machine, { properties: { osName: 'windows', networkProfile: {} } }, { osType: 'windows' }],
    [
      machine,
      { properties: { networkProfile: { networkInterfaces: [{}, { ipAddresses: [{}] }] } } },
      { osType: '' },
    ],
  ])('%s that tells little, %j, is neither running nor ready', async (id, told, expected) => {
    const { azure } = recordedAzure(() => ({ status: 200, body: { id, ...told } }));
    const found = await npsServers(azure, script).readHost(id);
    expect(found).toMatchObject({ id, isRunning: false, isAgentReady: false, tags: {}, ...expected });
    expect(found).not.toHaveProperty('addresses');
  });

  it('that is an Arc machine has each address that is not of IPv6', async () => {
    const networkInterfaces = [
      { ipAddresses: [{ address: '192.168.10.4' }] },
      { ipAddresses: [{ address: '192.168.11.4', ipAddressVersion: 'IPv4' }] },
    ];
    const body = { id: machine, properties: { status: 'Connected', networkProfile: { networkInterfaces } } };
    const { azure } = recordedAzure(() => ({ status: 200, body }));
    expect(await npsServers(azure, script).readHost(machine)).toMatchObject({
      addresses: ['192.168.10.4', '192.168.11.4'],
    });
  });

  it('is asked for by a path in which odd characters of its names mean nothing else', async () => {
    const id = vm.replace(/resourceGroups\/[^/]+/, 'resourceGroups/größe(1)');
    const { azure, sent } = recordedAzure(() => accepted);
    await npsServers(azure, script).start({ ...hosts[0]!, id }, { ...run, name: 'set #1?' });
    expect(sent[0]!.url.pathname).toContain(`/resourceGroups/${encodeURIComponent('größe(1)')}/`);
    expect(sent[0]!.url.pathname).toContain(`/runCommands/${encodeURIComponent('set #1?')}`);
  });

  it.each([vm, machine])('that does not exist is undefined: %s', async (id) => {
    expect(await npsServers(recordedAzure(() => notFound).azure, script).readHost(id)).toBeUndefined();
  });

  it('that is something else is refused', async () => {
    const { azure, sent } = recordedAzure(() => notFound);
    const id = `${group}/Microsoft.Compute/virtualMachineScaleSets/nps`;
    expect((await failureOf(npsServers(azure, script).readHost(id))).failure).toMatchObject({
      code: 'UnsupportedNpsHost',
      message: expect.stringContaining('an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine'),
      target: id,
    });
    expect(sent).toEqual([]);
  });
});

const specs = sharedFolder && `${sharedFolder}/azure/specs`;
describe.skipIf(!specs)(
  'the bodies of run commands (skipped where the OpenAPI documents are not beside the checkout)',
  () => {
    it.each([
      [
        hosts[0],
        'compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-03-01/runCommand.json',
        'VirtualMachineRunCommand',
      ],
      [
        hosts[1],
        'hybridcompute/resource-manager/Microsoft.HybridCompute/preview/2024-05-20-preview/HybridCompute.json',
        'MachineRunCommand',
      ],
    ])('keep to the OpenAPI document of $kind', async (host, document, definition) => {
      const { azure, sent } = recordedAzure(() => accepted);
      await npsServers(azure, script).start(host as NpsHostStatus, run, { value: secret });
      const problems = openApiValidator(`${specs}`, document, definition);
      expect(problems(sent[0]?.body)).toEqual([]);
      expect(problems({ ...sent[0]?.body, properties: { timeoutInSeconds: 'long' } })).not.toEqual([]);
    });
  },
);
