import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import type { RepairWindow } from '../../shared/compliance/repair-window.ts';
import { shortHash } from '../../shared/core/resource-id.ts';
import { expiringSecret } from '../../shared/secret/rotation.ts';
import { confirmedNearExpiry } from '../deployment/secret/near-expiry.ts';
import { type ExpiryNeeds, rotateExpiring } from '../deployment/secret/rotate-expiring.ts';
import type { WindowOrder } from '../deployment/secret/rotate-in-window.ts';
import { startOnce } from '../durable-instances.ts';

/**
 * Rotates the secret that Key Vault says will soon expire: at once, or when `COMPLIANCE_REPAIR_WINDOW` opens if it is
 * set.
 */
export const secretNearExpiry =
  (needs: ExpiryNeeds, window: RepairWindow | undefined) =>
  async (event: unknown, context: InvocationContext): Promise<void> => {
    const expiring = expiringSecret(event);
    if (!expiring) return;
    if (!window) return rotateExpiring(needs)({ event }, context);
    // Checked before it waits: otherwise an event that is not true would block the one that is.
    if (!(await confirmedNearExpiry(needs, expiring, context))) return;
    const order: WindowOrder = { event, window };
    await startOnce(getClient(context), 'rotateInWindow', `window-${shortHash(expiring.name)}`, order);
  };
