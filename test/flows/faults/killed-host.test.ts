import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { Deployment } from '../../../shared/deployment/contract.ts';
import { isEnded } from '../../../shared/deployment/record/view.ts';
import { ConnectionDropped } from '../../../simulator/azure/wire/messages.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { startWorld, type World } from '../../../simulator/local/world.ts';
import { seededWhole } from '../../../simulator/seeded.ts';
import { actions, appFile, beginning, gatewayId, hub, nps01, requestsFor } from '../stage/stage.ts';

const script = fileURLToPath(new URL('killed-host.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** This much simulated time passes at once, and then the host has this long to do what is due. */
const step = { simulated: 20_000, wall: 8 };

/** Numbers from 3 to `most`, the same for the same seed. */
function* gaps(seed: number, most: number): Generator<number, never> {
  for (const next = seededWhole(seed); ; ) yield 3 + (next() % (most - 2));
}

/** Plays a ticket to its end on a host that is killed, and started again, after a number of requests. */
async function played(seed: number, kills: number) {
  const clock = virtualClock(beginning);
  const world = await startWorld({ clock, seed: 'killed' });
  const stateDir = join(folder, String(seed));
  const next = gaps(seed, 16);
  let left = kills;
  let until = next.next().value;
  let host: { process: ChildProcess; url: string } | undefined;

  // Every second time the request is lost with the host. The other times it is carried out and only its answer is lost.
  const { handle } = world.azure;
  Object.assign(world.azure, {
    handle: async (request: Parameters<typeof handle>[0]) => {
      until -= left > 0 ? 1 : 0;
      const dies = left > 0 && until === 0;
      if (!dies) return handle(request);
      const lost = left % 2 === 0;
      left -= 1;
      until = next.next().value;
      if (!lost) await handle(request);
      kill();
      throw new ConnectionDropped();
    },
  });
  function kill() {
    host?.process.kill('SIGKILL');
    host = undefined;
  }

  async function started() {
    const process_ = fork(script, {
      env: {
        ...process.env,
        ...world.settings,
        NODE_EXTRA_CA_CERTS: world.caFile,
        APP_FILE: appFile,
        REPORT_FOLDER: join(stateDir, 'records'),
        STATE_DIR: stateDir,
        NOW: clock.now().toISOString(),
      },
    });
    const [message] = (await Promise.race([once(process_, 'message'), once(process_, 'exit')])) as [
      { url: string },
    ];
    if (typeof message !== 'object') throw new Error(`The host ended with ${message}.`);
    host = { process: process_, url: message.url };
  }

  const ticket = {
    ticket: { system: 'webhook', id: 'REQ-KILLED', callbackUrl: `${world.origin}/hooks/killed` },
    virtualNetworkId: hub,
    pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2'] },
    radius: { servers: [{ address: '10.0.1.4', host: nps01 }], secretName: 'radius-hub' },
  };
  let id: string | undefined;
  let deployment: Deployment | undefined;
  let restarts = 0;
  try {
    while (!deployment || !isEnded(deployment.status)) {
      if (!host) {
        await started();
        restarts += 1;
      }
      try {
        if (!id) {
          const answer = await fetch(`${host!.url}/api/tickets`, {
            method: 'POST',
            body: JSON.stringify(ticket),
          });
          id = ((await answer.json()) as { id: string }).id;
        }
        const answer = await fetch(`${host!.url}/api/deployments/${id}`);
        if (answer.status === 200) deployment = (await answer.json()) as Deployment;
      } catch {
        // The host died before it could answer; the next host will answer.
      }
      clock.advance(step.simulated);
      host?.process.send({ now: clock.now().toISOString() });
      await setTimeout(step.wall);
      if (clock.now().getTime() - beginning.getTime() > 24 * 3_600_000) throw new Error('A day has passed.');
    }
    return { world, deployment, restarts, ended: () => ended() };
  } catch (error) {
    await ended();
    throw error;
  }

  async function ended() {
    const process_ = host?.process;
    kill();
    if (process_ && process_.exitCode === null && process_.signalCode === null) await once(process_, 'exit');
    await world.close();
  }
}

// `npm run sweep` tries more points, each alone.
it.each([[1, 5]])(
  'a host that is killed again and again (seed %d, %d times) ends its deployment: one of each thing, one answer',
  async (seed, kills) => {
    const { world, deployment, restarts, ended } = await played(seed, kills);
    try {
      expect(restarts).toBe(kills + 1);
      expect(deployment).toMatchObject({ status: 'Succeeded' });
      onlyOne(world);
      // A lost answer is found by reading, never by writing once more.
      for (const action of [actions.gateway, actions.publicIp, actions.subnet]) {
        expect([action, requestsFor(world.azure.requests, 'PUT', action).length]).toEqual([action, 1]);
      }
      expect(world.receiver.deliveries.map(({ body }) => JSON.parse(body))).toMatchObject([
        { status: 'Succeeded', deploymentId: deployment.id, result: { gatewayId } },
      ]);
    } finally {
      await ended();
    }
  },
);

function onlyOne({ azure, npsServers }: World): void {
  const types = [...azure.world.resources].map(({ type }) => type);
  expect(types.filter((type) => type === 'Microsoft.Network/virtualNetworkGateways')).toHaveLength(1);
  expect(types.filter((type) => type === 'Microsoft.Network/publicIPAddresses')).toHaveLength(1);
  expect(azure.resource(hub)!.properties.subnets).toHaveLength(2);
  expect(azure.world.vault.secrets.get('radius-hub')).toHaveLength(1);
  const [client] = npsServers.get('nps-01')!.state().radiusClients;
  const { vpnClientConfiguration } = azure.resource(gatewayId)!.properties as {
    vpnClientConfiguration: { radiusServers: { radiusServerSecret: string }[] };
  };
  expect(vpnClientConfiguration.radiusServers).toHaveLength(1);
  expect(vpnClientConfiguration.radiusServers[0]!.radiusServerSecret).toBe(client!.secret);
}
