import type { Problem } from '../../shared/core/errors.ts';
import { PlanContents } from '../deployments/plan/plan.tsx';
import { Problems } from '../parts/failure.tsx';
import { Notice } from '../parts/notice.tsx';
import type { DryRun } from './dry-run.ts';

interface PlannedProps {
  readonly run: DryRun;
  readonly elsewhere: readonly Problem[];
  readonly hasNetwork: boolean;
}

export function Planned({ run, elsewhere, hasNetwork }: PlannedProps) {
  const { isBusy, plan, problems, failure } = run;
  return (
    <section aria-labelledby="planned" aria-busy={isBusy}>
      <h2 id="planned">What it would do</h2>
      <p role="status" class="dim">
        {!hasNetwork
          ? 'Name a virtual network, and the plan appears here.'
          : isBusy
            ? 'Planning…'
            : problems.length > 0
              ? `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`
              : plan
                ? 'This can be planned. Nothing is written before you send it.'
                : ''}
      </p>
      {failure && <Notice kind="bad" title={failure} />}
      {elsewhere.length > 0 && (
        <Notice kind="bad" title="Problems">
          <Problems of={elsewhere} />
        </Notice>
      )}
      {plan && <PlanContents plan={plan} />}
    </section>
  );
}
