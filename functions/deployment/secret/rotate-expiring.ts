import type { InvocationContext } from '@azure/functions';
import { VpnRadiusError } from '../../../shared/core/errors.ts';
import { isVpn } from '../../../shared/gateway/gateway.ts';
import type { Archive, Secrets, VpnGateways } from '../../../shared/ports.ts';
import { expiringSecret } from '../../../shared/secret/rotation.ts';
import { startDeployment } from '../start.ts';
import { confirmedNearExpiry } from './near-expiry.ts';
import { type RotationNeeds, rotationOrder } from './rotation-order.ts';

export interface ExpiryNeeds extends RotationNeeds {
  readonly gateways: VpnGateways;
  readonly secrets: Secrets;
  readonly archive: Archive;
}

/**
 * Rotates the secret that Key Vault says will soon expire, on every gateway that uses it: the gateways that were
 * deployed with its name; without any, the gateway in its tags. Secrets of others, an event that comes again, and a
 * secret that Key Vault does not confirm change nothing.
 */
export const rotateExpiring =
  (needs: ExpiryNeeds) =>
  async ({ event }: { readonly event: unknown }, context: InvocationContext): Promise<void> => {
    const expiring = expiringSecret(event);
    if (!expiring) return;
    const { newest, isNewest, users = [] } = (await confirmedNearExpiry(needs, expiring, context)) ?? {};
    if (!newest) return;
    const { gateways } = needs;

    const busy: string[] = [];
    for (const id of users) {
      const gateway = await gateways.read(id);
      if (!gateway || !isVpn(gateway) || !gateway.pointToSite?.radiusServers.length) continue;
      // An event may come more than once: its version may have been replaced meanwhile.
      if (!isNewest && (await isInUse(gateways, id, newest.value))) continue;
      const wish = {
        id: expiring.id,
        requestedBy: 'Key Vault',
        replaces: isNewest ? { name: expiring.name, version: newest.version } : undefined,
      };
      const { order } = await rotationOrder(gateway, wish, needs);
      const { isNew, order: running } = await startDeployment(needs.archive, context, order);
      if (!isNew && !running.rotates) busy.push(gateway.name);
    }
    if (busy.length > 0) {
      throw new VpnRadiusError({
        code: 'DeploymentInProgress',
        message: `A deployment of ${busy.join(' and ')} is running. The rotation is tried again.`,
        transient: true,
      });
    }
  };

/** Whether the gateway holds that secret for at least one of its servers; compared in memory. */
export async function isInUse(gateways: VpnGateways, gatewayId: string, value: string): Promise<boolean> {
  const held = await gateways.radiusSecrets(gatewayId);
  return held.some(({ secret }) => secret === value);
}
