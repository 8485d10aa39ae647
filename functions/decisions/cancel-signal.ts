import type { OrchestrationContext } from 'durable-functions';
import { type Signal, signal } from '../../shared/core/durable.ts';
import { opens } from '../../shared/deployment/decision-proof.ts';

/** What an orchestration that can be canceled is given with its order. */
export interface Cancelable {
  /** What the proof of a cancel must open; a cancel that was raised past our routes has none. */
  readonly cancelLock?: string | undefined;
}

/** That somebody canceled through our routes. */
export function cancelSignal(context: OrchestrationContext, { cancelLock }: Cancelable): Signal {
  return signal(
    context,
    'cancel',
    (value) => cancelLock !== undefined && opens((value as { proof?: unknown } | null)?.proof, cancelLock),
  );
}
