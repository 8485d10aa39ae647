import type { Problem } from '../../../shared/core/errors.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import type { Rows, Secrets } from '../../../shared/ports.ts';
import { deployedGateways } from '../../records/deployed.ts';

/**
 * Key Vault as a preview may show it. A request can name any secret of the vault. Somebody who may only ask for
 * previews must not learn which secrets exist, whose they are or when they expire. So a named secret counts as missing
 * unless the gateway of this VNet was deployed with it. `warning` says so, whether the secret exists or not.
 */
export async function discreetSecrets<S extends Pick<Secrets, 'read'>>(
  secrets: S,
  { radius, virtualNetworkId }: VpnGatewayRequest,
  rows: Rows,
): Promise<{ readonly secrets: S; readonly warning?: Problem }> {
  const name = radius.secretName;
  if (name === undefined) return { secrets };
  const deployed = [...(await deployedGateways(rows)).values()];
  const isOwn = deployed.some(
    ({ request, secrets: its }) =>
      sameId(request.virtualNetworkId, virtualNetworkId) && its.some((secret) => sameId(secret.name, name)),
  );
  if (isOwn) return { secrets };
  const read: Secrets['read'] = async (asked, ...more) => {
    // Key Vault is still asked: it refuses names that the settings reserve, and a vault that cannot be read has to be
    // reported.
    const secret = await secrets.read(asked, ...more);
    return sameId(asked, name) ? undefined : secret;
  };
  const message = `The app checks only at the beginning of the deployment whether the Key Vault secret ${name} exists and can be used. A preview shows nothing about a secret that this gateway does not use yet.`;
  return {
    secrets: { ...secrets, read },
    warning: { code: 'SecretNotLookedAt', message, target: 'radius.secretName' },
  };
}
