import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/azure/faults.ts';
import { actions, gatewayId, hub, type Stage, stage } from '../stage/stage.ts';

const secretUrl = '/secrets/radius-hub';
const wait = (action: string, requests: ReturnType<Stage['requests']>) => {
  const [first, second] = requests;
  if (!first || !second) throw new Error(`${action} was asked for ${requests.length} times, not twice.`);
  return (Date.parse(second.at) - Date.parse(first.at)) / 1000;
};

/** The deployment succeeds despite the fault, and each thing exists once. */
async function succeedsWith(fault: Fault, options: Parameters<typeof stage>[0] = {}) {
  const story = await stage(options);
  story.world.azure.faults.add(fault);
  const deployment = await story.ended(await story.send(story.ticket()));
  expect(deployment).toMatchObject({ status: 'Succeeded' });
  const ofType = (type: string) =>
    [...story.world.azure.world.resources].filter(
      (resource) => resource.type === `Microsoft.Network/${type}`,
    );
  expect(ofType('virtualNetworkGateways')).toHaveLength(1);
  expect(ofType('publicIPAddresses')).toHaveLength(1);
  expect(story.properties(hub)!.subnets).toHaveLength(2);
  expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
  expect(story.world.azure.world.vault.secrets.get('radius-hub')).toHaveLength(1);
  expect(story.nps('nps-01').state().radiusClients).toHaveLength(1);
  expect(story.answers()).toMatchObject([{ status: 'Succeeded' }]);
  expect(deployment.result!.changes).toContain('gateway vpngw-hub created');
  return { ...story, deployed: deployment };
}

describe('Azure asks to come again, and the deployment waits', () => {
  it('429 with Retry-After: not a second less than it asks for', async () => {
    const effect = { kind: 'respond', status: 429, retryAfterSeconds: 900 } as const;
    const story = await succeedsWith({ match: { method: 'PUT', action: actions.publicIp }, effect });
    expect(wait('public IP', story.requests('PUT', actions.publicIp))).toBeGreaterThanOrEqual(900);
  });

  it('409 while another operation runs: until its turn has come', async () => {
    const effect = { kind: 'respond', status: 409 } as const;
    const story = await succeedsWith({ match: { method: 'PUT', action: actions.gateway }, effect, times: 5 });
    expect(story.requests('PUT', actions.gateway)).toHaveLength(6);
  });

  it.each([500, 503, 408])('%i twice, at every kind of request', async (status) => {
    await succeedsWith({ match: {}, effect: { kind: 'respond', status }, times: 2 });
  });

  it.each([
    ['GET', actions.gateway.replace('/write', '/read')],
    ['POST', 'Microsoft.ResourceGraph/resources/read'],
    ['PUT', actions.runCommand],
    ['GET', actions.runCommand.replace('/write', '/read')],
  ])('503 at %s %s', async (method, action) => {
    await succeedsWith({ match: { method, action }, effect: { kind: 'respond', status: 503 }, times: 2 });
  });

  it('a whole hour of 503 is too long: the ticket is told so, and nothing repeats for ever', async () => {
    const story = await stage();
    const match = { method: 'PUT', action: actions.publicIp };
    story.world.azure.faults.add({ match, effect: { kind: 'respond', status: 503 }, times: 'always' });
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'ServiceUnavailable' } });
    expect(story.minutes()).toBeGreaterThan(50);
    expect(story.minutes()).toBeLessThan(70);
    expect(story.answers()).toMatchObject([{ status: 'Failed' }]);
    expect(story.requests('PUT', actions.publicIp).length).toBeLessThan(30);
  });
});

describe('an answer is lost, and nothing is made twice', () => {
  const writes = [
    ['GatewaySubnet', { method: 'PUT', action: actions.subnet }],
    ['the public IP address', { method: 'PUT', action: actions.publicIp }],
    ['the secret', { method: 'PUT', url: secretUrl }],
    ['the gateway', { method: 'PUT', action: actions.gateway }],
    ['the run command', { method: 'PUT', action: actions.runCommand }],
  ] as const;

  it.each(writes)('%s: before it arrived', async (_, match) => {
    await succeedsWith({
      match,
      effect: { kind: 'drop' },
      ...(match.method === 'PUT' && 'url' in match && { after: 0 }),
    });
  });

  it.each(writes)('%s: after it was carried out', async (what, match) => {
    const story = await succeedsWith({ match, effect: { kind: 'drop', afterEffect: true } });
    const carried = story
      .writes()
      .filter(({ method, url, action }) =>
        'url' in match ? url.includes(match.url) : action === match.action && method === 'PUT',
      );
    expect(carried, what).toHaveLength(1);
    const { changes = [] } = story.deployed.result!;
    expect(changes.filter((change) => change.startsWith('nps-01: '))).not.toEqual([]);
  });

  it('of every tenth request', async () => {
    const story = await stage();
    for (let after = 9; after < 60; after += 10) {
      story.world.azure.faults.add({
        match: {},
        after,
        effect: { kind: 'drop', afterEffect: after % 20 === 9 },
      });
    }
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment.status).toBe('Succeeded');
    expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
  });
});
