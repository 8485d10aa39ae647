import { expect, it } from 'vitest';
import { developmentSecrets } from '../../../simulator/local/world.ts';
import { gatewayId, nps01, stage } from '../stage/stage.ts';

it.each(['servicenow-credential', 'JIRA-credential', 'callback-key'])(
  'a ticket that names %s as the shared secret is refused, and the secret goes nowhere',
  async (secretName) => {
    const story = await stage();
    const ticket = story.ticket({
      radius: { servers: [{ address: '10.0.1.4', host: nps01 }], secretName },
    });
    const plan = await story.call('POST', 'deployments/plan', ticket);
    expect(plan.status).toBe(400);
    expect(plan.body.error).toMatchObject({ code: 'SecretReserved', target: 'radius.secretName' });

    const deployment = await story.ended(await story.send(ticket));
    expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'SecretReserved' } });
    expect(story.writes()).toEqual([]);
    const told = JSON.stringify([story.answers(), story.logs]);
    for (const secret of Object.values(developmentSecrets)) expect(told).not.toContain(secret);
  },
);

it('a preview does not tell whether a secret of somebody else exists, whose it is or when it expires', async () => {
  const story = await stage({
    scenario: {
      secrets: [
        { name: 'db-password', value: 'x' },
        { name: 'radius-other', value: 'of-another-gateway-4711' },
      ],
    },
  });
  const other = story.world.azure.world.vault.secrets.get('radius-other')![0]!;
  other.tags = { 'vpn-radius-gateway': gatewayId.replace('vpngw-hub', 'vpngw-other') };
  other.expires = 1;
  const preview = async (secretName: string) => {
    const ticket = story.ticket({ radius: { servers: [{ address: '10.0.1.4', host: nps01 }], secretName } });
    const { status, text } = await story.call('POST', 'deployments/plan', ticket);
    expect(status).toBe(200);
    return text.replaceAll(secretName, 'NAME');
  };
  const absent = await preview('nothing-there');
  expect(absent).toContain('SecretNotLookedAt');
  expect(await preview('db-password')).toBe(absent);
  expect(await preview('radius-other')).toBe(absent);
});

it('nor does a dry run that asks NPS, where the server holds that very secret', async () => {
  const story = await stage({
    scenario: { secrets: [{ name: 'radius-other', value: 'of-another-gateway-4711' }] },
    npsStates: {
      'nps-01': {
        radiusClients: [
          {
            name: 'vpngw-hub',
            address: '10.0.255.0/27',
            vendor: 'RADIUS Standard',
            enabled: true,
            authAttributeRequired: false,
            secret: 'of-another-gateway-4711',
          },
        ],
      },
    },
  });
  const preview = async (secretName: string) => {
    const radius = { servers: [{ address: '10.0.1.4', host: nps01 }], secretName };
    const { body } = await story.call('POST', 'deployments/plan', {
      ...story.ticket({ radius }),
      nps: 'preview',
    });
    const look = async () => (await story.call('GET', `plans/${body.id}`)).body;
    await story.host.runUntil(async () => (await look()).status !== 'Running', { limitMinutes: 30 });
    const { id: _, startedAt: __, endedAt: ___, ...told } = await look();
    return JSON.stringify(told).replaceAll(secretName, 'NAME');
  };
  const absent = await preview('nothing-there');
  expect(absent).toContain('SecretNotLookedAt');
  expect(absent).toContain('client-secret:vpngw-hub');
  expect(await preview('radius-other')).toBe(absent);
});
