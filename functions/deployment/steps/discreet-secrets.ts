import type { InvocationContext } from '@azure/functions';
import type { Problem } from '../../../shared/core/errors.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import type { Secrets } from '../../../shared/ports.ts';
import { deployedGateways } from '../deployed-gateways.ts';

/**
 * Key Vault as a preview may show it: a request can name any secret of the vault, and whoever may only ask for previews must
 * not learn which of them exist, whose they are or when they expire. So a named secret counts as not there unless the
 * gateway of this VNet was deployed with it. `warning` says so, whether it exists or not.
 */
export async function discreetSecrets<S extends Pick<Secrets, 'read'>>(
  secrets: S,
  { radius, virtualNetworkId }: VpnGatewayRequest,
  context: InvocationContext,
): Promise<{ readonly secrets: S; readonly warning?: Problem }> {
  const name = radius.secretName;
  if (name === undefined) return { secrets };
  const deployed = [...(await deployedGateways(context)).values()];
  const isOwn = deployed.some(
    ({ request, secrets: its }) =>
      sameId(request.virtualNetworkId, virtualNetworkId) && its.some((secret) => sameId(secret.name, name)),
  );
  if (isOwn) return { secrets };
  const read: Secrets['read'] = async (asked, ...more) => {
    // Asked all the same: names that the settings reserve are refused, and a vault that cannot be read is told.
    const secret = await secrets.read(asked, ...more);
    return sameId(asked, name) ? undefined : secret;
  };
  const message = `Whether the Key Vault secret ${name} exists and can be used is looked at when the deployment begins: a preview tells nothing of a secret that this gateway does not use yet.`;
  return {
    secrets: { ...secrets, read },
    warning: { code: 'SecretNotLookedAt', message, target: 'radius.secretName' },
  };
}
