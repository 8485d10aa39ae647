import type { OrchestrationContext } from 'durable-functions';
import { type Signal, signal } from '../../shared/core/durable.ts';
import { opens } from '../../shared/deployment/decisions/decision-proof.ts';

/** What an orchestration that can be canceled gets with its order. */
export interface Cancelable {
  /** The lock that the proof of a cancel must open. A cancel that did not come through our routes has no proof. */
  readonly cancelLock?: string | undefined;
}

/** The signal that somebody canceled through our routes. */
export function cancelSignal(context: OrchestrationContext, { cancelLock }: Cancelable): Signal {
  return signal(
    context,
    'cancel',
    (value) => cancelLock !== undefined && opens((value as { proof?: unknown } | null)?.proof, cancelLock),
  );
}
