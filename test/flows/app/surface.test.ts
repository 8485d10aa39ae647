import { describe, expect, it } from 'vitest';
import { version } from '../../../shared/core/version.ts';
import { hurried } from '../../../simulator/local/hurried.ts';
import { gatewayId, stage } from '../stage/stage.ts';

describe('health, for anyone', () => {
  it('is ok', async () => {
    const story = await stage({ functionKey: 'a key' });
    expect(await story.call('GET', 'health')).toMatchObject({ status: 200, body: { status: 'ok', version } });
  });

  it.each([
    ['cannot be reached', { kind: 'respond', status: 503 }],
    ['denies the secrets', { kind: 'deny' }],
    ['breaks the connection', { kind: 'drop' }],
  ] as const)(
    'is a 503 that says why when Key Vault %s, without details of the installation',
    async (_, effect) => {
      const story = await stage();
      story.world.azure.faults.add({ match: { url: '/secrets/' }, effect, times: 'always' });
      const { status, body, text } = await story.call('GET', 'health');
      expect(status).toBe(503);
      expect(body).toMatchObject({
        status: 'unavailable',
        problems: [{ message: expect.stringContaining('Key Vault') }],
      });
      expect(text).not.toContain(new URL(story.world.origin).host);
      expect(text).not.toMatch(/subscriptions|secrets\//);
    },
  );
});

it('where a function key is set, every other route asks for it', async () => {
  const story = await stage({ functionKey: 'a key' });
  const routes = story.host.functions.filter(
    ({ type, authLevel }) => type === 'httpTrigger' && authLevel !== 'anonymous',
  );
  expect(routes.length).toBeGreaterThan(8);
  for (const { route, methods } of routes) {
    const path = route!.replace(/^\/?(api\/)?/, '').replaceAll(/\{[^}]+\}/g, 'x');
    const answer = await story.host.fetch(`/api/${path}`, {
      method: methods![0]!,
      ...(methods![0] !== 'GET' && { body: '{}' }),
    });
    expect([route, answer.status]).toEqual([route, 401]);
  }
  const withKey = (headers: Record<string, string>, query = '') =>
    story.host.fetch(`/api/deployments${query}`, { headers });
  expect((await withKey({ 'x-functions-key': 'a key' })).status).toBe(200);
  expect((await withKey({}, '?code=a%20key')).status).toBe(200);
  expect((await withKey({ 'x-functions-key': 'another' })).status).toBe(401);
});

describe('a client profile', () => {
  it('is generated for whoever asks, is not to be cached, and its URL is kept nowhere', async () => {
    const story = await stage();
    const { id } = await story.ended(await story.send(story.ticket()));
    hurried(story);
    const answer = await story.call('POST', `deployments/${id}/client-profile`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { url, expiresAt } = answer.body;
    const signature = new URL(url).searchParams.get('sig')!;
    expect(signature.length).toBeGreaterThan(20);
    expect(Date.parse(expiresAt)).toBeGreaterThan(story.clock.now().getTime());

    await story.host.runFor(30);
    const ids = story.host.durable.instances().map(({ instanceId }) => instanceId);
    const kept = JSON.stringify([
      story.logs,
      story.answers(),
      story.world.azure.topicEvents,
      story.host.durable.instances(),
      ids.map((one) => story.host.durable.history(one)),
      await story.deployment(id),
    ]);
    expect(kept).not.toContain(signature);
    expect(kept).not.toContain(encodeURIComponent(signature));
    expect(kept).not.toContain('vpnclientconfiguration.zip');
  });

  it('needs a gateway: 409 before there is one', async () => {
    const story = await stage();
    const id = await story.send(story.ticket());
    await story.host.runFor(5);
    expect(story.properties(gatewayId)!.provisioningState).toBe('Updating');
    const answer = await story.call('POST', `deployments/${id}/client-profile`);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'GatewayNotReady', target: id } } });
  });
});

it('what goes wrong inside is a 5xx that says so without the details, and the log has the place', async () => {
  const story = await stage();
  story.world.azure.faults.add({
    match: { action: 'Microsoft.Network/virtualNetworks/read' },
    effect: { kind: 'respond', status: 503 },
  });
  const answer = await story.call('POST', 'deployments/plan', story.ticket());
  expect(answer.status).toBe(503);
  expect(answer.body.error).toMatchObject({ code: 'ServiceUnavailable' });
  expect(answer.text).not.toMatch(/at \w+.*\.js/);
  expect(
    story.logs.some(({ level, message }) => level === 'error' && message.includes('ServiceUnavailable')),
  ).toBe(true);
});
