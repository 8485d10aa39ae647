import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import { bicep, compiler, needsBicep } from '../../infra/bicep.ts';
import { gatewayId, hub, inResourceGroup, nps01, nps02, type Stage, stage } from '../stage/stage.ts';
import { branch, branchGatewayId, foreignEstate } from './foreign-settings.ts';

const tag = { tricky: `it's $\{not} \\ an expression\n// nor a line`, '1st': '%{ if true }' };
const estate = foreignEstate.map((one) =>
  one.id === gatewayId ? { ...one, tags: { ...(one.tags as JsonObject), ...tag } } : one,
);
const subscriptionId = hub.split('/')[2]!;

/** Two gateways full of what others configured; this app then deploys each of them again. */
describe('An export', () => {
  let story: Stage;
  const ids: Record<string, string> = {};
  const secretsOf: Record<string, Record<string, string>> = {};

  async function arm(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
    const { azure, origin } = story.world;
    const { token } = azure.token('https://management.azure.com/');
    const answer = await azure.handle({
      method: method as 'GET',
      url: `${origin}${path}?api-version=2025-01-01`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(String(answer.body || 'null')) as JsonObject;
  }

  beforeAll(async () => {
    story = await stage({ scenario: { resources: estate as never } });
    const servers = [
      { address: '10.0.1.4', host: nps01 },
      { address: '10.0.1.5', host: nps02 },
    ];
    for (const [name, network, its] of [
      ['hub', hub, servers],
      ['branch', branch, servers.slice(0, 1)],
    ] as const) {
      const ticket = { system: 'webhook', id: `REQ-${name}` };
      const id = await story.send({ ticket, virtualNetworkId: network, radius: { servers: its } });
      await story.until(id, ({ status }) => !['Pending', 'Running'].includes(status));
      if ((await story.deployment(id)).status === 'AwaitingApproval') await story.agree(id);
      const ended = await story.ended(id);
      expect(ended.error).toBeUndefined();
      ids[name] = id;
      const gateway = name === 'hub' ? gatewayId : branchGatewayId;
      const { value } = (await arm('POST', `${gateway}/listRadiusSecrets`)) as {
        value: { radiusServerAddress: string; radiusServerSecret: string }[];
      };
      secretsOf[name] = Object.fromEntries(
        value.map((one) => [one.radiusServerAddress, one.radiusServerSecret]),
      );
    }
  });

  const exported = (name: string, format: string) =>
    story.call('GET', `deployments/${ids[name]}/export?format=${format}`);

  it('is refused in any other format, naming those that there are, and for a deployment that there is not', async () => {
    for (const query of ['', '?format=', '?format=pulumi', '?format=toString'])
      expect(await story.call('GET', `deployments/${ids.hub}/export${query}`)).toMatchObject({
        status: 400,
        body: {
          error: {
            code: 'InvalidRequest',
            target: 'format',
            message: expect.stringContaining('bicep or terraform'),
          },
        },
      });
    const none = 'vpn-20300101t000000000z-00000000-000000000000';
    expect((await story.call('GET', `deployments/${none}/export?format=bicep`)).status).toBe(404);
  });

  it.each(['bicep', 'terraform'])(
    'as %s holds everything that others configured, and no secret',
    async (format) => {
      const { status, headers, text } = await exported('hub', format);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-store');
      for (const value of [
        'laterSettingOf', // came after the version of the API, and after the compiler's types
        '65010',
        '169.254.21.55', // BGP
        '10.9.0.0/16', // routes
        'to-factory',
        '100.64.1.0/24',
        '100-200',
        'IngressSnat', // NAT
        'TUlJQg==',
        'AB12CD34', // certificates
        'finance',
        '6ad1bd08',
        '172.19.8.0/24', // user groups
        'c632b3df-fb67-4d84-bdcf-b95ad541b5c8', // Entra
        'network team',
        'cost centre',
        'factory',
        'gateway-certificates',
        'Microsoft.Storage',
        'VpnGw2AZ',
      ])
        expect(text).toContain(value);
      for (const secret of Object.values(secretsOf.hub!)) expect(text).not.toContain(secret);
      expect(text).toMatch(
        format === 'bicep' ? /az\.getSecret\(.*'radius-.*'[0-9a-f]+'\)/ : /data "azurerm_key_vault_secret"/,
      );
    },
  );

  describe.skipIf(!bicep)(`as Bicep, compiled by its compiler${needsBicep}`, () => {
    /** Compiles without a warning, and evaluates what a deployment with these secrets would PUT. */
    async function resourcesOf(
      code: string,
      secrets: Record<string, string>,
    ): Promise<(JsonObject & { id: string })[]> {
      const folder = mkdtempSync(`${tmpdir()}/export-`);
      try {
        writeFileSync(`${folder}/gateway.bicep`, code);
        const parameters = Object.entries(secrets).map(
          ([address, secret]) => `param secretOf_${address.replaceAll('.', '_')} = '${secret}'`,
        );
        const file = `${folder}/gateway.bicepparam`;
        writeFileSync(file, ["using 'gateway.bicep'", ...parameters].join('\n'));
        expect(await compiler().problemsOf(file)).toEqual([]);
        const resources = await compiler().predict(file, { subscriptionId, resourceGroup: 'rg-hub' });
        // A prediction leaves secure parameters as they are. Resource Manager would put their values there.
        const predicted = Object.entries(secrets).reduce(
          (text, [address, secret]) =>
            text.replaceAll(`[parameters('secretOf_${address.replaceAll('.', '_')}')]`, secret),
          JSON.stringify(resources),
        );
        return JSON.parse(predicted);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }

    it.each([
      ['hub', gatewayId],
      ['branch', branchGatewayId],
    ])('changes nothing on %s when it is deployed over what is there', async (name, gateway) => {
      const { text: code, status } = await exported(name, 'bicep');
      expect({ status, code }).toMatchObject({ status: 200 });
      const resources = await resourcesOf(code, secretsOf[name]!);
      const network = name === 'hub' ? hub : branch;
      const addresses = name === 'hub' ? ['pip-theirs'] : ['pip-first', 'pip-second', 'pip-third'];
      const expected = [
        ...addresses.map((one) => inResourceGroup(`Microsoft.Network/publicIPAddresses/${one}`)),
        `${network}/subnets/GatewaySubnet`,
        gateway,
      ];
      expect(resources.map(({ id }) => id).sort()).toEqual([...expected].sort());
      const estateNow = async () => ({
        ...Object.fromEntries(
          await Promise.all([...expected, network].map(async (id) => [id, await arm('GET', id)])),
        ),
        secrets: await arm('POST', `${gateway}/listRadiusSecrets`),
      });
      const before = await estateNow();
      for (const id of expected) {
        const {
          id: _,
          type: __,
          name: ___,
          apiVersion: ____,
          dependsOn: _____,
          ...body
        } = resources.find((one) => one.id === id)!;
        await arm('PUT', id, body);
        await story.host.runFor(4);
      }
      expect(withoutPassing(await estateNow())).toEqual(withoutPassing(before));
    });
  });

  it('as Terraform imports each resource, in arguments of azurerm, and says what azurerm has no argument for', async () => {
    const { text } = await exported('hub', 'terraform');
    const imports = [...text.matchAll(/^import \{\n {2}to = (\S+)\n {2}id = "(\S+)"\n\}$/gm)].map(
      ([, to, id]) => [to, id],
    );
    expect(imports).toEqual([
      ['azurerm_public_ip.pip_theirs', inResourceGroup('Microsoft.Network/publicIPAddresses/pip-theirs')],
      ['azurerm_subnet.gateway_subnet', `${hub}/subnets/GatewaySubnet`],
      ['azurerm_virtual_network_gateway.gateway', gatewayId],
      ['azurerm_virtual_network_gateway_nat_rule.to_factory', `${gatewayId}/natRules/to-factory`],
      ['azurerm_virtual_network_gateway_nat_rule.from_factory', `${gatewayId}/natRules/from-factory`],
    ]);
    for (const [to] of imports) {
      const [type, label] = to!.split('.');
      expect(text).toContain(`\nresource "${type}" "${label}" {\n`);
    }
    expect(text).toContain('# azurerm_virtual_network_gateway has no argument for:\n#   identity: ');
    expect(text).toContain('secret  = data.azurerm_key_vault_secret.secret_of_10_0_1_4.value');
    expect(text).toContain('ip_sec_replay_protection_enabled      = false');
    expect(text).toContain(`"tricky" = "it's $$\{not} \\\\ an expression\\u000a// nor a line"`);
    expect(text).toContain('"1st" = "%%{ if true }"');
    const old = (await exported('branch', 'terraform')).text;
    expect(old).toContain('radius_server_secret  = data.azurerm_key_vault_secret.secret_of_10_0_1_4.value');
    expect(old).toContain('#   properties.resiliencyModel: "MultiHomed"');
    expect(old).toMatch(/# {3}APIPA addresses of third: 169\.254\.22\.3/);
  });
});

/** Leaves out what every write makes new. */
function withoutPassing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPassing);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      name === 'etag' ? [] : [[name, withoutPassing(member)]],
    ),
  );
}
