import { expect, it } from 'vitest';
import type { Deployment } from '../../shared/deployment.ts';
import type { NpsServerState } from '../../simulator/nps/state.ts';
import { gatewayId, inResourceGroup, nps01, type Stage, stage, stageOf } from './stage.ts';

const probing = () => stage({ settings: { RADIUS_PROBE: 'on' } });
const openVpn = { pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['OpenVPN'] } };

/** The NPS server changes once it is configured, while the gateway still provisions. */
async function changedMeanwhile(story: Stage, ticket: unknown, edit: (state: NpsServerState) => void) {
  const id = await story.send(ticket);
  await story.until(id, (deployment) => stageOf(deployment, 'nps').status === 'Succeeded');
  story.nps('nps-01').change(edit);
  return story.ended(id);
}

const problems = (deployment: Deployment) =>
  (deployment.error?.details ?? []).map(({ code, target }) => [code, target]);
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
  expect(stageOf(deployment, 'verify').detail).toMatch(/; RADIUS answers in \d+ ms$/);

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

it('an NPS server whose firewall is closed fails the verification, by name', async () => {
  const story = await probing();
  const deployment = await changedMeanwhile(story, story.ticket(), (nps) => {
    nps.firewallOpen = false;
  });
  expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'VerificationFailed' } });
  expect(problems(deployment)).toEqual([['RadiusNoAnswer', nps01]]);
  expect(deployment.error!.details![0]!.message).toMatch(/^nps-01: .* does not answer\./);
  expect(stageOf(deployment, 'verify').status).toBe('Failed');
});

it('an NPS server that refuses the datagram does so at once', async () => {
  const story = await probing();
  await story.world.radius.get('nps-01')!.close();
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(problems(deployment)).toEqual([['RadiusNoAnswer', nps01]]);
  expect(deployment.error!.message).toContain('nothing listens on that port');
});

it.each([
  ['answers with it', openVpn],
  ['is silent, for it demands the Message-Authenticator', {}],
])('an NPS server that got another secret is found out: it %s', async (_, wish) => {
  const story = await probing();
  const deployment = await changedMeanwhile(story, story.ticket(wish), (nps) => {
    for (const client of nps.radiusClients) client.secret = 'typed-in-by-hand';
  });
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
  const first = await story.send(story.ticket());
  await story.until(first, (deployment) => stageOf(deployment, 'nps').status === 'Succeeded');
  const second = await story.send({ ticket: story.webhook('REQ2'), virtualNetworkId: spoke });

  const hub = await story.ended(first);
  expect(hub).toMatchObject({ status: 'Succeeded', result: { gatewayId } });
  expect(stageOf(hub, 'verify').detail).toContain(
    'RADIUS not checked on nps-01: vpn-radius-probe has another secret by now, as of another gateway',
  );
  const afterwards = await story.ended(second);
  expect(afterwards.status).toBe('Succeeded');
  expect(stageOf(afterwards, 'verify').detail).toMatch(/RADIUS answers in \d+ ms/);

  const secrets = secretsOf(story);
  expect(secrets['vpn-radius-probe']).toBe(secrets['vpngw-spoke']);
  expect(secrets['vpngw-hub']).not.toBe(secrets['vpngw-spoke']);
});

it('what NPS leaves to a person is told when the deployment is verified', async () => {
  const story = await stage();
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
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(deployment.status).toBe('Succeeded');
  expect(stageOf(deployment, 'verify').detail).toContain('open on nps-01: require-message-authenticator-off');
  expect(story.nps('nps-01').state().blastRadius).toEqual({
    limitProxyState: true,
    requireMessageAuthenticator: false,
  });
});
