import { isRestError } from '@azure/core-rest-pipeline';
import type { SecretClient } from '@azure/keyvault-secrets';
import { failed, VpnRadiusError } from '../../core/errors.ts';
import { sameId } from '../../core/resource-id.ts';
import { said } from '../wire/said.ts';

/**
 * A vault keeps a deleted secret for 7 to 90 days, and its name stays taken for that time ("Azure Key Vault
 * soft-delete overview").
 */
export const isNameOfDeleted = (error: unknown): boolean =>
  isRestError(error) && error.statusCode === 409 && said(error).inner === 'ObjectIsDeletedButRecoverable';

const looks = 10;
const betweenLooks = 3;

/**
 * Recovers what a removal of this same gateway deleted, so that the gateway can come back. The versions in it
 * stay disabled. What anybody else deleted is not recovered, because its versions would be valid again.
 */
export async function recoverRemoved(
  client: SecretClient,
  name: string,
  gatewayId: string | undefined,
  pause: (seconds: number) => Promise<void>,
): Promise<void> {
  const { properties } = await client.getDeletedSecret(name);
  const its = properties.tags?.['vpn-radius-gateway'];
  if (properties.enabled !== false || !its || !gatewayId || !sameId(its, gatewayId))
    throw failed(
      'SecretDeleted',
      `Somebody deleted the Key Vault secret ${name}, and the vault still reserves its name. Recover it (az keyvault secret recover --name ${name}), or name another secret in radius.secretName.`,
      name,
    );
  const recovery = await client.beginRecoverDeletedSecret(name);
  for (let look = 1; !recovery.isDone(); look++) {
    if (look > looks)
      throw new VpnRadiusError({
        code: 'SecretRecovering',
        message: `Key Vault has not recovered the secret ${name} yet.`,
        target: name,
        transient: true,
      });
    await pause(betweenLooks);
    await recovery.poll();
  }
}
