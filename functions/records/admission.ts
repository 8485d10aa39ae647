import { failed } from '../../shared/core/errors.ts';
import type { Rows } from '../../shared/ports.ts';
import { readLock } from './lock.ts';

export interface Admission {
  readonly id: string;
  readonly virtualNetworkId: string;
  readonly fingerprint: string;
}

/**
 * Lets a deployment begin that the app has started: it has the lock of its VNet. Otherwise somebody with the key of the
 * durable management API could start one without the routes, their sign-in and the rule of one deployment at a time.
 */
export const admitDeployment =
  (rows: Rows) =>
  async ({ id, virtualNetworkId, fingerprint }: Admission): Promise<void> => {
    const lock = (await readLock(rows, virtualNetworkId))?.value;
    if (lock?.id === id && !lock.ended && lock.order.fingerprint === fingerprint) return;
    throw failed(
      'NotStartedByApp',
      'This deployment was started past the routes of the app: nothing was done.',
      virtualNetworkId,
    );
  };
