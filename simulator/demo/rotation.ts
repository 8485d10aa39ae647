import type { Narration } from '../../cli/telling/narration.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { type JsonObject, list, object } from '../azure/wire/messages.ts';
import { grown, type OldGateway, oldGatewayId, oldSecrets } from './old-secrets.ts';
import type { Story } from './story.ts';

const gateways: readonly OldGateway[] = [
  { name: 'vpngw-north', servers: ['nps-01', 'nps-02'], daysOld: 300 },
  { name: 'vpngw-south', servers: ['nps-01', 'nps-02'], daysOld: 250 },
  { name: 'vpngw-west', servers: ['nps-01'], daysOld: 200 },
];
/** The world before the story begins. */
export const rotationWorld = { ...oldSecrets(gateways), start: new Date('2030-01-04T21:50:00.000Z') };

const hosts: Readonly<Record<string, string>> = { '10.0.1.4': 'nps-01', '10.0.1.5': 'nps-02' };

interface Shown {
  readonly status: string;
  readonly text: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly gateways?: readonly {
    readonly gatewayId: string;
    readonly status: string;
    readonly deploymentId?: string;
    readonly why?: string;
  }[];
}

/**
 * Shows how all secrets that are due are rotated: one gateway after the other in a window. At each gateway a client
 * signs in every ten seconds. A rotation that fails goes back to the secret that both sides still share, and stops the
 * others.
 */
export async function rotateDue(story: Story) {
  const { world, clock, api, narration } = story;
  grown(world, clock.now(), gateways);
  const clients = signingIn(story);
  narration.say(
    'Three gateways have shared secrets that are older than 180 days; two of them have two NPS servers.',
  );
  narration.say(
    'POST /api/rotations {"due": true, "preview": true} says which they are, and writes nothing:',
  );
  const order = { due: true, atOnce: 1, window: '22:00-05:00' };
  const preview = await api<{ gateways: { gatewayId: string; createdAt: string }[]; begins: string }>(
    'POST',
    'rotations',
    { ...order, preview: true },
  );
  for (const { gatewayId, createdAt } of preview.gateways)
    narration.say(`  due       ${nameOf(gatewayId)}, of ${createdAt.slice(0, 10)}`, {
      due: nameOf(gatewayId),
      createdAt,
    });
  narration.say(
    `The window opens at ${preview.begins.slice(11, 16)}. Azure will refuse one write of vpngw-south.`,
  );
  world.azure.faults.add({
    match: { method: 'PUT', action: 'Microsoft.Network/virtualNetworkGateways/write', url: 'vpngw-south' },
    effect: {
      kind: 'respond',
      status: 400,
      code: 'OutOfOrder',
      message: 'The gateway takes no write today.',
    },
  });
  const first = await rotated();
  narration.say(
    'The cause is fixed, and the same request is sent again. Rotations that are done are not due any more.',
  );
  const second = await rotated();
  for (const [name, { signIns, failed }] of clients.seen)
    narration.say(
      failed === 0
        ? `  ${name}: ${signIns} sign-ins, every ten seconds; none failed`
        : `  ${name}: ${signIns} sign-ins, every ten seconds; ${failed} failed, because it has only one NPS server`,
      { gateway: name, signIns, failed },
    );
  const failedAt = (name: string) => clients.seen.get(name)!.failed;
  const isAsTold =
    first.status === 'Failed' &&
    second.status === 'Succeeded' &&
    failedAt('vpngw-north') + failedAt('vpngw-south') === 0 &&
    failedAt('vpngw-west') > 0;
  return {
    outcome: isAsTold ? 'Succeeded' : 'Failed',
    first: first.counts,
    second: second.counts,
    failedSignIns: Object.fromEntries([...clients.seen].map(([name, { failed }]) => [name, failed])),
  };

  async function rotated(): Promise<Shown> {
    const { id } = await api<{ id: string }>('POST', 'rotations', order);
    narration.say(`POST /api/rotations: ${id}`);
    const told = new Map<string, string>();
    let run = await api<Shown>('GET', `rotations/${id}`);
    await story.passing(async () => {
      run = await api<Shown>('GET', `rotations/${id}`);
      for (const one of run.gateways ?? []) {
        if (told.get(one.gatewayId) === one.status) continue;
        told.set(one.gatewayId, one.status);
        await tell(narration, one);
      }
      return run.status !== 'Running';
    });
    narration.say(`${run.status}: ${run.text}`);
    return run;
  }

  async function tell(
    to: Narration,
    { gatewayId, status, deploymentId, why }: NonNullable<Shown['gateways']>[number],
  ) {
    const name = nameOf(gatewayId);
    if (status === 'Waiting') return;
    to.say(`  ${status.padEnd(9)} ${name}${why ? `: ${why}` : ''}`, {
      gateway: name,
      status,
      ...(why && { why }),
    });
    if (status !== 'Succeeded') return;
    const { stages, result } = await api<Deployment>('GET', `deployments/${deploymentId}`);
    const { detail } = stages.find((stage) => stage.name === 'pointToSite')!;
    if (result?.signInGap) to.say(`            ${detail}`, { gateway: name, signInGap: result.signInGap });
  }
}

/** Clients of each gateway. A client is let in when the gateway and its NPS servers hold the same secret. */
function signingIn({ clock, world }: Story) {
  const seen = new Map(gateways.map(({ name }) => [name, { signIns: 0, failed: 0 }]));
  const isLetIn = (name: string) => {
    const client = object(world.azure.resource(oldGatewayId(name))!.properties.vpnClientConfiguration);
    return list(client.radiusServers).some((server: JsonObject) => {
      const nps = world.npsServers.get(hosts[String(server.radiusServerAddress)]!)!.state();
      return nps.radiusClients.some((one) => one.name === name && one.secret === server.radiusServerSecret);
    });
  };
  const signIn = () => {
    for (const [name, counts] of seen) {
      counts.signIns++;
      if (!isLetIn(name)) counts.failed++;
    }
    clock.after(10_000, signIn);
  };
  signIn();
  return { seen };
}
