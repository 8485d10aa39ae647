import { hubNetworkId, npsMachineId } from '../azure/default-world.ts';
import { type JsonObject, object } from '../azure/wire/messages.ts';
import { type Local, startLocal } from '../local/local.ts';
import { appOf } from '../rehearsal/app.ts';
import type { Recorded } from './recorded.ts';

const gatewayId = hubNetworkId.replace('virtualNetworks/hub', 'virtualNetworkGateways/vpngw-hub');
const servers = [
  { address: '10.0.1.4', score: 30, host: npsMachineId },
  { address: '10.0.1.5', score: 10, host: npsMachineId.replace('nps-01', 'nps-02') },
];

interface Played {
  readonly local: Local;
  readonly id: string;
  readonly api: (method: string, path: string, body?: unknown) => Promise<JsonObject>;
}

interface Story {
  readonly ticket?: object;
  readonly before?: (local: Local) => void;
  readonly after?: (played: Played) => Promise<void>;
}

async function approve({ local, api }: Played, id: string): Promise<void> {
  const status = async () => (await api('GET', `deployments/${id}`)).status;
  await local.host.runUntil(async () => (await status()) === 'AwaitingApproval', { limitMinutes: 120 });
  const { digest } = await api('GET', `deployments/${id}/plan`);
  await api('POST', `deployments/${id}/approval`, { approved: true, by: 'Jonas', planDigest: digest });
}

/** Where running instances may be: each begins with a ticket for a gateway. */
export const stories: Readonly<Record<string, Story>> = {
  'new-gateway': {},
  approval: {
    ticket: { approval: { required: true } },
    after: (played) => approve(played, played.id),
  },
  canceled: {
    async after({ local, id, api }) {
      await local.host.runFor(15);
      await api('POST', `deployments/${id}/cancel`, { by: 'Maria' });
    },
  },
  retry: {
    before({ world }) {
      for (const status of [409, 429, 503])
        world.azure.faults.add({
          match: { method: 'PUT', action: 'Microsoft.Network/virtualNetworkGateways/write' },
          effect: { kind: 'respond', status, retryAfterSeconds: 30 },
        });
    },
  },
  rotation: {
    ticket: { radius: { servers, secretName: 'radius-hub' } },
    async after({ local, api }) {
      await local.host.runFor(120);
      await api('POST', 'rotations', { virtualNetworkGatewayId: gatewayId });
    },
  },
  removal: {
    async after(played) {
      await played.local.host.runFor(120);
      const { id } = await played.api('POST', 'removals', { virtualNetworkGatewayId: gatewayId });
      await approve(played, String(id));
    },
  },
};

const aDay = 24 * 60;

/** Plays a story with the app of a package, and returns the histories of everything that it made. */
export async function recordStory(appFile: string, name: string, worldPort = 0): Promise<Recorded[]> {
  const { ticket, before, after } = stories[name]!;
  const local = await startLocal({ appFile, seed: name, start: new Date('2030-01-01T00:00:00Z'), worldPort });
  const { host, world } = local;
  try {
    const { call } = appOf(local);
    const api: Played['api'] = async (...request) => object((await call(...request)).body);
    before?.(local);
    const { id } = await api('POST', 'tickets', {
      ticket: { system: 'webhook', id: 'REQ0012345', callbackUrl: `${world.origin}/hooks/REQ0012345` },
      virtualNetworkId: hubNetworkId,
      radius: { servers: servers.slice(0, 1), secretName: 'radius-hub' },
      ...ticket,
    });
    await after?.({ local, id: String(id), api });
    const own = () =>
      host.durable.instances().filter(({ name: orchestration }) => !orchestration.startsWith('@'));
    await host.runUntil(() => own().every(({ status }) => status === 'Completed'), {
      limitMinutes: 7 * aDay,
    });
    const text = JSON.stringify(
      own().map(({ instanceId, name: orchestration }) => ({
        instanceId,
        orchestration,
        history: host.durable.history(instanceId),
      })),
    );
    // The port is different each time.
    return JSON.parse(text.replaceAll(world.origin, 'https://127.0.0.1:7443')) as Recorded[];
  } finally {
    await local.close();
  }
}
