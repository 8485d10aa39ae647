import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { Failure } from '../../../shared/core/errors.ts';
import type { Deployment } from '../../../shared/deployment/contract.ts';
import { encodeResponse } from '../../../shared/nps/radius/authenticator.ts';
import { decodePacket, packetCode } from '../../../shared/nps/radius/packet.ts';
import type { NpsServerState } from '../../../simulator/nps/state.ts';
import {
  actions,
  gatewayId,
  inResourceGroup,
  nps01,
  nps02,
  type Stage,
  stage,
  stageOf,
} from '../stage/stage.ts';

const probing = () => stage({ settings: { RADIUS_PROBE: 'on' } });
const openVpn = { pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['OpenVPN'] } };

/** NPS is configured minutes after the ticket. It is verified when the gateway exists, half an hour later. */
const configured = (story: Stage, id: string) =>
  story.until(id, (deployment) => stageOf(deployment, 'nps').status === 'Succeeded');

function typedInByHand(nps: NpsServerState) {
  for (const client of nps.radiusClients) client.secret = 'typed-in-by-hand';
}

const detailsOf = ({ error }: Deployment) => (error as Failure | undefined)?.details ?? [];
const problems = (deployment: Deployment) => detailsOf(deployment).map(({ code, target }) => [code, target]);
const secretsOf = (story: Stage) =>
  Object.fromEntries(
    story
      .nps('nps-01')
      .state()
      .radiusClients.map(({ name, secret }) => [name, secret]),
  );

it('NPS is asked over RADIUS before a deployment is called done', async () => {
  const story = await probing();
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(deployment.status).toBe('Succeeded');
  expect(stageOf(deployment, 'verify').detail).toMatch(/; RADIUS answers in \d+ ms(;|$)/);

  const [gateway, probe] = story.nps('nps-01').state().radiusClients;
  expect(probe).toEqual({ ...gateway, name: 'vpn-radius-probe', address: '10.0.9.0/26' });
  const asked = story.world.radius.get('nps-01')!.events;
  expect(asked).toMatchObject([{ id: 6273, reason: 8, address: '10.0.9.4' }]);
  expect(asked[0]!.user).toMatch(/^radius-probe-/);
  expect(story.world.radius.get('nps-02')!.events).toEqual([]);
});

it('nobody is asked where the probe is off', async () => {
  const story = await stage();
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(stageOf(deployment, 'verify').detail).not.toContain('RADIUS');
  expect(story.world.radius.get('nps-01')!.events).toEqual([]);
  expect(Object.keys(secretsOf(story))).toEqual(['vpngw-hub']);
});

it('NPS servers that do not answer fail the verification, by name and cause', async () => {
  const story = await probing();
  const servers = [
    { address: '10.0.1.4', score: 30, host: nps01 },
    { address: '10.0.1.5', score: 20, host: nps02 },
  ];
  const id = await story.send(story.ticket({ radius: { servers, secretName: 'radius-hub' } }));
  await configured(story, id);
  story.nps('nps-01').change((nps) => {
    nps.firewallOpen = false;
  });
  // With only IKEv2, the server demands the Message-Authenticator, and drops requests that were made with another
  // secret.
  story.nps('nps-02').change(typedInByHand);

  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'VerificationFailed' } });
  expect(stageOf(deployment, 'verify').status).toBe('Failed');
  expect(problems(deployment)).toEqual([
    ['SignInBlocked', nps01],
    ['RadiusNoAnswer', nps01],
    ['NpsSecretDiffers', nps02],
    ['RadiusSecretMismatch', nps02],
  ]);
  expect(detailsOf(deployment)[0]!.message).toContain('The firewall blocks RADIUS from 10.0.255.0/27.');
  expect(detailsOf(deployment)[1]!.message).toMatch(/^nps-01: .* does not answer\./);
});

it('an NPS server that refuses the datagram is told at once, also when it cannot be read again', async () => {
  const story = await probing();
  await story.world.radius.get('nps-01')!.close();
  const id = await story.send(story.ticket());
  await configured(story, id);
  story.world.azure.faults.add({
    match: { method: 'PUT', action: actions.runCommand },
    effect: { kind: 'deny' },
  });
  const deployment = await story.ended(id);
  expect(problems(deployment)).toEqual([
    ['AuthorizationFailed', nps01],
    ['RadiusNoAnswer', nps01],
  ]);
  expect(deployment.error!.message).toContain('nps-01 could not be read again');
  expect(deployment.error!.message).toContain('nothing listens on that port');
});

it('a RADIUS server that lets anyone in fails the verification', async () => {
  const careless = createSocket('udp4').bind(0, '127.0.0.1');
  try {
    await once(careless, 'listening');
    const target = `127.0.0.1:${careless.address().port}`;
    const story = await stage({
      settings: { RADIUS_PROBE: 'on', RADIUS_PROBE_TARGETS: JSON.stringify({ '10.0.1.4': target }) },
    });
    careless.on('message', (datagram, { port, address }) => {
      const secret = secretsOf(story)['vpngw-hub']!;
      const answer = encodeResponse(packetCode.accessAccept, decodePacket(datagram), [], secret);
      careless.send(answer, port, address);
    });
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(problems(deployment)).toEqual([['RadiusAcceptsAnyone', nps01]]);
  } finally {
    careless.close();
  }
});

it('an NPS server that got another secret gives itself away by its answer', async () => {
  const story = await probing();
  const id = await story.send(story.ticket(openVpn));
  await configured(story, id);
  story.nps('nps-01').change(typedInByHand);
  const deployment = await story.ended(id);
  expect(deployment.status).toBe('Failed');
  expect(problems(deployment)).toEqual([
    ['NpsSecretDiffers', nps01],
    ['RadiusSecretMismatch', nps01],
  ]);
  expect(JSON.stringify(deployment)).not.toContain('typed-in-by-hand');
});

it('a gateway deployed meanwhile takes over the one probe client: that is told, and is no fault', async () => {
  const story = await probing();
  const spoke = inResourceGroup('Microsoft.Network/virtualNetworks/spoke');
  await story.armWrites('PUT', spoke, {
    location: 'westeurope',
    properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } },
  });
  const first = await story.send(story.ticket(openVpn));
  await configured(story, first);
  const second = await story.send({ ticket: story.webhook('REQ2'), virtualNetworkId: spoke });

  const hub = await story.ended(first);
  expect(hub).toMatchObject({ status: 'Succeeded', result: { gatewayId } });
  expect(stageOf(hub, 'verify').detail).toContain(
    'RADIUS not checked on nps-01: vpn-radius-probe now has the secret of another gateway',
  );
  const afterwards = await story.ended(second);
  expect(afterwards.status).toBe('Succeeded');
  expect(stageOf(afterwards, 'verify').detail).toMatch(/RADIUS answers in \d+ ms/);

  const secrets = secretsOf(story);
  expect(secrets['vpn-radius-probe']).toBe(secrets['vpngw-spoke']);
  expect(secrets['vpngw-hub']).not.toBe(secrets['vpngw-spoke']);
});

it('what NPS leaves to a person is told when the deployment is verified', async () => {
  const story = await stage({
    settings: { GUARDRAILS: JSON.stringify({ approval: { when: ['takesAway'] } }) },
  });
  story.nps('nps-01').change((nps) => {
    nps.radiusClients.push({
      name: 'wlan',
      address: '10.0.1.40',
      vendor: 'RADIUS Standard',
      enabled: true,
      authAttributeRequired: false,
      secret: 'of-the-wlan',
    });
  });
  // When nobody is to be asked, these changes are not made.
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(deployment.status).toBe('Succeeded');
  expect(stageOf(deployment, 'verify').detail).toContain(
    'open on nps-01: mfa-text-codes, blast-radius-proxy-state, blast-radius-message-authenticator',
  );
  expect(stageOf(deployment, 'nps').detail).toContain('reg add HKLM\\SOFTWARE\\Microsoft\\AzureMfa');
  const { blastRadius, mfa, networkPolicies } = story.nps('nps-01').state();
  expect({ blastRadius, mfa: mfa.overrideNumberMatching }).toEqual({
    blastRadius: { limitProxyState: false, requireMessageAuthenticator: false },
    mfa: null,
  });
  // The gateway has a policy of its own. The policies that the users of the others meet are as before.
  expect(deployment.result?.networkPolicy).toBe('VPN gateway vpngw-hub');
  expect(networkPolicies.map(({ name, grant }) => [name, grant])).toEqual([
    ['Connections to Microsoft Routing and Remote Access server', false],
    ['Connections to other access servers', false],
    ['VPN gateway vpngw-hub', true],
  ]);
});

it('the compliance check asks too: a server that fell silent since is found', async () => {
  const story = await probing();
  expect((await story.ended(await story.send(story.ticket()))).status).toBe('Succeeded');
  story.nps('nps-01').change((nps) => {
    nps.firewallOpen = false;
  });
  expect((await story.call('POST', 'compliance/runs', {})).status).toBe(202);
  await story.host.runFor(60);
  const { findings } = (await story.call('GET', 'compliance/latest')).body;
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: 'radius-no-answer', severity: 'high', status: 'open' }),
  );
});
