import { operationUrl, refuseWhileHeld, startOperation } from '../arm/operations.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Call, Core } from '../core.ts';
import { badRequest, empty, list, object, text, type WireResponse } from '../wire/messages.ts';
import type { Operation, Resource } from '../world.ts';

const type = 'Microsoft.Network/virtualNetworkGateways';

type Phase = 'Prepare' | 'Execute' | 'Commit' | 'Abort';

/**
 * Microsoft's guided migration of a Basic address (azure-rest-api-specs,
 * `virtualNetworkGateways/{name}/prepareMigration` and the three operations beside it; phases and states by
 * `VirtualNetworkGatewayMigrationStatus`). Documented: what each phase does, that a non-AZ SKU becomes AZ, that an
 * abort takes both back ("How to migrate a Basic SKU public IP address"). Assumed: migration-times, migration-codes,
 * migration-address-id, migration-updating. (Of the times, blogs report 40 to 60 minutes.)
 */
const phases: Readonly<Record<Phase, { readonly after: readonly string[]; readonly seconds: number }>> = {
  Prepare: { after: ['None', 'AbortSucceeded', 'Prepare'], seconds: 45 * 60 },
  Execute: { after: ['PrepareSucceeded', 'Execute'], seconds: 8 * 60 },
  Commit: { after: ['ExecuteSucceeded', 'Commit'], seconds: 40 * 60 },
  Abort: { after: ['PrepareSucceeded', 'Execute', 'ExecuteSucceeded', 'Commit', 'Abort'], seconds: 10 * 60 },
};

/** What a read shows as `virtualNetworkGatewayMigrationStatus`. */
export const migrationStatus = ({ properties }: Resource) => ({
  state: 'None',
  phase: 'None',
  errorMessage: '',
  ...object(properties.addressMigration),
});

const publicAddressesOf = (core: Core, gateway: Resource): Resource[] =>
  list(gateway.properties.ipConfigurations).flatMap((configuration) => {
    const id = text(object(object(configuration.properties).publicIPAddress).id) ?? '';
    return core.world.resources.get(id) ?? [];
  });

const startPhase =
  (phase: Phase) =>
  (call: Call, gateway: Resource): WireResponse => {
    refuseWhileHeld(call.core, [gateway.id]);
    const now = migrationStatus(gateway).phase;
    if (!phases[phase].after.includes(now))
      throw badRequest(
        'VirtualNetworkGatewayMigrationPhaseInvalid',
        `Gateway ${gateway.id} is in the phase ${now}: ${phase} is not possible.`,
      );
    if (
      phase === 'Prepare' &&
      publicAddressesOf(call.core, gateway).every(({ sku }) => object(sku).name === 'Standard')
    )
      throw badRequest(
        'VirtualNetworkGatewayMigrationNotNeeded',
        `Gateway ${gateway.id} has no Basic public IP address.`,
      );
    gateway.properties.addressMigration = { phase, state: 'InProgress', errorMessage: '' };
    gateway.properties.provisioningState = 'Updating';
    const operation = startOperation(call, {
      kind: 'action',
      target: gateway.id,
      action: `${type}/${phase.toLowerCase()}Migration/action`,
      namespace: 'Microsoft.Network',
      location: gateway.location ?? '',
      seconds: phases[phase].seconds,
      locks: [gateway.id],
    });
    return empty(202, {
      Location: operationUrl(call, operation, 'operationResults'),
      'Azure-AsyncOperation': operationUrl(call, operation, 'operations'),
      'Retry-After': '10',
    });
  };

export const migrationActions: ResourceType['actions'] = {
  preparemigration: startPhase('Prepare'),
  executemigration: startPhase('Execute'),
  commitmigration: startPhase('Commit'),
  abortmigration: startPhase('Abort'),
};

const sku = (name: string) => ({ name, tier: name });
const azSku = (name: string) => ({ Standard: 'VpnGw1AZ', HighPerformance: 'VpnGw2AZ' })[name] ?? `${name}AZ`;

/** The result of a phase, at its end. */
export function phaseEnded(core: Core, gateway: Resource, operation: Operation): void {
  const name = /\/(\w)(\w+)Migration\/action$/.exec(operation.action);
  if (!name) return;
  const phase = `${name[1]!.toUpperCase()}${name[2]}` as Phase;
  const { properties } = gateway;
  properties.provisioningState = 'Succeeded';
  const { failure } = operation;
  if (failure) {
    properties.addressMigration = { phase, state: 'Failed', errorMessage: failure.message };
    return;
  }
  properties.addressMigration = { phase: `${phase}Succeeded`, state: 'Succeeded', errorMessage: '' };
  const held = text(object(properties.sku).name) ?? '';
  if (phase === 'Execute') {
    properties.skuBefore = held;
    properties.sku = sku(/AZ$/.test(held) ? held : azSku(held));
    for (const address of publicAddressesOf(core, gateway)) {
      address.sku = { name: 'Standard', tier: 'Regional' };
      address.properties.publicIPAllocationMethod = 'Static';
    }
  }
  if (phase === 'Abort' && properties.skuBefore) {
    properties.sku = sku(String(properties.skuBefore));
    for (const address of publicAddressesOf(core, gateway)) address.sku = { name: 'Basic', tier: 'Regional' };
  }
}
