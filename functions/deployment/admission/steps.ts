import { failed } from '../../../shared/core/errors.ts';
import { subscriptionOf } from '../../../shared/core/resource-id.ts';
import { nextTurn, type Turns } from '../../../shared/deployment/progress/turns.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import type { Rows } from '../../../shared/ports.ts';
import { inTurn, readLock } from '../../records/lock.ts';

type NpsDefaults = readonly { readonly host: string }[];

export interface Admission {
  readonly id: string;
  readonly virtualNetworkId: string;
  readonly fingerprint: string;
  /** ISO 8601, by the clock of the orchestration. */
  readonly now: string;
}

/**
 * Lets a deployment begin that the app has started: it has the lock of its VNet. Otherwise somebody with the key of the
 * durable management API could start one without the routes, their sign-in and the rule of one deployment at a time.
 * Returns after how many milliseconds it may begin: many that begin at once would empty Azure's token buckets.
 */
export const admitDeployment =
  (rows: Rows, defaults: NpsDefaults) =>
  async ({ id, virtualNetworkId, fingerprint, now }: Admission): Promise<number> => {
    const lock = (await readLock(rows, virtualNetworkId))?.value;
    if (lock?.id === id && !lock.ended && lock.order.fingerprint === fingerprint)
      return takeTurns(rows, subscriptionsOf(lock.order.request, defaults), now);
    throw failed(
      'NotStartedByApp',
      'This deployment was not started through the routes of the app. Nothing was done.',
      virtualNetworkId,
    );
  };

/** Where a deployment reads and writes: its own subscription, and those of its NPS servers. */
const subscriptionsOf = ({ virtualNetworkId, radius }: VpnGatewayRequest, defaults: NpsDefaults) =>
  [virtualNetworkId, ...(radius.servers ?? defaults).flatMap(({ host }) => host ?? [])].map(subscriptionOf);

const partition = 'turns';
const mostAttempts = 20;

/** After how many milliseconds a deployment may begin that reads and writes in these subscriptions: its latest turn. */
export async function takeTurns(
  rows: Rows,
  subscriptionIds: readonly string[],
  now: string,
): Promise<number> {
  const taken = await Promise.all(
    [...new Set(subscriptionIds.map((id) => id.toLowerCase()))].map((id) =>
      // A deployment that gets no turn begins at once: Azure's 429 then makes it wait.
      inTurn(`turn ${id}`, () => takeAdmissionTurn(rows, id, now)).catch(() => 0),
    ),
  );
  return Math.max(...taken);
}

async function takeAdmissionTurn(rows: Rows, subscriptionId: string, now: string): Promise<number> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const before = await rows.read<Turns>(partition, subscriptionId);
    const { wait, turns } = nextTurn(before?.value, now);
    if (
      before
        ? await rows.replace(partition, before, turns)
        : await rows.insert(partition, subscriptionId, turns)
    )
      return wait;
  }
  return 0;
}
