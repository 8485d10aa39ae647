import { type Step, steps, subOrchestration } from '../../shared/core/durable.ts';
import { failureOf } from '../../shared/core/errors.ts';
import type { Activities } from '../steps.ts';
import type { SubscriptionOrder } from './steps/discovery.ts';
import type { EvaluationOrder } from './steps/evaluation.ts';

/**
 * Reads what a subscription has around its gateways. When Azure throttles it, only this branch waits, not the others.
 */
export const readSubscription = subOrchestration(function* (context, order: SubscriptionOrder): Step<void> {
  const run = steps<Activities>(context);
  try {
    yield* run.readNetworks(order);
  } catch (error) {
    yield* run.giveUpNetworks({ ...order, problem: failureOf(error) });
  }
});

/** Checks a part of the gateways of a subscription against the rules. */
export const evaluatePart = subOrchestration(function* (context, order: EvaluationOrder): Step<void> {
  const run = steps<Activities>(context);
  try {
    yield* run.evaluateGateways(order);
  } catch (error) {
    yield* run.giveUpPart({ ...order, problem: failureOf(error) });
  }
});
