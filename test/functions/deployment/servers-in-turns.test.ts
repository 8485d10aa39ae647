import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { provisionGateway } from '../../../functions/deployment/gateway/provision-gateway.ts';
import { configureNpsServer } from '../../../functions/deployment/nps/configure-nps-server.ts';
import { provisionVpnGateway } from '../../../functions/deployment/provision-vpn-gateway.ts';
import { writeGateway } from '../../../functions/deployment/steps/gateway.ts';
import { compareGateway } from '../../../functions/deployment/steps/gateway-comparison.ts';
import { explainGatewayFailure, readGateway } from '../../../functions/deployment/steps/gateway-outcome.ts';
import type { NpsOrder, NpsOutcome } from '../../../functions/deployment/steps/nps.ts';
import { type VerifyOrder, verifyDeployment } from '../../../functions/deployment/steps/verify-deployment.ts';
import { valueOrThrow } from '../../../shared/core/durable.ts';
import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { Ending, Plan } from '../../../shared/deployment/contract.ts';
import { guardrails } from '../../../shared/deployment/guardrails/guardrails.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import type { GatewayWish, VpnGateway } from '../../../shared/gateway/model.ts';
import type { PoolClaim } from '../../../shared/gateway/pool-ledger.ts';
import type { Rows, VpnGateways } from '../../../shared/ports.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { npsState } from '../../shared/compliance/facts.ts';
import { defaults, gateway, group, inPlace, npsHost, request } from '../../shared/hub.ts';
import { HostKilled, type Played, play } from './played.ts';

const noRows = { read: async () => undefined } as Partial<Rows> as Rows;

const machines = ['A', 'B', 'C', 'D'];
const server = (letter: string) => ({
  address: `10.0.1.${4 + machines.indexOf(letter)}`,
  score: letter === 'A' ? 30 : 10,
  host: `${group}/providers/Microsoft.Compute/virtualMachines/nps-${letter.toLowerCase()}`,
});
const servers = (letters: string) => [...letters].map(server);
const lettersOf = (list: readonly { readonly address: string }[]) =>
  list
    .map(({ address }) => machines[Number(address.split('.').at(-1)) - 4])
    .sort()
    .join('');
const secretOf = (host: string) => `secret-of-${host.split('/').at(-1)}`;

/** What happens at one call to the outside: it fails before or after it has its effect, once or always. */
type Fault = { readonly at: number; readonly is: 'lost' | 'unheard' | 'refused' | 'killed' };

/** Azure, Key Vault and NPS in memory, with a gateway that asks the servers `held`. */
function estate(held: string) {
  let standing: VpnGateway = gateway({
    pointToSite: {
      ...gateway().pointToSite!,
      radiusServers: servers(held).map(({ address, score }) => ({ address, score })),
    },
  });
  let asked = request({ radius: { servers: servers(held) } });
  const onGateway = new Map(servers(held).map(({ address, host }) => [address, secretOf(host)]));
  const onNps = new Map(servers(held).map(({ host }) => [host, secretOf(host)]));
  const broken = new Set<string>();
  const lists: string[] = [];
  const verified: string[] = [];
  let calls = 0;
  /** The calls that change something. */
  const writes: number[] = [];
  let fault: Fault | undefined;
  const wrong = () => {
    throw new VpnRadiusError({
      code: 'ServiceUnavailable',
      message: 'come again',
      transient: true,
      retryAfterSeconds: 5,
    });
  };
  const called = async <T>(effect: () => T): Promise<T> => {
    const is = fault?.at === calls++ ? fault.is : undefined;
    if (is === 'refused') throw failed('Forbidden', 'not allowed');
    if (is === 'lost') wrong();
    const result = effect();
    if (is === 'unheard') wrong();
    if (is === 'killed') throw new HostKilled();
    return result;
  };
  const works = (address: string) => {
    const its = servers('ABCD').find((one) => one.address === address)!;
    return !broken.has(its.host) && onNps.get(its.host) === onGateway.get(address);
  };

  const gateways = {
    read: () => called(() => standing),
    radiusSecrets: () => called(() => [...onGateway].map(([address, secret]) => ({ address, secret }))),
    open: () =>
      called(() => ({
        gateway: standing,
        write: (wish: GatewayWish, secrets: Readonly<Record<string, string>>) =>
          called(() => {
            const before = lettersOf(standing.pointToSite!.radiusServers);
            standing = {
              ...standing,
              sku: wish.sku,
              pointToSite: { ...standing.pointToSite!, ...wish.pointToSite },
            };
            onGateway.clear();
            for (const { address } of wish.pointToSite.radiusServers)
              onGateway.set(address, secrets[address]!);
            const after = lettersOf(wish.pointToSite.radiusServers);
            lists.push(after);
            writes.push(calls - 1);
            // A user who signs in at this moment gets in.
            expect([...onGateway.keys()].some(works), `${before} to ${after}`).toBe(true);
            if ([...before].some((letter) => !after.includes(letter)))
              expect(verified.length, `${before} to ${after}, nothing verified`).toBeGreaterThan(0);
            verified.length = 0;
            return { retryAfterSeconds: 10, operationUrl: 'https://arm/operations/1' };
          }),
      })),
    operationError: () => called(() => undefined),
  } as unknown as VpnGateways;
  const secrets = {
    read: (name: string) => called(() => ({ value: name, version: 'v1', createdAt: '' })),
  } as never;

  const planned = (wish: VpnGatewayRequest): Plan => {
    const names = wish.radius.servers!.map(({ host }) => ({ name: secretOf(host), version: 'v1' }));
    const owner = {
      ...defaults,
      guardrails: guardrails.parse({
        npsMachines: servers('ABCD').map(({ host }) => host),
        approval: { when: [] },
      }),
    };
    const hosts = wish.radius.servers!.map(({ host }) => npsHost({ id: host }));
    const { plan, problems } = makePlan(
      wish,
      inPlace(standing, { asked, npsHosts: hosts, secrets: names }),
      owner,
    );
    if (!plan) throw failed('RequestRefused', JSON.stringify(problems));
    return { ...plan, servers: plan.servers.map((one) => ({ ...one, secretName: secretOf(one.host) })) };
  };
  const runs = new Map<string, NpsOrder>();
  const answer = ({ host, desiredState }: NpsOrder): NpsOutcome => {
    const key = Buffer.from(JSON.parse(desiredState).secretProofKey ?? '', 'base64');
    const secretProof = createHmac('sha256', key)
      .update(onNps.get(host.id) ?? 'none')
      .digest('base64');
    const blocked = { id: 'sign-in-blocked', message: 'No user gets past "Deny all".', client: 'vpngw-hub' };
    return {
      changes: [],
      findings: broken.has(host.id) ? [blocked] : [],
      signInPath: [],
      state: {
        ...npsState(),
        radiusClients: [{ ...npsState().radiusClients[0]!, name: 'vpngw-hub', secretProof }],
      },
    } as unknown as NpsOutcome;
  };
  const verify = verifyDeployment(gateways, secrets, noRows);
  const ends: unknown[] = [];
  const activities = {
    planDeployment: ({ request: wish }: { request: VpnGatewayRequest }) => planned(wish),
    planNpsServers: ({ plan }: { plan: Plan }) => plan,
    keepPlan: () => ({ digest: 'digest' }),
    ensureGatewaySubnet: () => 'kept',
    readGatewaySubnet: () => '10.0.255.224/27',
    ensurePublicIps: () => 'kept',
    readPublicIps: () => ['20.1.2.3'],
    ensureRadiusSecret: ({ name }: { name: string }) => ({ name, version: 'v1', wasCreated: false }),
    writeGateway: writeGateway(gateways, secrets),
    readGateway: readGateway(gateways),
    compareGateway: compareGateway(gateways, secrets),
    explainGatewayFailure: explainGatewayFailure(gateways, secrets),
    verifyDeployment: async (order: VerifyOrder) => {
      const told = await verify(order);
      verified.push(order.moment ?? 'end');
      return told;
    },
    startNpsRun: (order: NpsOrder) =>
      called(() => {
        runs.set(order.runName, order);
        writes.push(calls - 1);
        if (order.operation === 'Set') onNps.set(order.host.id, secretOf(order.host.id));
        return { retryAfterSeconds: 1 };
      }),
    readNpsRun: ({ runName }: { runName: string }) => called(() => answer(runs.get(runName)!)),
    forgetNpsRun: () => called(() => undefined),
    releaseVirtualNetwork: () => [],
    recordEnd: (end: unknown) => ends.push(end),
  };

  return {
    lists,
    broken,
    servers: () => lettersOf(standing.pointToSite!.radiusServers),
    calls: () => calls,
    writes,
    async changedTo(wanted: string, given?: Fault) {
      [calls, fault] = [0, given];
      const outcome = await play((context) => provisionVpnGateway(context), {
        clock: virtualClock(new Date('2030-01-01T00:00:00Z')),
        instanceId: 'deployment',
        input: { request: request({ radius: { servers: servers(wanted) } }), fingerprint: 'f' },
        // This test does not look at what others are told.
        activities: new Proxy({} as Played['activities'], {
          get: (_, name) => async (order: unknown) => Reflect.get(activities, name)?.(order),
        }),
        orchestrations: { configureNpsServer, provisionGateway },
        entities: {
          addressPools: (claim) => ({
            pools: (claim as PoolClaim).pools.map(({ prefixes }) => prefixes),
          }),
        },
      });
      const ending = valueOrThrow<Ending>(valueOrThrow(outcome));
      if (ending.status === 'Succeeded') asked = request({ radius: { servers: servers(wanted) } });
      return ending;
    },
  };
}

it.each([
  ['A', 'AB', ['AB']],
  ['AB', 'A', ['A']],
  ['AB', 'AC', ['AC']],
])('the servers %s become %s', async (held, wanted, lists) => {
  const world = estate(held);
  expect(await world.changedTo(wanted)).toEqual({ status: 'Succeeded' });
  expect(world.lists).toEqual(lists);
});

const changes = [
  ['A', 'B', ['AB', 'B']],
  ['AB', 'CD', ['AC', 'CD']],
] as const;

describe.each(changes)('the servers %s become %s', (held, wanted, lists) => {
  let calls: readonly number[] = [];
  let writes: readonly number[] = [];

  beforeAll(async () => {
    const world = estate(held);
    expect(await world.changedTo(wanted)).toEqual({ status: 'Succeeded' });
    expect(world.lists).toEqual(lists);
    calls = Array.from({ length: world.calls() }, (_, at) => at);
    writes = [...world.writes];
    expect(writes.length).toBeGreaterThan(lists.length);
  });

  it('in that order, and nothing is written when it is asked for again', async () => {
    const world = estate(held);
    await world.changedTo(wanted);
    expect(await world.changedTo(wanted)).toEqual({ status: 'Succeeded' });
    expect(world.lists).toEqual(lists);
  });

  const endsWell = async (at: number, is: Fault['is']) => {
    const world = estate(held);
    expect(await world.changedTo(wanted, { at, is }), `call ${at} ${is}`).toEqual({ status: 'Succeeded' });
    expect(world.servers(), `call ${at} ${is}`).toBe(wanted);
    // Nothing was written twice.
    expect(world.lists, `call ${at} ${is}`).toEqual(lists);
  };

  it('whichever call is lost: nobody is cut off, and it ends well', async () => {
    for (const at of calls) await endsWell(at, 'lost');
  });

  it.each(['unheard', 'killed'] as const)(
    'whichever write is %s: nobody is cut off, and it ends well',
    async (is) => {
      for (const at of writes) await endsWell(at, is);
    },
  );

  it('whichever call is refused for good: nobody is cut off, what stays is told, and the same ticket ends it', async () => {
    for (const at of calls) {
      const world = estate(held);
      const ending = await world.changedTo(wanted, { at, is: 'refused' });
      if (ending.status === 'Failed') {
        const gone = [...held].filter((letter) => !world.servers().includes(letter));
        for (const { address } of servers(gone.join('')))
          expect(ending.failure!.message, `call ${at}`).not.toContain(`goes on asking ${address}`);
      }
      expect(['Failed', 'Succeeded'], `call ${at}`).toContain(ending.status);
      expect(await world.changedTo(wanted), `call ${at}`).toEqual({ status: 'Succeeded' });
      expect(world.servers(), `call ${at}`).toBe(wanted);
    }
  });
});

it('a new server that lets nobody in is not asked at all, and the old one stays', async () => {
  const world = estate('A');
  world.broken.add(server('B').host);
  const ending = await world.changedTo('B');
  expect(ending).toMatchObject({ status: 'Failed', failure: { code: 'VerificationFailed' } });
  expect(ending.failure!.message).toMatch(
    /^Read again before the gateway is written: .*Deny all.*The gateway still asks 10\.0\.1\.4, which was planned to be removed from it\.$/,
  );
  expect(world.lists).toEqual([]);
  world.broken.clear();
  expect(await world.changedTo('B')).toEqual({ status: 'Succeeded' });
});

it('where both places are taken, the last old server stays when the second new one lets nobody in', async () => {
  const world = estate('AB');
  world.broken.add(server('D').host);
  expect(await world.changedTo('CD')).toMatchObject({
    status: 'Failed',
    failure: { message: expect.stringContaining('The gateway still asks 10.0.1.4 and 10.0.1.5') },
  });
  expect(world.servers()).toBe('AB');
});
