import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../shared/core/errors.ts';
import { ApiError } from '../app/api.ts';
import { useApi } from '../app/context.ts';
import type { PlanShown } from '../deployments/plan/plan.tsx';

export interface DryRun {
  readonly isBusy: boolean;
  /** Of the request as it stands now; undefined while it is planned, and where it cannot be. */
  readonly plan: PlanShown | undefined;
  readonly problems: readonly Problem[];
  readonly failure: string | undefined;
}

type PlanAnswer = PlanShown & { readonly problems: readonly Problem[] };

const pause = 600;
const nothing: DryRun = { isBusy: false, plan: undefined, problems: [], failure: undefined };

/** Plans the request a moment after the last change of it. The app reads Azure for that and writes nothing. */
export function useDryRun(request: Readonly<Record<string, unknown>> | undefined): DryRun {
  const api = useApi();
  const text = request && JSON.stringify(request);
  const [run, setRun] = useState(nothing);
  useEffect(() => {
    if (!text) {
      setRun(nothing);
      return;
    }
    setRun((before) => ({ ...before, isBusy: true, plan: undefined }));
    const ends = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { problems, ...plan } = await api.post<PlanAnswer>(
          'deployments/plan',
          JSON.parse(text),
          ends.signal,
        );
        setRun({ isBusy: false, plan: problems.length > 0 ? undefined : plan, problems, failure: undefined });
      } catch (error) {
        if (ends.signal.aborted) return;
        const told = error instanceof ApiError ? error : undefined;
        const problems = told?.details ?? [];
        const failure = problems.length > 0 ? undefined : (told?.message ?? 'It could not be planned.');
        setRun({ isBusy: false, plan: undefined, problems, failure });
      }
    }, pause);
    return () => {
      clearTimeout(timer);
      ends.abort();
    };
  }, [api, text]);
  return run;
}
