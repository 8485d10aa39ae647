import fc from 'fast-check';
import { hubNetworkId } from '../azure/default-world.ts';
import type { JsonObject } from '../azure/wire/messages.ts';
import type { Local } from '../local/local.ts';
import { gatewayOfHub, spokeId } from './known-values.ts';
import { odd, spoilt } from './odd-values.ts';
import type { Verdict } from './verdict.ts';

const at = '2030-01-01T06:00:00.0000000Z';

/** Events as Event Grid sends them, in its own schema. */
function right(vaultId: string): JsonObject[] {
  const subscription = hubNetworkId.split('/').slice(0, 3).join('/');
  const written = (resourceUri: string, operationName: string, kind = 'Write') => ({
    id: `e-${operationName.length}-${resourceUri.length}`,
    topic: subscription,
    subject: resourceUri,
    eventType: `Microsoft.Resources.Resource${kind}Success`,
    eventTime: at,
    data: { resourceUri, operationName, status: 'Succeeded', subscriptionId: subscription.split('/')[2] },
    dataVersion: '2',
    metadataVersion: '1',
  });
  const address = gatewayOfHub.replace('virtualNetworkGateways/vpngw-hub', 'publicIPAddresses/vpngw-hub-pip');
  return [
    written(hubNetworkId, 'Microsoft.Network/virtualNetworks/write'),
    written(`${spokeId}/providers/Microsoft.Resources/tags/default`, 'Microsoft.Resources/tags/write'),
    written(gatewayOfHub, 'Microsoft.Network/virtualNetworkGateways/write'),
    written(address, 'Microsoft.Network/publicIPAddresses/write'),
    written(gatewayOfHub, 'Microsoft.Network/virtualNetworkGateways/delete', 'Delete'),
    written(spokeId, 'Microsoft.Network/virtualNetworks/delete', 'Delete'),
    {
      id: 'e-secret',
      topic: vaultId,
      subject: 'radius-vpngw-hub',
      eventType: 'Microsoft.KeyVault.SecretNearExpiry',
      eventTime: at,
      data: {
        Id: 'https://kv-hub.vault.azure.net/secrets/radius-vpngw-hub/0123456789abcdef0123456789abcdef',
        VaultName: 'kv-hub',
        ObjectType: 'Secret',
        ObjectName: 'radius-vpngw-hub',
        Version: '0'.repeat(32),
        NBF: null,
        EXP: 1_893_888_000,
      },
      dataVersion: '1',
      metadataVersion: '1',
    },
  ];
}

/** The same as CloudEvents 1.0. */
const asCloudEvent = ({ id, topic, subject, eventType, eventTime, data }: JsonObject): JsonObject => ({
  specversion: '1.0',
  id,
  source: topic,
  subject,
  type: eventType,
  time: eventTime,
  data,
});

/** Correct events, events that are wrong in one place, and values that are no events. */
export function eventsFor(): fc.Arbitrary<unknown> {
  const known = right(
    hubNetworkId.replace(/Microsoft.Network.*/, 'Microsoft.KeyVault/vaults/kv-hub'),
  ).flatMap((event) => [event, asCloudEvent(event)]);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...known) },
    { weight: 6, arbitrary: fc.constantFrom(...known).chain(spoilt) },
    { weight: 1, arbitrary: odd },
  );
}

/** A function accepts an event, or says in its own words why it cannot. */
export async function faultOfEvent({ host }: Local, name: string, event: unknown): Promise<Verdict> {
  const thrown: unknown = await host.deliver(name, event).then(
    () => undefined,
    (error: unknown) => error,
  );
  await host.settled();
  if (thrown === undefined) return { answer: 'taken' };
  const { failure, stack } = thrown as { failure?: { code?: unknown; message?: unknown }; stack?: string };
  const saysWhy = typeof failure?.code === 'string' && typeof failure.message === 'string';
  return {
    answer: 'refused',
    ...(!saysWhy && { fault: `threw what is no failure of its own: ${stack ?? String(thrown)}` }),
  };
}
