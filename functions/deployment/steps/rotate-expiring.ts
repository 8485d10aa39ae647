import type { InvocationContext } from '@azure/functions';
import { VpnRadiusError } from '../../../shared/core/errors.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import { isVpn } from '../../../shared/gateway/gateway.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import { expiringSecret } from '../../../shared/secret/rotation.ts';
import { deployedGateways } from '../deployed-gateways.ts';
import { type RotationNeeds, rotationOrder } from '../rotation/rotation-order.ts';
import { startDeployment } from '../start.ts';
import { isInUse } from './rotate-secret.ts';

export interface ExpiryNeeds extends RotationNeeds {
  readonly gateways: VpnGateways;
  readonly secrets: Secrets;
}

/**
 * Rotates the secret that Key Vault says is about to expire, on every gateway that uses it: those that were deployed
 * with its name, else the one that it is tagged with. Secrets of others, and an event that comes again, change nothing.
 */
export const rotateExpiring =
  ({ gateways, secrets, ...needs }: ExpiryNeeds) =>
  async ({ event }: { readonly event: unknown }, context: InvocationContext): Promise<void> => {
    const expiring = expiringSecret(event);
    if (!expiring) return;
    const { name, version } = expiring;
    const deployed = await deployedGateways(context);
    const users = [...deployed.values()]
      .filter((its) => its.secrets.some((secret) => sameId(secret.name, name)))
      .map(({ gatewayId }) => gatewayId.toLowerCase());
    const entries = await needs.secretCatalogue.list();
    const tagged = entries.find((entry) => sameId(entry.name, name))?.gatewayId?.toLowerCase();
    // A gateway that was deployed with another secret since uses that one.
    if (tagged && !deployed.has(tagged)) users.push(tagged);
    // Only now is the value read: whatever else is in the vault belongs to others.
    const newest = users.length > 0 && (await secrets.read(name, undefined, { evenExpired: true }));
    if (!newest) return;

    const busy: string[] = [];
    for (const id of new Set(users)) {
      const gateway = await gateways.read(id);
      if (!gateway || !isVpn(gateway) || !gateway.pointToSite?.radiusServers.length) continue;
      const isNewest = version === undefined || newest.version === version;
      // The event comes at least once: by now its version may have been replaced.
      if (!isNewest && (await isInUse(gateways, id, newest.value))) continue;
      const wish = {
        id: expiring.id,
        requestedBy: 'Key Vault',
        replaces: isNewest ? { name, version: newest.version } : undefined,
      };
      const { order } = await rotationOrder(context, gateway, wish, needs);
      const { started, running } = await startDeployment(context, order);
      if (!started && !running?.input.rotates) busy.push(gateway.name);
    }
    if (busy.length > 0) {
      throw new VpnRadiusError({
        code: 'DeploymentInProgress',
        message: `A deployment of ${busy.join(' and ')} is under way; the rotation is tried again.`,
        transient: true,
      });
    }
  };
