import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { installPage, parametersIn } from '../../scripts/pages/install-page.mjs';
import { allCosts, runningCost } from '../../scripts/preflight/running-cost.mjs';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
interface Resource {
  readonly type: string;
  readonly name: string;
  readonly properties?: { readonly roleName?: string };
}
const deployed = (name: string) => JSON.parse(read(`test/golden/deployments/${name}.json`)) as Resource[];
const count = (name: string, type: string) => deployed(name).filter((one) => one.type === type).length;

describe('docs/install.md', () => {
  it('explains every parameter, and tells cost and duration as preflight does (npm run documents writes it)', () => {
    expect(read('docs/install.md')).toBe(installPage());
  });

  it('has found each parameter of the template', () => {
    const names = [...read('infra/main.bicep').matchAll(/^param (\w+)/gm)].map(([, name]) => name);
    expect(parametersIn(read('infra/main.bicep')).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['log alerts', 'Microsoft.Insights/scheduledQueryRules', 'small'],
    ['metric alerts', 'Microsoft.Insights/metricAlerts', 'small'],
    ['private endpoints', 'Microsoft.Network/privateEndpoints', 'enterprise'],
  ])('counts %s as the template makes them', (what, type, installation) => {
    const row = allCosts.fixed.find((one) => one.what.startsWith(what));
    expect(row?.count).toBe(count(installation, type));
  });
});

it('preflight counts what an installation has switched on', () => {
  const off = { natGateway: false, privateEndpoints: false, createPrivateDnsZones: true };
  expect(runningCost({ switches: off }).month).toBe(4.7);
  expect(
    runningCost({ switches: { ...off, privateEndpoints: true, createPrivateDnsZones: false } }).month,
  ).toBe(33.9);
  expect(runningCost({ switches: { ...off, natGateway: true } }).month).toBe(41.2);
});

describe('docs/uninstall.md', () => {
  const page = read('docs/uninstall.md');

  it('finds the roles by the name that the template gives them', () => {
    const [, prefix] = /starts_with\(roleName, '([^']+)'\)/.exec(page)!;
    const roles = deployed('small').filter(({ type }) => type === 'Microsoft.Authorization/roleDefinitions');
    expect(roles).toHaveLength(2);
    for (const { properties } of roles)
      expect(properties!.roleName!.startsWith(prefix!.replace('$name', 'vpn-small'))).toBe(true);
  });

  it('removes each event subscription that would stay in a topic of others', () => {
    const template = read('infra/event-subscriptions.bicep');
    const inTopic = [...template.matchAll(/name: '(vpn-radius-(?:virtual-networks|gateways)-)\$\{token\}'/g)];
    expect(inTopic).toHaveLength(2);
    for (const [, name] of inTopic) expect(page).toContain(`--name ${name}<token>`);
  });

  it('names the container of records, and asks for the azd that azure.yaml asks for', () => {
    expect(read('infra/modules/app/storage.bicep')).toContain("'vpn-radius-records'");
    expect(page).toContain('--source vpn-radius-records');
    const [, version] = /azd: '>= ([\d.]+)'/.exec(read('azure.yaml'))!;
    expect(page).toContain(`azd before ${version} deletes`);
    expect(read('docs/install.md')).toContain(`\`azd\` ${version} or later`);
  });
});
