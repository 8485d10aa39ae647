import { describe, expect, it } from 'vitest';
import { createAzure } from '../../../simulator/azure/azure.ts';
import { subscriptionId } from '../../../simulator/azure/default-world.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { sharedFolder } from '../../shared-folder.ts';
import { header, send } from './client.ts';
import { type Interaction, readRecordings, shapeDifferences } from './recording.ts';
import { type Compared, type ReplayRules, replay } from './replay.ts';

/** Left out of the replay: [what, why]. */
const skipped: [RegExp, string][] = [
  [/^https:\/\/(graph\.windows\.net|raw\.githubusercontent\.com)\/|^http:/, 'not Azure Resource Manager'],
  [/\/providers\/Microsoft\.Resources\/deployments\//, 'template deployments are not imitated'],
  [/\/locations\/[^/]+\/runCommands/, 'the catalogue of built-in run commands is not imitated'],
  [/\/virtualMachines\/[^/]+\/runCommand\?/, 'the older run command action is not imitated'],
  [/\/expressRouteCircuits\//, 'circuits are only kept; the failed operation has a test of its own'],
  [/\/networkSecurityGroups\/[^/]+\/securityRules\//, 'rules as resources of their own are not imitated'],
  [/\/CheckIPAddressAvailability/, 'not imitated'],
  [/\/secrets\/[^/]+\/backup|\/secrets\/restore/, 'backup and restore of secrets are not imitated'],
];

const skip = (recorded: Interaction): string | undefined =>
  skipped.find(([pattern]) => pattern.test(recorded.url))?.[1];

/** Differences that are known and intended: [recording, the difference as `method path: …`, why]. */
const allowed: [RegExp, RegExp, string][] = [
  [
    /cli_vnet$/,
    /^GET .*virtualNetworks: \$\.value: 51 members/,
    "the other networks of the recorder's subscription",
  ],
  [/skip_token|paged_query|graph_query$/, /\$\.data/, "rows of the recorder's tenant"],
  [/graph_query$|skip_token/, /\$\.\$skipToken/, 'depends on how many rows there are'],
  [
    /cli_keyvault_secret/,
    /secret1\/versions: \$\.value/,
    'the restore that brings both versions back is left out',
  ],
  [/another_operation/, /\$\.properties\.sharedKey: not simulated/, 'a key, even encrypted, is never shown'],
];

/** What a recorder removed or added (SEMANTICS) is not compared there. */
const withoutRetryAfter = /^(cli_|ext_)/;
const compareHeaders = [
  'azure-asyncoperation',
  'location',
  'etag',
  'retry-after',
  'www-authenticate',
  'content-type',
];

/** Headers of the front door, the recorder and the hosting that mean nothing to a client. */
const foreign =
  /^(date|content-length|x-cache|x-msedge-ref|x-ms-ratelimit-.*|x-aspnet-version|x-powered-by|x-ms-keyvault-.*|azure-asyncnotification|x-ms-original-request-ids)$/;

function differences(name: string, { recorded, simulated }: Compared): string[] {
  const at = `${recorded.method} ${new URL(recorded.url).pathname.split('/').slice(-3).join('/')}`;
  if (recorded.status !== simulated.status)
    return [
      `${at}: status ${recorded.status} recorded, ${simulated.status} simulated: ${simulated.body.slice(0, 300)}`,
    ];
  const presence = compareHeaders.filter(
    (header_) =>
      (header(simulated, header_) === undefined) !== (recorded.responseHeaders[header_] === undefined) &&
      !(header_ === 'retry-after' && withoutRetryAfter.test(name)) &&
      !(header_ === 'content-type' && recorded.responseBody === null),
  );
  const missing = Object.keys(recorded.responseHeaders).filter(
    (header_) =>
      !foreign.test(header_) && !compareHeaders.includes(header_) && header(simulated, header_) === undefined,
  );
  const retry = recorded.responseHeaders['retry-after'];
  const body: unknown = simulated.body === '' ? null : JSON.parse(simulated.body);
  return [
    ...[...presence, ...missing].map((header_) => `${at}: header ${header_} differs`),
    ...(retry !== undefined && retry !== header(simulated, 'retry-after')
      ? [`${at}: Retry-After ${retry} recorded, ${header(simulated, 'retry-after')} simulated`]
      : []),
    ...shapeDifferences(recorded.responseBody, body).map((difference) => `${at}: ${difference}`),
  ];
}

const gatewayName = /\/virtualNetworkGateways\/[^/]+$/;

/** What a recording needs beside its own requests, and how many of its interactions are compared. */
const sessions: Record<string, Partial<ReplayRules> & { compared: number }> = {
  cli_2026_vnet_gateway_partial: { compared: 6 },
  cli_keyvault_secret: {
    compared: 29,
    skip: (recorded, index) =>
      index === 18 || index === 19 ? 'the restore that brings the secret back is left out' : skip(recorded),
    prepare: (azure) => {
      azure.world.vault.softDelete = false;
    },
  },
  cli_network_async_failed_global_reach: { compared: 2 },
  cli_public_ip: { compared: 17 },
  cli_public_ip_sku: { compared: 4 },
  cli_vm_run_command_e2e: { compared: 8 },
  cli_vm_run_command_with_parameters: { compared: 5 },
  cli_vnet: { compared: 31 },
  cli_vnet_gateway_radius_ipsec: { compared: 132 },
  ext_hybridcompute_run_command: {
    compared: 39,
    npsHosts: new Map([
      [
        '/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/ytongtest2/providers/microsoft.hybridcompute/machines/testmachine2',
        { run: async () => ({ exitCode: 0, output: 'Hello World!', error: '' }) },
      ],
    ]),
    prepare: (azure) =>
      azure.seed([
        {
          id: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ytongtest2/providers/Microsoft.HybridCompute/machines/testmachine2',
          location: 'eastus2euap',
        },
      ]),
  },
  ext_resource_graph_paged_query: {
    compared: 1,
    prepare: (azure, recording) => {
      const { subscriptions } = recording.interactions[0]!.requestBody as { subscriptions: string[] };
      const group = `/subscriptions/${subscriptions[0]}/resourceGroups/rg`;
      const id = `${group}/providers/Microsoft.Network/networkSecurityGroups/nsg`;
      azure.seed([1, 2, 3, 4, 5, 6].map((number) => ({ id: `${id}-${number}` })));
    },
  },
  ext_resource_graph_query: { compared: 1 },
  ext_resource_graph_query_error: { compared: 1 },
  ext_resource_graph_skip_token_query: { compared: 1 },
  net_fluent_vngw_create_update: { compared: 243 },
  xplat_vngw_create_fail_invalid_prefixes: {
    compared: 4,
    body: (_recorded, before) => ({
      location: 'westus',
      properties: {
        sku: { name: 'VpnGw1', tier: 'VpnGw1' },
        ipConfigurations: [
          {
            name: 'default-ip-config',
            properties: {
              subnet: { id: (before[1]!.responseBody as { id: string }).id },
              publicIPAddress: { id: (before[2]!.responseBody as { id: string }).id },
            },
          },
        ],
        vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: ['not a prefix'] } },
      },
    }),
  },
  xplat_vngw_delete: { compared: 7 },
  xplat_vngw_set: {
    compared: 4,
    prepare: (azure, recording) => {
      const gateway = recording.interactions[0]!.responseBody as { id: string };
      const network = gateway.id.replace(gatewayName, '');
      azure.seed([
        {
          id: `${network}/virtualNetworks/virtualNetworkName`,
          location: 'westus',
          properties: {
            addressSpace: { addressPrefixes: ['10.12.0.0/16'] },
            subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: '10.12.255.0/27' } }],
          },
        },
        { id: `${network}/publicIPAddresses/publicIPAddressName`, location: 'westus' },
      ]);
    },
    body: (_recorded, before) =>
      before.findLast(({ url }) => gatewayName.test(new URL(url).pathname))?.responseBody,
  },
  xplat_vpn_connection_delete_another_operation: {
    compared: 8,
    // When the session begins, another operation runs, until the third read.
    prepare: (azure, { interactions }) => {
      const { url, responseBody } = interactions[0]!;
      const connection = responseBody as { id: string; location: string };
      azure.seed([connection]);
      azure.settings.durations.other = 43;
      return send(azure, 'PUT', url, connection);
    },
  },
};

describe.skipIf(!sharedFolder)('recorded sessions replayed (skipped where the recordings are absent)', () => {
  const recordings = sharedFolder ? readRecordings(`${sharedFolder}/azure/recordings`) : [];

  it('knows every recording', () => {
    expect(recordings.map(({ name }) => name)).toEqual(Object.keys(sessions));
  });

  it.each(recordings.map((recording) => [recording.name, recording] as const))(
    '%s',
    async (name, recording) => {
      const { compared: expected, ...rules } = sessions[name]!;
      const compared = await replay(recording, { skip, ...rules });
      const found = compared
        .flatMap((one) => differences(name, one).map((difference) => `#${one.index} ${difference}`))
        .filter(
          (difference) =>
            !allowed.some(([of, pattern]) => of.test(name) && pattern.test(difference.replace(/^#\d+ /, ''))),
        );
      expect(found).toEqual([]);
      expect(compared.length).toBe(expected);
    },
  );

  it('an operation that fails, as the circuit did', async () => {
    const { interactions } = recordings.find(({ name }) => name === 'cli_network_async_failed_global_reach')!;
    const failed = interactions.find(
      ({ responseBody }) => (responseBody as { status?: string })?.status === 'Failed',
    )!;
    const { code, message } = (failed.responseBody as { error: { code: string; message: string } }).error;
    const clock = virtualClock(new Date('2020-06-14T13:46:55Z'));
    const azure = createAzure({ clock });
    azure.faults.add({ match: { method: 'PUT' }, effect: { kind: 'failOperation', code, message } });
    const id = `/subscriptions/${subscriptionId}/resourceGroups/rg-hub/providers/Microsoft.Network/localNetworkGateways/x`;
    const url = `https://management.azure.com${id}?api-version=2020-05-01`;
    const put = await send(azure, 'PUT', url, { location: 'westeurope', properties: {} });
    clock.advance(60_000);
    const polled = await send(azure, 'GET', header(put, 'azure-asyncoperation')!);
    expect([polled.status, JSON.parse(polled.body)]).toEqual([failed.status, failed.responseBody]);
    expect(JSON.parse((await send(azure, 'GET', url)).body).properties.provisioningState).toBe('Failed');
  });
});

describe('the comparison itself', () => {
  it.each([
    [{ a: 1 }, { a: 2 }, []],
    [{ a: 1 }, { a: '1' }, ['$.a: number recorded, string simulated']],
    [{ a: 1 }, {}, ['$.a: not simulated']],
    [{}, { b: [] }, ['$.b: not recorded']],
    [[{ a: null }], [{ a: 0 }], ['$[].a: null recorded, number simulated']],
    [[1, 2], [1], ['$: 2 members recorded, 1 simulated']],
  ])('of %j and %j finds %j', (recorded, simulated, found) => {
    expect(shapeDifferences(recorded, simulated)).toEqual(found);
  });
});
