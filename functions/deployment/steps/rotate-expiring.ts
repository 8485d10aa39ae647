import type { InvocationContext } from '@azure/functions';
import { VpnRadiusError } from '../../../shared/core/errors.ts';
import { isVpn } from '../../../shared/gateway/gateway.ts';
import type { Secrets, VpnGateways } from '../../../shared/ports.ts';
import { expiringSecret } from '../../../shared/secret/rotation.ts';
import { confirmedNearExpiry } from '../secret/near-expiry.ts';
import { type RotationNeeds, rotationOrder } from '../secret/rotation-order.ts';
import { startDeployment } from '../start.ts';
import { isInUse } from './rotate-secret.ts';

export interface ExpiryNeeds extends RotationNeeds {
  readonly gateways: VpnGateways;
  readonly secrets: Secrets;
}

/**
 * Rotates the secret that Key Vault says is about to expire, on every gateway that uses it: those that were deployed
 * with its name, else the one that it is tagged with. Secrets of others, an event
 * that comes again, and one that Key Vault does not confirm change nothing.
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
      // The event comes at least once: by now its version may have been replaced.
      if (!isNewest && (await isInUse(gateways, id, newest.value))) continue;
      const wish = {
        id: expiring.id,
        requestedBy: 'Key Vault',
        replaces: isNewest ? { name: expiring.name, version: newest.version } : undefined,
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
