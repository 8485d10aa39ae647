import type { Plan } from '../../../shared/deployment/contract.ts';
import { gapBetween, gapInWords } from '../../../shared/secret/sign-in-gap.ts';
import type { Run } from '../run.ts';
import type { NpsOutcome } from '../steps/nps.ts';

/** Measures how long nobody can sign in while the only server and the gateway hold different secrets. */
export function signInGap({ context, progress }: Run, { servers, otherServers }: Plan) {
  const now = () => context.df.currentUtcDateTime.toISOString();
  const isOnly = servers.length + otherServers.length === 1;
  let since: { readonly atLeast: string; readonly atMost: string } | undefined;
  return {
    /** NPS is about to get another secret than the gateway has. */
    mayBegin() {
      if (isOnly) since = { atLeast: now(), atMost: now() };
    },
    begins({ startedAt, endedAt }: NpsOutcome) {
      if (since) since = { atLeast: endedAt ?? now(), atMost: startedAt ?? since.atMost };
    },
    /** Both sides have the same secret again; returns the sentence that says how long they had not. */
    ends(): string | undefined {
      if (!since) return undefined;
      const gap = gapBetween(since.atLeast, since.atMost, now());
      since = undefined;
      progress.addToResult({ signInGap: gap });
      return gapInWords(gap);
    },
  };
}
