import { hubNetworkId, npsMachineId } from '../../simulator/azure/default-world.ts';
import type { Local } from '../../simulator/local/local.ts';

/** Puts more VNets into the simulated world, each in a resource group of its own; returns their ids. */
export function seedHubs(
  { world }: Pick<Local, 'world'>,
  count: number,
  tags: Record<string, string> = {},
): string[] {
  const ids = Array.from({ length: count }, (_, index) =>
    hubNetworkId.replace('/rg-hub/', `/rg-${index}/`).replace(/hub$/, `hub-${index}`),
  );
  world.azure.seed(
    ids.map((id, index) => ({
      id,
      tags,
      properties: {
        addressSpace: { addressPrefixes: [`10.${index % 250}.${Math.floor(index / 250) * 8}.0/21`] },
        subnets: [],
      },
    })),
  );
  return ids;
}

export function ticketFor(virtualNetworkId: string, number: number) {
  return {
    ticket: { system: 'webhook', id: `REQ${number}` },
    virtualNetworkId,
    pointToSite: { protocols: ['IkeV2'] },
    radius: { servers: [{ address: '10.0.1.4', score: 30, host: npsMachineId }] },
  };
}

export async function post({ host }: Pick<Local, 'host'>, ticket: object): Promise<void> {
  const answer = await host.fetch('/api/tickets', { method: 'POST', body: JSON.stringify(ticket) });
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
}

/** Runs until every deployment has ended; throws when one did not succeed. */
export async function untilSucceeded(local: Pick<Local, 'host' | 'world'>, count: number): Promise<void> {
  const { host } = local;
  const deployments = () => host.durable.instances().filter(({ name }) => name === 'provisionVpnGateway');
  const ended = () => deployments().filter(({ status }) => status === 'Completed').length === count;
  // Listing every instance at each of many thousand steps would be most of what is measured.
  let [step, looked] = [0, 0];
  await host.runUntil(
    () => {
      if (++step % Math.min(count, 50) === 0) forgetBodies(local);
      const minute = Math.floor(local.world.azure.clock.now().getTime() / 60_000);
      if (step % count !== 0 && minute === looked) return false;
      looked = minute;
      return ended();
    },
    { limitMinutes: 24 * 60 },
  );
  const failed = deployments().filter(
    ({ output }) => (output as { value?: { status?: string } })?.value?.status !== 'Succeeded',
  );
  if (failed.length > 0)
    throw new Error(`${failed.length} did not succeed: ${JSON.stringify(failed[0]!.output)}`);
}

/** How many requests have been counted already. */
const gone = new WeakMap<object, number>();

/** The log of the simulated Azure keeps every body. A thousand scripts of 170 KB are no memory of the app. */
export function forgetBodies({ world }: Pick<Local, 'world'>): void {
  const { requests } = world.azure;
  let index = gone.get(requests) ?? 0;
  for (; index < requests.length && requests[index]!.status !== 0; index++) requests[index]!.body = undefined;
  gone.set(requests, index);
}
