import { describe, expect, it } from 'vitest';
import { compile, KqlError } from '../../../../simulator/azure/graph/kql.ts';
import { azureAt, hub } from '../client.ts';

const url = '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01';
const gatewaysOnly = "resources | where type =~ 'Microsoft.Network/virtualNetworkGateways'";

const gateways = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${hub}/Microsoft.Network/virtualNetworkGateways/gw-${String(index).padStart(5, '0')}`,
    tags: { 'vpn-radius': index % 2 === 0 ? 'enabled' : 'off' },
    properties: { sku: { name: index % 10 === 0 ? 'VpnGw1' : 'VpnGw1AZ' } },
  }));

describe('Resource Graph', () => {
  it('pages through ten thousand gateways, a thousand a page, in order and each once', async () => {
    const { azure, post, clock } = azureAt();
    azure.seed(gateways(10_000));
    const seen: string[] = [];
    let token: string | undefined;
    do {
      clock.advance(1000);
      const { body, status } = await post(url, {
        query: `${gatewaysOnly} and properties.gatewayType =~ 'Vpn' | project id, sku = properties.sku.name | order by id asc`,
        options: token ? { $skipToken: token } : {},
      });
      expect([status, body.totalRecords, body.resultTruncated]).toEqual([200, 10_000, 'false']);
      seen.push(...body.data.map((row: { id: string }) => row.id));
      token = body.$skipToken;
    } while (token);
    expect(seen).toHaveLength(10_000);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  it('counts its quota down, then throttles, then starts anew', async () => {
    const { post, clock } = azureAt();
    const answers = [];
    for (let index = 0; index < 16; index++) answers.push(await post(url, { query: gatewaysOnly }));
    expect(answers[0]!.headers).toMatchObject({
      'x-ms-user-quota-remaining': '14',
      'x-ms-user-quota-resets-after': '00:00:05',
    });
    expect(answers[14]!.headers['x-ms-user-quota-remaining']).toBe('0');
    expect([answers[15]!.status, answers[15]!.headers['retry-after']]).toEqual([429, '5']);
    clock.advance(5000);
    expect((await post(url, { query: gatewaysOnly })).status).toBe(200);
  });

  it('shows types in lower case, no secret, and only what the role may read', async () => {
    const { post, azure } = azureAt(undefined, {
      scenario: { rbac: { roleActions: ['Microsoft.Network/virtualNetworks/read'] } },
    });
    azure.seed(gateways(1));
    const { body } = await post(url, { query: 'resources | project type, name' });
    expect(body.data).toEqual([{ type: 'microsoft.network/virtualnetworks', name: 'hub' }]);
  });

  it('says where it could not understand a query', async () => {
    const { post } = azureAt();
    const { status, body } = await post(url, { query: "resources\n| where type ~ 'x'" });
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(body.error.details).toMatchObject([
      { code: 'InvalidQuery' },
      { code: 'ParserFailure', line: 2, characterPositionInLine: 13, token: '~' },
    ]);
  });
});

describe('the query language', () => {
  const rows = [
    {
      name: 'a',
      type: 'x/Y',
      n: 1,
      tags: { 'vpn-radius': 'enabled' },
      properties: { sku: { name: 'VpnGw1AZ' }, list: [1, 2] },
    },
    { name: 'b', type: 'x/z', n: 2, tags: null, properties: { sku: { name: 'Basic' } } },
    { name: 'C', type: 'x/y', n: 3, tags: {}, properties: {} },
  ];
  const names = (query: string) => compile(query)(rows).map((row) => row.name);

  it.each([
    ["resources | where type == 'x/y'", ['C']],
    ["resources | where type =~ 'X/y'", ['a', 'C']],
    ["resources | where type !~ 'x/y' or n >= 3", ['b', 'C']],
    ["resources | where (n == 1 or n == 2) and properties.sku.name != 'Basic'", ['a']],
    ["resources | where tags['vpn-radius'] == 'enabled'", ['a']],
    ["resources | where name in ('a', 'c')", ['a']],
    ["resources | where name in~ ('a', 'c')", ['a', 'C']],
    ["resources | where properties.sku.name contains 'gw1'", ['a']],
    ["resources | where properties.sku.name startswith 'bas'", ['b']],
    ['resources | where isempty(properties.sku.name)', ['C']],
    ['resources | where not(isempty(properties.sku.name)) // those with a SKU', ['a', 'b']],
    ['resources | where array_length(properties.list) == 2', ['a']],
    ["resources | where tolower(name) == 'c'", ['C']],
    ['resources | order by n', ['C', 'b', 'a']],
    ['resources | sort by n asc | limit 2', ['a', 'b']],
    ['project name | take 1', ['a']],
  ])('%s', (query, expected) => {
    expect(names(query)).toEqual(expected);
  });

  it('names columns as the service does', () => {
    expect(
      compile("resources | where name == 'a' | extend k = n | project properties.sku.name, k")(rows),
    ).toEqual([{ properties_sku_name: 'VpnGw1AZ', k: 1 }]);
    expect(compile('resources | count')(rows)).toEqual([{ Count: 3 }]);
  });

  it.each([
    'securityresources',
    'resources | summarize count() by type',
    'resources | where strlen(name) > 2',
    'resources where',
  ])('does not understand %s', (query) => {
    expect(() => compile(query)).toThrow(KqlError);
  });
});
