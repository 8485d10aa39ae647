import { later, type Step, sleep } from '../../../shared/core/durable.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import type { Run } from '../run.ts';

type Moment = ReturnType<typeof later>;

/** Lets only what the app has started begin. Returns when its turn comes. */
export function* askForTurn({ id, step, context }: Run, { request, fingerprint }: Order): Step<Moment> {
  const { virtualNetworkId } = request;
  const now = context.df.currentUtcDateTime.toISOString();
  const wait = yield* step.admitDeployment({ id, virtualNetworkId, fingerprint, now });
  return later(context, wait);
}

/** Plans once the turn has come. Until then the running stage says what is waited for. */
export function* planInTurn<T>(run: Run, beginsAt: Moment, planning: Step<T>): Step<T> {
  const { context, progress, canceled } = run;
  const now = context.df.currentUtcDateTime;
  if (beginsAt > now) {
    const message =
      'Many deployments of this subscription begin now, and Azure limits the number of requests. This deployment waits for its turn.';
    progress.noteWait({
      step: 'admitDeployment',
      attempt: 1,
      lastError: { code: 'WaitsItsTurn', message, transient: true },
      since: now.toISOString(),
      nextTryAt: beginsAt.toISOString(),
    });
    yield* sleep(context, beginsAt, [canceled]);
    progress.noteWait({ ended: true, attempt: 1 });
    canceled.throwIfRaised();
  }
  return yield* planning;
}

/** After an approval everything is read again, and others may have been approved at the same moment. */
export function* planAgainInTurn<T>(run: Run, order: Order, planning: Step<T>): Step<T> {
  return yield* planInTurn(run, yield* askForTurn(run, order), planning);
}
