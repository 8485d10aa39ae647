import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { deploymentId } from '../../shared/deployment.ts';
import { VpnRadiusError } from '../../shared/errors.ts';
import { isVpn } from '../../shared/gateway.ts';
import type { SecretCatalogue, Secrets, VpnGateways } from '../../shared/ports.ts';
import { secretNameOf } from '../../shared/radius.ts';
import type { RadiusServerWish } from '../../shared/radius-servers.ts';
import { sameId } from '../../shared/resource-id.ts';
import { expiringSecret } from '../../shared/rotation.ts';
import { holdsEverywhere } from '../activities/rotate-secret.ts';
import { deployedGateways } from '../deployed-gateways.ts';
import { readDeployment } from '../deployments.ts';
import { isRunning, startOnce } from '../durable-instances.ts';
import { rotationOrder } from '../rotations.ts';

interface Needs {
  readonly gateways: VpnGateways;
  readonly secrets: Secrets;
  readonly secretCatalogue: SecretCatalogue;
}

/**
 * Rotates the secret that Key Vault says is about to expire, on every gateway that uses it: the one that the secret is
 * tagged with, and those that were deployed with its name. Secrets of others, and an event that comes again, change nothing.
 */
export const secretNearExpiry =
  ({ gateways, secrets, secretCatalogue: catalogue }: Needs, defaults: readonly RadiusServerWish[]) =>
  async (event: unknown, context: InvocationContext): Promise<void> => {
    const expiring = expiringSecret(event);
    if (!expiring) return;
    const { name, version } = expiring;
    const deployed = await deployedGateways(context);
    const users = [...deployed.values()]
      .filter(({ request, gatewayId }) => sameId(secretNameOf(request, gatewayId), name))
      .map(({ gatewayId }) => gatewayId.toLowerCase());
    const tagged = (await catalogue.list()).find((entry) => sameId(entry.name, name))?.gatewayId;
    if (tagged) users.push(tagged.toLowerCase());
    // Only now is the value read: whatever else is in the vault belongs to others.
    const newest = users.length > 0 && (await secrets.read(name, undefined, { evenExpired: true }));
    if (!newest) return;

    const busy: string[] = [];
    for (const id of new Set(users)) {
      const gateway = await gateways.read(id);
      if (!gateway || !isVpn(gateway) || !gateway.pointToSite?.radiusServers.length) continue;
      const isNewest = version === undefined || newest.version === version;
      // The event comes at least once: by now its version may have been replaced.
      if (!isNewest && (await holdsEverywhere(gateways, id, newest.value))) continue;
      const wish = {
        id: expiring.id,
        requestedBy: 'Key Vault',
        replaces: isNewest ? newest.version : undefined,
      };
      const { order } = await rotationOrder(context, gateway, wish, defaults);
      const instanceId = deploymentId(order.request.virtualNetworkId);
      const running = await readDeployment(context, instanceId);
      if (running && isRunning(running)) {
        if (running.input.rotates) continue;
        busy.push(gateway.name);
      } else if (!(await startOnce(getClient(context), 'provisionVpnGateway', instanceId, order)))
        busy.push(gateway.name);
    }
    if (busy.length > 0) {
      throw new VpnRadiusError({
        code: 'DeploymentInProgress',
        message: `A deployment of ${busy.join(' and ')} is under way; Event Grid delivers the event again.`,
        transient: true,
      });
    }
  };
