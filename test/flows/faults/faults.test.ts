import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../shared/deployment/contract.ts';
import type { Fault } from '../../../simulator/azure/faults.ts';
import type { NpsRunOutcome } from '../../../simulator/nps/host.ts';
import {
  actions,
  gatewayId,
  hub,
  inResourceGroup,
  nps01,
  type Stage,
  stage,
  subnetId,
} from '../stage/stage.ts';

const publicIpId = inResourceGroup('Microsoft.Network/publicIPAddresses/vpngw-hub-pip');

/** The answer lists exactly what exists now. */
function listsWhatExists(story: Stage, { result }: Deployment): void {
  const changes = (result?.changes ?? []).join('\n');
  const told = story.answers().at(-1)!.text;
  const network = story.properties(hub)!;
  const present: [string, boolean][] = [
    ['GatewaySubnet', network.subnets.some(({ name }: { name: string }) => name === 'GatewaySubnet')],
    ['public IP', story.properties(publicIpId) !== undefined],
    ['gateway vpngw-hub', story.properties(gatewayId) !== undefined],
    ['radiusClient', story.nps('nps-01').state().radiusClients.length > 0],
  ];
  for (const [what, exists] of present) {
    expect([what, changes.includes(what)]).toEqual([what, exists]);
    expect([what, told.includes(what)]).toEqual([what, exists]);
  }
}

/** The same ticket, sent again after the cause is fixed, goes on with what exists. */
async function carriesOn(story: Stage, failed: Deployment): Promise<Deployment> {
  const created = story
    .writes()
    .filter(({ action }) => action === actions.subnet || action === actions.publicIp);
  const again = await story.ended(await story.send(story.ticket()));
  expect(again.status).toBe('Succeeded');
  expect(story.properties(gatewayId)).toMatchObject({
    provisioningState: 'Succeeded',
    vpnClientConfiguration: { radiusServers: [{ radiusServerAddress: '10.0.1.4' }] },
  });
  expect(story.nps('nps-01').state().radiusClients).toHaveLength(1);
  expect(story.answers().at(-1)).toMatchObject({ status: 'Succeeded' });
  if (failed.result?.publicIpAddresses) {
    expect(again.result!.publicIpAddresses).toEqual(failed.result.publicIpAddresses);
    expect(story.writes().filter(({ action }) => created.some((write) => write.action === action))).toEqual(
      created,
    );
  }
  return again;
}

async function failedAt(
  story: Stage,
  step: string,
  code: string,
  text: string | RegExp,
): Promise<Deployment> {
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(deployment).toMatchObject({ status: 'Failed', error: { code } });
  const answer = story.answers().at(-1)!;
  expect(answer).toMatchObject({ status: 'Failed', error: { code } });
  expect(answer.text).toContain(`at the step "${step}"`);
  expect(answer.text).toMatch(text);
  expect(answer.text).toContain('send the same ticket again');
  listsWhatExists(story, deployment);
  return deployment;
}

describe('NPS fails', () => {
  it('without the MFA extension since it was planned: the gateway is there, NPS is as it was, and the ticket says what to do', async () => {
    const story = await stage();
    const before = story.nps('nps-01').state();
    const { restore } = onlySet(story, () => {
      story.nps('nps-01').change((state) => {
        state.mfa.installed = false;
      });
      return undefined;
    });
    const failed = await failedAt(story, 'nps', 'MfaExtensionMissing', /nps-01: .*not installed/);
    expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
    expect(failed.result!.changes).toContain('gateway vpngw-hub created');
    expect(story.nps('nps-01').state().networkPolicies).toEqual(before.networkPolicies);

    restore();
    story.nps('nps-01').change((state) => {
      state.mfa.installed = true;
    });
    await carriesOn(story, failed);
    expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
  });

  it('with another name of the network policy: the names that there are stand in the answer', async () => {
    const story = await stage();
    story.nps('nps-01').change(({ networkPolicies }) => {
      networkPolicies[0]!.name = 'VPN users';
    });
    const failed = await failedAt(
      story,
      'plan',
      'RequestRefused',
      /VPN users.*Connections to other access servers/,
    );
    expect(failed.error).toMatchObject({ details: [{ code: 'PolicyNotFound' }] });
    expect(story.writes()).toEqual([]);
    story.nps('nps-01').change(({ networkPolicies }) => {
      networkPolicies[0]!.name = 'Connections to Microsoft Routing and Remote Access server';
    });
    await carriesOn(story, failed);
  });

  it('and puts back what it had started', async () => {
    const story = await stage();
    story.nps('nps-01').change((state) => {
      state.failing = 'radius client';
    });
    const failed = await failedAt(story, 'nps', 'ApplyFailed', /put back/);
    // Settings of the server that came before are not put back, so they are told.
    const left = 'nps-01: blastRadius: limitProxyState enabled';
    expect(failed.error!.message).toMatch(/was changed on the server and stays: .*limitProxyState enabled/);
    expect(failed.result!.changes).toContain(left);
    expect(story.answers().at(-1)!.text).toContain(`- ${left}`);
    expect(story.nps('nps-01').state().networkPolicies[0]!.grant).toBe(false);
    story.nps('nps-01').change((state) => {
      state.failing = null;
    });
    await carriesOn(story, failed);
  });

  it('when the script does not end in time', async () => {
    const story = await stage();
    // The first run command only tests.
    slow(story, actions.runCommand, 10, 1);
    const failed = await failedAt(story, 'nps', 'NpsRunTimedOut', /did not finish in time/);
    await carriesOn(story, failed);
  });

  it.each([
    ['text', 'Windows PowerShell\r\nCopyright (C) Microsoft'],
    ['cut', `${'x'.repeat(4096)}`],
  ])('with output that cannot be read (%s), which is never quoted', async (_, output) => {
    const story = await stage();
    const asked = onlySet(story, () => ({ exitCode: 0, output, error: '' }));
    const failed = await failedAt(story, 'nps', 'NpsOutputUnreadable', /cannot be read/);
    expect(story.answers().at(-1)!.text).not.toContain(output);
    asked.restore();
    await carriesOn(story, failed);
  });

  it('because the machine is stopped: that is found before anything is written', async () => {
    const story = await stage();
    const machine = story.properties(nps01)!;
    machine.powerState = 'deallocated';
    const failed = await failedAt(story, 'plan', 'RequestRefused', /nps-01/);
    expect(story.writes()).toEqual([]);
    machine.powerState = 'running';
    await carriesOn(story, failed);
  });
});

/**
 * Runs `before` when nps-01 is configured, after the plan has asked it. What `before` returns replaces the server's
 * answer.
 */
function onlySet(story: Stage, before: () => NpsRunOutcome | undefined) {
  const server = story.nps('nps-01');
  const { run } = server;
  Object.assign(server, {
    run: async (command: Parameters<typeof run>[0]) => {
      const instead = command.parameters.Operation === 'Set' ? before() : undefined;
      return instead ?? run(command);
    },
  });
  return { restore: () => void Object.assign(server, { run }) };
}

function slow(story: Stage, action: string, factor: number, after = 0): void {
  story.world.azure.faults.add({
    match: { method: 'PUT', action },
    after,
    effect: { kind: 'slowOperation', factor },
  });
}

describe("Azure's own error reaches the ticket", () => {
  const effects: [string, string, string, Fault['effect'], string, RegExp][] = [
    [
      'the gateway operation ends Failed',
      'gateway',
      actions.gateway,
      { kind: 'failOperation', code: 'GatewayAllocationFailed', message: 'No capacity in this region now.' },
      'GatewayAllocationFailed',
      /No capacity in this region now\./,
    ],
    [
      'the gateway is refused at once',
      'gateway',
      actions.gateway,
      {
        kind: 'respond',
        status: 400,
        code: 'VpnClientAddressPoolInvalid',
        message: 'The pool is not valid.',
      },
      'VpnClientAddressPoolInvalid',
      /The pool is not valid\./,
    ],
    [
      'the subnet is refused',
      'gatewaySubnet',
      actions.subnet,
      { kind: 'respond', status: 400, code: 'NetcfgSubnetRangesOverlap', message: 'Ranges overlap.' },
      'NetcfgSubnetRangesOverlap',
      /Ranges overlap/,
    ],
    [
      'a quota for public IP addresses is used up',
      'publicIp',
      actions.publicIp,
      { kind: 'respond', status: 400, code: 'PublicIPCountLimitReached', message: 'Limit 10 reached.' },
      'PublicIPCountLimitReached',
      /Limit 10 reached/,
    ],
    [
      'the role lacks an action',
      'publicIp',
      actions.publicIp,
      { kind: 'deny' },
      'AuthorizationFailed',
      /publicIPAddresses\/write/,
    ],
    [
      'the role lacks the run command',
      'plan',
      actions.runCommand,
      { kind: 'deny' },
      'AuthorizationFailed',
      /runCommands\/write/,
    ],
  ];

  it.each(effects)('%s', async (_, step, action, effect, code, text) => {
    const story = await stage();
    story.world.azure.faults.add({ match: { method: 'PUT', action }, effect });
    const failed = await failedAt(story, step, code, text);
    await carriesOn(story, failed);
    expect(story.properties(subnetId.replace('/subnets/GatewaySubnet', ''))!.subnets).toHaveLength(2);
  });

  it('Key Vault denies the secret: the plan says which permission is missing', async () => {
    const story = await stage();
    const match = { url: '/secrets/radius-hub' };
    const fix = story.world.azure.faults.add({ match, effect: { kind: 'deny' }, times: 'always' });
    const failed = await failedAt(story, 'plan', 'ForbiddenByRbac', /getSecret/i);
    fix();
    await carriesOn(story, failed);
  });
});

it('a gateway that is not ready after 90 minutes: the ticket is told, and the same ticket again waits for it', async () => {
  const story = await stage();
  slow(story, actions.gateway, 3);
  const failed = await failedAt(story, 'gateway', 'GatewayNotProvisionedInTime', /within 90 minutes/);
  expect(story.minutes()).toBeGreaterThan(90);
  expect(story.minutes()).toBeLessThan(92);
  expect(story.properties(gatewayId)!.provisioningState).toBe('Updating');
  await carriesOn(story, failed);
  expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
});
