import { later, orchestration, type Step, sleep, steps } from '../../../shared/core/durable.ts';
import type { Activities } from '../../steps.ts';
import type { NextTry } from './steps.ts';

/** Waits until a deployment that an event began is to be tried again, and begins it, unless something else has been since. */
export const tryDeploymentAgain = orchestration(function* (
  context,
  next: NextTry,
): Step<'begun' | 'outdated'> {
  yield* sleep(context, later(context, next.wait));
  return yield* steps<Activities>(context).beginAgain(next);
});
