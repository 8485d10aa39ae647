import { expect, it } from 'vitest';
import type { Deployment } from '../../../shared/deployment/contract.ts';
import { hub, nps01, nps02, type Stage, stage, stageOf } from '../stage/stage.ts';

const spoke = hub.replace(/hub$/, 'spoke');
const first = { address: '10.0.1.4', score: 30, host: nps01 };
const second = { address: '10.0.1.5', score: 20, host: nps02 };

/** Two VNets whose gateways ask the same NPS servers. */
async function twoNetworks(): Promise<Stage> {
  const story = await stage();
  const properties = { addressSpace: { addressPrefixes: ['10.1.0.0/16'] }, subnets: [] };
  story.world.azure.seed([{ id: spoke, location: 'westeurope', properties }]);
  return story;
}

const ticketFor = (story: Stage, virtualNetworkId: string, servers: object[]) => {
  const {
    pointToSite: _,
    gateway: __,
    radius: ___,
    ...ticket
  } = story.ticket({ ticket: story.webhook(virtualNetworkId.slice(-4)) }) as Record<string, unknown>;
  return { ...ticket, gatewaySubnetPrefix: undefined, virtualNetworkId, radius: { servers } };
};

/** When `Set` ran on a server, in minutes: from the PUT of its run command to its removal, if it was removed. */
function sets(story: Stage, machine: string): [number, number][] {
  const { requests } = story.world.azure;
  const at = ({ at: time }: { at: string }) => Date.parse(time) / 60_000;
  return requests
    .filter(({ method, url }) => method === 'PUT' && url.includes(`/${machine}/runCommands/vpn-radius-`))
    .filter(({ url }) => !url.includes('vpn-radius-check-'))
    .map((put) => {
      const path = put.url.split('?')[0]!;
      const removed = requests.find(
        ({ method, url, at: time }) => method === 'DELETE' && url.startsWith(path) && time > put.at,
      );
      return [at(put), removed ? at(removed) : Number.NaN];
    });
}

const waitsFor = ({ stages }: Deployment) => stages.find(({ name }) => name === 'nps')!.lastError;

it('two deployments configure an NPS server one after the other, in whatever order they name two of them', async () => {
  const story = await twoNetworks();
  const one = await story.send(ticketFor(story, hub, [first, second]));
  const other = await story.send(ticketFor(story, spoke, [second, first]));
  const waiting = new Set<string>();
  const look = async () => {
    for (const id of [one, other]) {
      const said = waitsFor(await story.deployment(id));
      if (said?.code === 'NpsServerInUse') waiting.add(`${id} ${said.message}`);
    }
  };
  for (let minute = 0; minute < 15; minute++) {
    await story.host.runFor(1);
    await look();
  }
  const ended = [await story.ended(one), await story.ended(other)];
  expect(ended.map(({ status, error }) => error ?? status)).toEqual(['Succeeded', 'Succeeded']);
  for (const machine of ['nps-01', 'nps-02']) {
    const [a, b, ...more] = sets(story, machine).toSorted(([x], [y]) => x - y);
    expect(more).toEqual([]);
    expect(b![0]).toBeGreaterThanOrEqual(a![1]);
    // The branch was woken when the turn was given back, not at its next look.
    expect(b![0] - a![1]).toBeLessThan(0.5);
  }
  // The branch that waited named the deployment for which it waited.
  expect(waiting.size).toBeGreaterThan(0);
  for (const said of waiting) {
    const [id, ...message] = said.split(' ');
    expect(message.join(' ')).toContain(`The deployment ${id === one ? other : one} of vpngw-`);
  }
  for (const deployment of ended) expect(stageOf(deployment, 'nps').status).toBe('Succeeded');
});

it('whoever was stopped from outside, was canceled or failed holds nobody up', async () => {
  const story = await twoNetworks();
  const one = await story.send(ticketFor(story, hub, [first]));
  const other = await story.send(ticketFor(story, spoke, [first]));
  await story.host.runFor(4);
  expect(sets(story, 'nps-01')).toHaveLength(1);
  const [holder, waits] = waitsFor(await story.deployment(one)) ? [other, one] : [one, other];
  expect(waitsFor(await story.deployment(waits))).toMatchObject({ code: 'NpsServerInUse' });
  const branch = `${holder}-nps-1`;
  await story.host.fetch(`/runtime/webhooks/durabletask/instances/${branch}/terminate?reason=test`, {
    method: 'POST',
  });
  const succeeded = await story.ended(waits);
  expect(succeeded.status).toBe('Succeeded');
  const lost = await story.ended(holder);
  expect(lost).toMatchObject({ status: 'Failed', error: { code: 'Interrupted' } });

  // Canceled while it configures the server: the turn is free at once.
  const again = holder === one ? hub : spoke;
  const third = await story.send(ticketFor(story, again, [first]));
  await story.until(third, (deployment) => stageOf(deployment, 'nps').status === 'Running');
  await story.call('POST', `deployments/${third}/cancel`, { by: 'Maria' });
  await story.ended(third);
  const fourth = await story.ended(await story.send(ticketFor(story, again, [first])));
  expect(fourth.status).toBe('Succeeded');
});
