import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npsDesiredState } from '../../../shared/nps/desired-state.ts';
import type { NpsChange, NpsFinding } from '../../../shared/nps/result.ts';
import { npsRunCommandScript } from '../../../shared/nps/script.ts';
import { freshNpsServer, type NetworkPolicy, type NpsServerState } from '../../../simulator/nps/state.ts';
import { radclient, runProgram } from '../../simulator/nps/radius/outside-clients.ts';
import { closeAll, listen, type RadiusWorld } from '../../simulator/nps/radius/radius-world.ts';

const gatewaySecret = 'of-the-gateway-alone';
const always = freshNpsServer('').networkPolicies[1]!.conditions[0]!;
const incident = 'INCIDENT block all VPN';

/**
 * 150 switches with an address each, and 50 sites with Wi-Fi and a VPN, each with a range. Their secrets are shared by
 * halls and countries.
 */
const others = Array.from({ length: 200 }, (_, index) => ({
  name: index < 150 ? `switch-${index}` : `site-${index}`,
  address: index < 150 ? `10.20.${Math.floor(index / 100)}.${(index % 100) + 1}` : `10.30.${index}.0/24`,
  vendor: 'RADIUS Standard',
  enabled: index % 50 !== 7,
  authAttributeRequired: false,
  secret: `held-by-${index % 4}`,
}));

const policy = (
  order: number,
  name: string,
  grant: boolean,
  conditions: string[],
  authenticationMethods: NetworkPolicy['authenticationMethods'] = ['PAP'],
): NetworkPolicy => ({ name, enabled: true, order, grant, authenticationMethods, conditions });

/** Seven policies; the first one was made during an incident. */
function busyServer(): NpsServerState {
  const [rras, catchAll] = freshNpsServer('').networkPolicies;
  return freshNpsServer('NPS-01', {
    radiusClients: others,
    networkPolicies: [
      policy(1, incident, false, ['MATCH("NAS-Port-Type=^5$")']),
      policy(2, 'Switches of the first hall', false, ['MATCH("Client-Friendly-Name=^switch-1.$")']),
      policy(3, 'Administrators on switches', true, ['MATCH("Client-Friendly-Name=^switch-")']),
      policy(4, 'Wi-Fi of the sites', true, ['MATCH("NAS-Port-Type=^19$")', always]),
      policy(5, 'VPN of the sites', true, ['MATCH("Client-IP-Address=^10\\.30\\.")'], ['PAP', 'MSCHAPv2']),
      { ...rras!, order: 6 },
      { ...catchAll!, order: 7 },
    ],
    users: [
      {
        name: 'anna',
        password: 'anna-s',
        dialIn: 'policy',
        mfa: 'approve',
        mfaSeconds: 3,
        totpRegistered: false,
      },
    ],
  });
}

const user = ['User-Name = "anna"', 'User-Password = "anna-s"'];
/** As a switch asks, as an access point asks, and as a VPN server with vendor 311 asks. */
const requests = [
  user,
  [...user, 'NAS-Port-Type = 19'],
  [...user, 'NAS-Port-Type = 5', 'MS-RAS-Vendor = 311'],
];

const plan = {
  gatewayId:
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub',
  gatewaySubnetPrefix: '10.0.255.0/27',
  protocols: ['OpenVPN'],
  networkPolicy: 'Connections to Microsoft Routing and Remote Access server',
  mfaExtension: 'require' as const,
};

describe.skipIf(!radclient)(
  'a server with 200 other clients, seven policies and a deny of an incident in front (skipped without the command radclient)',
  () => {
    let world: RadiusWorld;
    let before: string[];
    let state: NpsServerState;
    /** The source addresses of the next datagrams, in this order. */
    let sources: string[] = [];

    interface Asking {
      readonly title: string;
      readonly address: string;
      readonly request: readonly string[];
    }

    /**
     * What NPS answers, and which policy decided. One radclient asks them all, each after the answer to the one before.
     */
    async function asked(secret: string, asking: readonly Asking[], seconds = 20): Promise<string[]> {
      sources = asking.map(({ address }) => address);
      const seen = world.radius.events.length;
      const input = asking.map(({ request }) => request.join('\n')).join('\n\n');
      const server = `127.0.0.1:${world.radius.port}`;
      const args = ['-x', '-r', '1', '-p', '1', '-t', `${seconds}`, server, 'auth', secret];
      // Through a shell, because its standard error would appear in the middle of lines of its standard output.
      const alone = ['-c', 'exec "$0" "$@" 2>/dev/null', radclient ?? '', ...args];
      const { output } = await runProgram('/bin/sh', alone, `${input}\n`);
      const answers = [...output.matchAll(/Received (Access-\w+)/g)].map(([, code]) => code);
      return asking.map(({ title }, index) => {
        const { id, reason, policy: decided } = world.radius.events[seen + index] ?? {};
        return `${title}: ${[answers[index] ?? 'no answer', id, reason, decided].join(' ')}`;
      });
    }

    /** Three kinds of requests from each of the 200 clients. */
    async function answersOfOthers(): Promise<string[]> {
      const told: string[] = [];
      const asking = (all: typeof others) =>
        all.flatMap(({ name, address }) =>
          requests.map((request, kind) => ({
            title: `${name} ${kind}`,
            address: address.replace('.0/24', '.9'),
            request,
          })),
        );
      for (const secret of new Set(others.map((one) => one.secret)))
        told.push(
          ...(await asked(secret, asking(others.filter((one) => one.enabled && one.secret === secret)))),
        );
      for (const off of others.filter(({ enabled }) => !enabled))
        told.push(...(await asked(off.secret, asking([off]).slice(0, 1), 0.3)));
      return told;
    }

    async function run(operation: 'Test' | 'Set', approvedChanges?: readonly string[]) {
      const desired = npsDesiredState(plan, approvedChanges && { approvedChanges });
      const base64 = (text: string) => Buffer.from(text).toString('base64');
      const { exitCode, output } = await world.nps.run({
        script: npsRunCommandScript(),
        parameters: {
          Operation: operation,
          DesiredState: base64(JSON.stringify(desired)),
          SharedSecret: base64(gatewaySecret),
        },
      });
      const { changes, findings } = JSON.parse(output) as { changes: NpsChange[]; findings: NpsFinding[] };
      return {
        exitCode,
        changes: changes.map(({ id }) => id),
        findings: findings.map(({ id }) => id),
        told: changes,
      };
    }

    const ofGateway = async () => {
      const [told] = await asked(gatewaySecret, [
        { title: 'gateway', address: '10.0.255.4', request: requests[2]! },
      ]);
      return told;
    };

    beforeAll(async () => {
      world = await listen(busyServer(), { from: () => sources.shift() ?? '192.0.2.1' });
      before = await answersOfOthers();
      state = structuredClone(world.nps.state());
    });
    afterAll(closeAll);

    it('others get every kind of answer before', () => {
      const kinds = new Set(before.map((line) => line.split(': ')[1]));
      expect([...kinds].sort()).toEqual([
        `Access-Accept 6272 0 Administrators on switches`,
        `Access-Accept 6272 0 VPN of the sites`,
        `Access-Accept 6272 0 Wi-Fi of the sites`,
        `Access-Reject 6273 65 ${incident}`,
        `Access-Reject 6273 65 Switches of the first hall`,
        'no answer 13  ',
      ]);
    });

    it('gets the RADIUS client and a policy for it alone; the deny stays in front, and so nobody gets in yet', async () => {
      const { exitCode, changes, findings } = await run('Set');
      expect(exitCode).toBe(0);
      expect(changes).toEqual(['policy-added:VPN gateway vpngw-hub', 'client-added:vpngw-hub']);
      expect(findings).toEqual(expect.arrayContaining(['policy-order', 'sign-in-blocked', 'mfa-text-codes']));
      expect(await ofGateway()).toBe(`gateway: Access-Reject 6273 65 ${incident}`);
    });

    it('lets users of the gateway in once its owner has approved that the policy goes before the deny', async () => {
      const order = `policy-order:VPN gateway vpngw-hub:before:${incident}`;
      const { told } = await run('Test');
      expect(told).toContainEqual(expect.objectContaining({ id: order, scope: 'own', asks: true }));
      expect((await run('Set', [order])).changes).toEqual([order]);
      expect(await ofGateway()).toBe('gateway: Access-Accept 6272 0 VPN gateway vpngw-hub');
    });

    it('every other client gets the same answers as before, by the same policies', async () => {
      expect(await answersOfOthers()).toEqual(before);
    });

    it('nothing else on the server is another', () => {
      const { radiusClients, networkPolicies, gatewayClients: _, ...rest } = world.nps.state();
      const { radiusClients: clients, networkPolicies: policies, gatewayClients: __, ...restBefore } = state;
      expect(rest).toEqual(restBefore);
      expect(radiusClients.slice(0, 200)).toEqual(clients);
      expect(radiusClients.slice(200)).toMatchObject([{ name: 'vpngw-hub', address: '10.0.255.0/27' }]);
      const unordered = (all: NetworkPolicy[]) => all.map(({ order: _, ...one }) => one);
      expect(unordered(networkPolicies.filter(({ name }) => !name.startsWith('VPN gateway')))).toEqual(
        unordered(policies),
      );
    });
  },
);
