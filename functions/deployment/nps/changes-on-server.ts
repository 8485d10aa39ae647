import type { Outcome } from '../../../shared/core/durable.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import { leftOnNps } from '../../../shared/nps/run-failure.ts';
import type { NpsOutcome } from '../steps/nps.ts';

/** What a run has changed on an NPS server, as a result lists it. A run that failed lists what it has not undone. */
export function changesOnServer(host: string, outcome: Outcome<NpsOutcome>): string[] {
  const changes =
    'value' in outcome ? outcome.value.changes.map(({ what }) => what) : leftOnNps(outcome.failure);
  return changes.map((what) => `${nameOf(host)}: ${what}`);
}
