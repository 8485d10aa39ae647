import { describe, expect, it } from 'vitest';
import { configureNpsServer } from '../../../functions/deployment/nps/configure-nps-server.ts';
import { type Run, runOf } from '../../../functions/deployment/run.ts';
import { forgetNpsRun, readNpsRun, startNpsRun } from '../../../functions/deployment/steps/nps.ts';
import { takeAwayAsAgreed } from '../../../functions/removal/remove-vpn-gateway.ts';
import { deleteGateway, readGatewayDeletion } from '../../../functions/removal/steps/gateway-removal.ts';
import {
  deleteGatewaySubnet,
  deletePublicIp,
  isGatewaySubnetGone,
  isPublicIpGone,
  removeSecret,
} from '../../../functions/removal/steps/rest-removal.ts';
import { failed } from '../../../shared/core/errors.ts';
import type { Order, Progress, RemovalPlan } from '../../../shared/deployment/contract.ts';
import { stageNamesOf } from '../../../shared/deployment/progress/stages.ts';
import { makeRemovalPlan } from '../../../shared/deployment/removal/planning.ts';
import type { Rows } from '../../../shared/ports.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { npsState } from '../../shared/compliance/facts.ts';
import {
  address,
  gatewaySubnet,
  publicIpId,
  removalFacts,
  version,
} from '../../shared/deployment/removal/made-for-hub.ts';
import { gateway, gatewayId, hubId } from '../../shared/hub.ts';
import { effects, type Mishap, mishaps } from '../deployment/mishaps.ts';
import { play } from '../deployment/played.ts';

const aMinute = 60_000;

/**
 * The hub over fake ports, in virtual time: what exists, and in which order it went. `lostDeletes`: so many times a DELETE of
 * the gateway is answered and does nothing.
 */
function hubWorld(lostDeletes = 0) {
  let [deletes, reads, looks] = [0, 0, 0];
  const clock = virtualClock(new Date('2030-01-01T00:00:00.000Z'));
  const there = new Set(['gateway', 'nps', 'publicIp', 'subnet', 'secret']);
  const went: string[] = [];
  const goes = (what: string, inMinutes: number) => {
    clock.after(inMinutes * aMinute, () => {
      if (there.delete(what)) went.push(what);
    });
    return { retryAfterSeconds: 10 };
  };
  let deleting = false;
  let enabled = true;
  const { shaky, begin, requests } = mishaps();
  const gateways = shaky({
    read: async () => {
      reads++;
      return there.has('gateway')
        ? gateway({ provisioningState: deleting ? 'Deleting' : 'Succeeded' })
        : undefined;
    },
    connectedNetworks: async () => [],
    delete: async () => {
      if (++deletes <= lostDeletes) return { retryAfterSeconds: 10 };
      deleting = true;
      return goes('gateway', 10);
    },
  });
  const publicIps = shaky({
    read: async () => (there.has('publicIp') ? { ...address(), usedBy: undefined } : undefined),
    delete: async () => goes('publicIp', 0.2),
  });
  const networks = shaky({
    readSubnet: async () => (there.has('subnet') ? gatewaySubnet({ gatewayIds: [] }) : undefined),
    deleteSubnet: async () => goes('subnet', 0.2),
  });
  const secrets = shaky({
    versions: async () => (there.has('secret') ? [version('v1', { enabled })] : []),
    retire: async () => {
      enabled = false;
    },
    delete: async () => void goes('secret', 0),
    read: async () => undefined,
  });
  const runs = new Map<string, boolean>();
  const npsServers = shaky({
    start: async (_host: unknown, { name }: { name: string }) => {
      runs.set(name, false);
      clock.after(3 * aMinute, () => runs.set(name, true));
      return goes('nps', 2);
    },
    result: async (_host: string, name: string) => {
      const ended = runs.get(name);
      if (ended === undefined) throw failed('RunCommandMissing', 'There is no such run.');
      const answer = {
        changed: true,
        changes: [],
        findings: [],
        signInPath: [],
        left: [],
        state: npsState(),
      };
      return ended
        ? { state: 'ended', exitCode: 0, output: JSON.stringify(answer), error: '' }
        : { state: 'running' };
    },
    forget: async (_host: string, name: string) => void runs.delete(name),
  });
  const alone = { read: async () => undefined, insert: async () => true } as unknown as Rows;
  const look = readGatewayDeletion(gateways as never);
  const activities = {
    readMade: async () => [],
    deleteGateway: deleteGateway(gateways as never),
    readGatewayDeletion: (order: { readonly gatewayId: string }) => {
      looks++;
      return look(order);
    },
    startNpsRun: startNpsRun(npsServers as never, secrets as never, alone, async () => false),
    readNpsRun: readNpsRun(npsServers as never, secrets as never),
    forgetNpsRun: forgetNpsRun(npsServers as never, alone),
    removeSecret: removeSecret(secrets as never),
    deletePublicIp: deletePublicIp(publicIps as never),
    isPublicIpGone: isPublicIpGone(publicIps as never),
    deleteGatewaySubnet: deleteGatewaySubnet(networks as never),
    isGatewaySubnetGone: isGatewaySubnetGone(networks as never),
    verifyRemoval: async () => 'Nothing is left',
  };
  /** The plan as it would be now. The NPS server tells what is left there. */
  const planNow = (): RemovalPlan => {
    const { gateway: standing, ...facts } = removalFacts();
    const { plan } = makeRemovalPlan(
      {
        ...facts,
        ...(there.has('gateway') && standing && { gateway: standing }),
        publicIps: there.has('publicIp') ? facts.publicIps : [],
        secrets: there.has('secret') ? [{ name: 'radius-hub', versions: [version('v1', { enabled })] }] : [],
      },
      { gatewayId },
    );
    const changes = there.has('nps')
      ? [
          {
            id: 'client-removed:vpngw-hub',
            what: 'removed',
            scope: 'own' as const,
            restart: false,
            asks: true,
          },
        ]
      : [];
    return { ...plan!, servers: plan!.servers.map((server) => ({ ...server, changes })) };
  };
  let removals = 0;
  return {
    async remove(wrong?: Mishap) {
      begin(wrong);
      const plan = planNow();
      const order = { removes: { gatewayId }, request: { virtualNetworkId: hubId } } as unknown as Order;
      let run: Run | undefined;
      const outcome = await play(
        (context) => {
          run = runOf(context, {}, stageNamesOf(order));
          return takeAwayAsAgreed(run, plan, order);
        },
        {
          clock,
          activities,
          orchestrations: { configureNpsServer },
          instanceId: `removal-${++removals}`,
        },
      );
      const sent = requests();
      begin(undefined);
      clock.advance(60 * aMinute);
      return { outcome, requests: sent, told: run!.progress.status };
    },
    went,
    there,
    deletes: () => deletes,
    gatewayReads: () => ({ reads, looks }),
  };
}

/** The stages that were played in their order, each with how it ended and its sentence. */
const sentences = ({ stages }: Progress) =>
  stages
    .filter(({ status }) => status !== 'Pending')
    .map(({ name, status, detail }) => `${name} ${status}: ${detail}`);

describe('a removal', () => {
  it('removes in an order in which nothing goes from under something that still uses it', async () => {
    const world = hubWorld();
    expect((await world.remove()).outcome).toHaveProperty('value');
    expect(world.went).toEqual(['gateway', 'nps', 'secret', 'publicIp', 'subnet']);
  });

  it('tells stage by stage what it did, and puts on record what went', async () => {
    const { told } = await hubWorld().remove();
    expect(sentences(told)).toEqual([
      'pointToSite Skipped: It is removed together with the gateway',
      'gateway Succeeded: gateway vpngw-hub deleted',
      'nps Succeeded: nps-01: one thing removed',
      'radiusSecret Succeeded: radius-hub deleted',
      'publicIp Succeeded: vpngw-hub-pip deleted',
      'gatewaySubnet Succeeded: GatewaySubnet deleted',
      'verify Succeeded: Nothing is left',
    ]);
    expect(told.result?.changes).toEqual([
      'gateway vpngw-hub deleted',
      'version v1 of the Key Vault secret radius-hub disabled',
      'Key Vault secret radius-hub deleted; Key Vault can still recover it',
      'public IP vpngw-hub-pip deleted',
      'GatewaySubnet deleted',
    ]);
    expect(told.result?.removed).toEqual([
      { what: 'gateway', id: gatewayId },
      { what: 'pointToSite', id: gatewayId },
      { what: 'secret', id: 'radius-hub', version: 'v1' },
      { what: 'publicIp', id: publicIpId },
      { what: 'gatewaySubnet', id: `${hubId}/subnets/GatewaySubnet` },
    ]);
  });

  it('tells of what is gone already that it is, and the record says so too', async () => {
    const world = hubWorld();
    await world.remove();
    const { told } = await world.remove();
    expect(sentences(told)).toEqual([
      'pointToSite Skipped: It is removed together with the gateway',
      'gateway Succeeded: gateway vpngw-hub no longer exists',
      'nps Succeeded: nps-01: everything was already removed',
      'radiusSecret Succeeded: There is none',
      'publicIp Succeeded: No public IP address is to be deleted',
      'gatewaySubnet Succeeded: GatewaySubnet deleted',
      'verify Succeeded: Nothing is left',
    ]);
    expect(told.result?.changes).toEqual(['GatewaySubnet deleted']);
    expect(told.result?.removed?.map(({ what }) => what)).toEqual([
      'gateway',
      'pointToSite',
      'gatewaySubnet',
    ]);
  });

  it('reads the gateway before its DELETE, and then once a look', async () => {
    const world = hubWorld();
    await world.remove();
    const { reads, looks } = world.gatewayReads();
    expect(looks).toBeGreaterThan(4);
    expect(reads).toBe(1 + looks);
  });

  it('sends the DELETE of the gateway again when Azure answered it and deletes nothing', async () => {
    const world = hubWorld(1);
    expect((await world.remove()).outcome).toHaveProperty('value');
    expect(world.deletes()).toBeGreaterThan(1);
    expect(world.there.size).toBe(0);
  });

  it.each(effects)(
    'when any one request is %s keeps the order; sent again, it takes the rest',
    async (effect) => {
      const { requests } = await hubWorld().remove();
      expect(requests).toBeGreaterThan(15);
      const wrong: unknown[] = [];
      for (let at = 1; at <= requests; at++) {
        const world = hubWorld();
        const { outcome } = await world.remove({ at, effect });
        const again = 'value' in outcome ? outcome : (await world.remove()).outcome;
        const inOrder = world.went.join() === 'gateway,nps,secret,publicIp,subnet';
        if (!('value' in again) || world.there.size > 0 || !inOrder)
          wrong.push({ at, outcome, again, went: [...world.went] });
      }
      expect(wrong).toEqual([]);
    },
  );
});
