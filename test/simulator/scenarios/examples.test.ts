import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createAzure } from '../../../simulator/azure/azure.ts';
import { parseScenario } from '../../../simulator/azure/scenario.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { npsMachines } from '../../../simulator/local/nps-servers.ts';
import { parseCase } from '../../../simulator/rehearsal/case.ts';

const folder = new URL('../../../simulator/scenarios/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const examples = readdirSync(folder).filter((name) => name.endsWith('.json'));

it.each(examples)('%s can be started with, and is in the README', (name) => {
  const content = JSON.parse(text(name));
  const { scenario, npsStates } =
    'do' in content ? parseCase(content) : { scenario: parseScenario(content), npsStates: {} };
  const clock = virtualClock(new Date('2027-01-01T00:00:00Z'));
  const azure = createAzure({ clock, scenario });
  const states = { ...scenario.npsStates, ...npsStates };
  expect(npsMachines(azure, { clock, engine: 'memory', states }).length).toBeGreaterThan(2);
  expect(text('README.md')).toContain(`\`${name}\``);
});

it('the README names every member of a scenario and every kind of step', () => {
  const readme = text('README.md');
  const members = [
    'resources',
    'without',
    'resourceGroups',
    'npsStates',
    'secrets',
    'durations',
    'faults',
    'rbac',
  ];
  const kinds = [
    'plan',
    'ticket',
    'event',
    'compliance',
    'http',
    'arm',
    'minutes',
    'signIn',
    'show',
    'nps',
    'writes',
  ];
  for (const member of members) expect(readme).toContain(`| \`${member}\``);
  for (const kind of kinds) expect(readme).toContain(`{"${kind}"`);
});
