/**
 * Records the histories that `test/functions/histories.test.ts` replays, from the app as built:
 * `npm run build && node scripts/record-histories.mjs`. To be run when an orchestrator was changed in a way that instances
 * in flight survive, or before any was in flight; else the change needs another name or version of the orchestration.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hubNetworkId, npsMachineId } from '../dist/simulator/azure/default-world.js';
import { startLocal } from '../dist/simulator/local/local.js';

const folder = fileURLToPath(new URL('../test/golden/histories/', import.meta.url));
const gatewayWrite = 'Microsoft.Network/virtualNetworkGateways/write';
const orchestrations = ['provisionVpnGateway', 'provisionGateway', 'configureNpsServer', 'deliverAnswer'];

/** Each story may arrange the world before its ticket, and steer what happens after it. */
const stories = {
  'new-gateway': {},
  approval: {
    ticket: { approval: { required: true } },
    async after({ host, id, post }) {
      await host.runFor(3 * 24 * 60);
      await post(`/api/deployments/${id}/approval`, { approved: true, by: 'Jonas' });
    },
  },
  'nps-failure': {
    before: ({ world }) =>
      world.npsServers.get('nps-01').change((state) => {
        state.mfa.installed = false;
      }),
  },
  retry: {
    before({ world }) {
      for (const status of [409, 429, 503]) {
        world.azure.faults.add({
          match: { method: 'PUT', action: gatewayWrite },
          effect: { kind: 'respond', status, retryAfterSeconds: 30 },
        });
      }
    },
  },
  canceled: {
    async after({ host, id, post }) {
      await host.runFor(15);
      await post(`/api/deployments/${id}/cancel`, { by: 'Maria' });
    },
  },
  // Two servers, one after the other; it takes the place of the deployment before, whose branches stay.
  rotation: {
    ticket: {
      radius: {
        servers: [
          { address: '10.0.1.4', score: 30, host: npsMachineId },
          { address: '10.0.1.5', score: 10, host: npsMachineId.replace('nps-01', 'nps-02') },
        ],
        secretName: 'radius-hub',
      },
    },
    async after({ host, post }) {
      await host.runFor(120);
      const virtualNetworkGatewayId = hubNetworkId.replace(
        'virtualNetworks/hub',
        'virtualNetworkGateways/vpngw-hub',
      );
      await post('/api/rotations', { virtualNetworkGatewayId });
    },
  },
  'unreachable-ticket': {
    before: ({ world }) => world.receiver.faults.push({ effect: 'dropBefore', times: 4 }),
  },
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
let worldPort = 0;
for (const [name, { ticket, before, after }] of Object.entries(stories)) {
  const local = await startLocal({ seed: name, start: new Date('2030-01-01T00:00:00Z'), worldPort });
  const { host, world } = local;
  worldPort = Number(new URL(world.origin).port);
  const post = (path, body) => host.fetch(path, { method: 'POST', body: JSON.stringify(body) });
  before?.(local);
  const answer = await post('/api/tickets', {
    ticket: { system: 'webhook', id: 'REQ0012345', callbackUrl: `${world.origin}/hooks/REQ0012345` },
    virtualNetworkId: hubNetworkId,
    radius: { servers: [{ address: '10.0.1.4', score: 30, host: npsMachineId }], secretName: 'radius-hub' },
    ...ticket,
  });
  const { id } = await answer.json();
  await after?.({ ...local, id, post });
  const own = () => host.durable.instances().filter((instance) => orchestrations.includes(instance.name));
  await host.runUntil(() => own().every(({ status }) => status === 'Completed'), {
    limitMinutes: 7 * 24 * 60,
  });

  // One event a line; the port is another each time.
  const lines = own().flatMap(({ instanceId, name: orchestration }) => [
    { instanceId, orchestration },
    ...host.durable.history(instanceId),
  ]);
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  writeFileSync(`${folder}${name}.jsonl`, `${text.replaceAll(world.origin, 'https://127.0.0.1:7443')}\n`);
  console.log(`${name}: ${own().length} instances, ${lines.length - own().length} events`);
  await local.close();
}
