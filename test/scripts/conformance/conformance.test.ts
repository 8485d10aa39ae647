import { afterAll, beforeAll, expect, it } from 'vitest';
import { subscriptionId } from '../../../simulator/azure/default-world.ts';
import { conformanceWorld, leftIn } from './command.ts';

let world: Awaited<ReturnType<typeof conformanceWorld>>;
beforeAll(async () => {
  world = await conformanceWorld();
});
afterAll(() => world.close());

it('finds the simulated Azure to be as it is assumed, cleans up, and records without a secret', async () => {
  const azure = world.begin();
  const { status, lines, counts, stderr, recording } = await world.conformance(['--gateway', '--yes']);
  if (process.env.SHOW)
    console.log(stderr, lines.map((l) => `${l.verdict} ${l.ids}: ${l.saw}`).join('\n'), recording.length);
  if (process.env.KEEP) (await import('node:fs')).writeFileSync(process.env.KEEP, recording);
  expect(lines.filter(({ verdict }) => verdict === 'contradicted')).toEqual([]);
  expect({ status, counts }).toMatchObject({ status: 0, counts: { confirmed: 38, contradicted: 0 } });
  expect(leftIn(azure)).toEqual([]);
  expect(recording).not.toContain(subscriptionId);
});
