import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../shared/core/errors.ts';
import type { AddressMap } from '../../shared/gateway/address-map.ts';
import { ApiError } from '../app/api.ts';
import { useApi } from '../app/context.ts';
import type { PlanShown } from '../deployments/plan/plan.tsx';

export interface DryRun {
  readonly isBusy: boolean;
  /** The plan of the request as it is now; undefined while it is planned, and when it cannot be planned. */
  readonly plan: PlanShown | undefined;
  readonly problems: readonly Problem[];
  readonly failure: string | undefined;
  /**
   * Those of the last request that could be compared with its VNet. Otherwise the drawing would come and go with every
   * letter.
   */
  readonly addresses: AddressMap | undefined;
}

type PlanAnswer = PlanShown & {
  readonly problems: readonly Problem[];
  readonly addresses?: AddressMap;
};

const pause = 600;
const nothing: DryRun = {
  isBusy: false,
  plan: undefined,
  problems: [],
  failure: undefined,
  addresses: undefined,
};

/** Plans the request a moment after its last change. For that the app reads Azure, and writes nothing. */
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
        const { problems, addresses, ...plan } = await api.post<PlanAnswer>(
          'deployments/plan',
          JSON.parse(text),
          ends.signal,
        );
        const isPlanned = problems.length === 0;
        setRun({ ...nothing, plan: isPlanned ? plan : undefined, problems, addresses });
      } catch (error) {
        if (ends.signal.aborted) return;
        const told = error instanceof ApiError ? error : undefined;
        const problems = told?.details ?? [];
        const failure = problems.length > 0 ? undefined : (told?.message ?? 'It could not be planned.');
        setRun(({ addresses }) => ({ ...nothing, problems, failure, addresses }));
      }
    }, pause);
    return () => {
      clearTimeout(timer);
      ends.abort();
    };
  }, [api, text]);
  return run;
}
