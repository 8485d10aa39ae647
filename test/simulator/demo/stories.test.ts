import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { changeGateway } from '../../../simulator/demo/change.ts';
import { groups } from '../../../simulator/demo/groups.ts';
import { migration } from '../../../simulator/demo/migration.ts';
import { demoOptions } from '../../../simulator/demo/options.ts';
import { tellStory } from '../../../simulator/demo/story.ts';
import { appFile } from '../../flows/stage/stage.ts';

/** What `npm run demo -- --story … --json` prints. */
async function toldBy(name: string, story: Parameters<typeof tellStory>[2]) {
  const out = new PassThrough();
  let printed = '';
  out.on('data', (data) => {
    printed += data;
  });
  const options = demoOptions(['--story', name, '--json', '--pace', '0']);
  const succeeded = await tellStory(options, out as unknown as NodeJS.WriteStream, story, { appFile });
  expect(succeeded).toBe(true);
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('tells how a gateway is changed: who signs in gets in before and after, by another NPS server', async () => {
  const lines = await toldBy('change', changeGateway);
  expect(lines.at(-1)).toMatchObject({ outcome: 'Succeeded', usersNotice: 7, login: 'accepted' });
  const logins = lines.filter(({ login, by }) => login && by);
  expect(logins.map(({ by, outcome }) => `${outcome} by ${by}`)).toEqual([
    'accepted by nps-01',
    'accepted by nps-02',
  ]);
  const told = lines.flatMap(({ message }) => message ?? []).join('\n');
  expect(told).toMatch(/told to ask 10\.0\.1\.4 and 10\.0\.1\.5\nAt .* told to ask 10\.0\.1\.5\n/);
});

it('tells how users get addresses of the pool of their group, and of the default one once the group is gone', async () => {
  const lines = await toldBy('groups', groups);
  expect(lines.at(-1)).toMatchObject({
    outcome: 'Succeeded',
    groups: { dora: 'finance', anna: 'everybody', later: 'everybody' },
  });
});

it('tells how RADIUS gives way to Entra sign-in, with the way back at the end', async () => {
  const lines = await toldBy('migrate', migration);
  expect(lines.at(-1)).toMatchObject({ outcome: 'Succeeded', path: 'to-entra', removed: expect.any(Number) });
  const told = lines.flatMap(({ message }) => message ?? []).join('\n');
  expect(told).toMatch(
    /sign in by Radius over IkeV2\.[\s\S]*by Radius and AAD[\s\S]*sign in by AAD over OpenVPN\.[\s\S]*To go back: /,
  );
});
