import { expect, it } from 'vitest';
import { hub, type Stage, stage, stageOf } from '../stage/stage.ts';

const other = hub.replace(/hub$/, 'other');
const pool = '172.20.4.0/24';
const pointToSite = { addressPool: [pool] };

const twoNetworks = () =>
  stage({
    scenario: {
      resources: [
        { id: other, properties: { addressSpace: { addressPrefixes: ['10.60.0.0/16'] }, subnets: [] } },
      ],
    },
  });
const ask = (story: Stage, id: string, virtualNetworkId: string) =>
  story.send(
    story.ticket({
      ticket: story.webhook(id),
      virtualNetworkId,
      gatewaySubnetPrefix: undefined,
      gateway: {},
      pointToSite,
    }),
  );

it('the pool of a deployment that runs is refused to another, and free once that one has failed', async () => {
  const story = await twoNetworks();
  story.nps('nps-01').change((state) => {
    state.serverCore = true;
  });
  const first = await ask(story, 'REQ1', hub);
  await story.until(first, (deployment) => stageOf(deployment, 'plan').status === 'Running');
  await story.host.runFor(0.2);
  const meanwhile = await story.ended(await ask(story, 'REQ2', other));
  expect(meanwhile.error!.code).toBe('AddressPoolTaken');
  expect((await story.ended(first)).error!.code).toBe('RequestRefused');

  story.nps('nps-01').change((state) => {
    state.serverCore = false;
  });
  const afterwards = await story.ended(await ask(story, 'REQ3', other));
  expect(stageOf(afterwards, 'plan')).toMatchObject({ status: 'Succeeded' });
  expect(afterwards.error).toBeUndefined();
});
