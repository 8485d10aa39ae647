import { later, orchestration, type Step, sleep, steps } from '../../../shared/core/durable.ts';
import type { Activities } from '../../steps.ts';
import type { NextTry } from './steps.ts';

/**
 * Waits until it is time to try again a deployment that an event began, and begins it unless another one began since.
 */
export const tryDeploymentAgain = orchestration(function* (
  context,
  next: NextTry,
): Step<'started' | 'outdated'> {
  yield* sleep(context, later(context, next.wait));
  return yield* steps<Activities>(context).beginAgain(next);
});
