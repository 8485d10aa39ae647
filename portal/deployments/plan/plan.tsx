import { unsaid } from '../../../shared/core/finding.ts';
import type { Deployment, PlanStep } from '../../../shared/deployment/contract.ts';
import type { ShownGatewayPlan, ShownPlan } from '../../../shared/deployment/shown-plan.ts';
import { usePolled } from '../../app/polled.ts';
import { Reading } from '../../app/reading.tsx';
import { Problems } from '../../parts/failure.tsx';
import { isSameResource, nameInGroup } from '../../parts/names.ts';
import { stageTitle } from '../stages.tsx';
import { Migration } from './migration.tsx';
import { type AskedServer, NpsChanges } from './nps-changes.tsx';
import { Picture } from './picture.tsx';
import type { Drawn } from './picture-layout.ts';
import { Removed } from './removed.tsx';
import { UsersNotice } from './users-notice.tsx';

/** The fields that are shown, of a plan and of a dry run. */
export type PlanShown = Pick<
  ShownGatewayPlan,
  'steps' | 'takesAway' | 'warnings' | 'estimatedMinutes' | 'estimatedMonthlyCost'
> &
  Partial<Pick<ShownGatewayPlan, 'reasonsToAsk' | 'usersNotice' | 'migration'>> & {
    readonly servers?: readonly AskedServer[];
  };

export function usePlan({ id, planDigest }: Deployment) {
  const path = planDigest && `deployments/${encodeURIComponent(id)}/plan`;
  return usePolled<ShownPlan>(path || undefined, () => undefined, planDigest);
}

export function PlanPart({ deployment }: { readonly deployment: Deployment }) {
  const plan = usePlan(deployment);
  if (!deployment.planDigest) return null;
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">Plan</h2>
      <Reading of={plan} what="the plan">
        {(shown) => (
          <>
            {isDrawn(shown) && <Picture plan={shown} />}
            <PlanContents plan={shown} />
            <p class="note id">Digest {shown.digest}</p>
          </>
        )}
      </Reading>
    </section>
  );
}

/** A plan that only removes things has nothing to draw. */
const isDrawn = (plan: object): plan is Drawn => 'addressPool' in plan;

const actions: readonly (readonly [action: string, title: string])[] = [
  ['create', 'Creates'],
  ['update', 'Changes'],
  ['delete', 'Removes'],
  ['keep', 'Keeps'],
];

export function PlanContents({ plan }: { readonly plan: PlanShown }) {
  const { takesAway, usersNotice = [], reasonsToAsk = [], servers = [] } = plan;
  const warnings = unsaid(plan.warnings, usersNotice);
  const { estimatedMinutes, estimatedMonthlyCost } = plan;
  const isTold = ({ name, target }: PlanStep) =>
    name === 'nps' && servers.some(({ host, changes }) => changes && isSameResource(host, target));
  const steps = plan.steps.filter((step) => !isTold(step));
  return (
    <>
      <p>
        About {estimatedMinutes} minutes
        {estimatedMonthlyCost !== undefined &&
          `, about ${estimatedMonthlyCost} US dollars a month for the gateway`}
        .
      </p>
      <Migration of={plan.migration} />
      <Removed of={takesAway} />
      <UsersNotice of={unsaid(usersNotice, takesAway)} />
      {reasonsToAsk.length > 0 && (
        <>
          <h3>Why an approval is needed</h3>
          <ul>
            {reasonsToAsk.map(({ reason, message }) => (
              <li key={reason + message}>{message}</li>
            ))}
          </ul>
        </>
      )}
      <div class="plan">
        {actions.map(([action, title]) => (
          <Steps
            key={action}
            title={title}
            action={action}
            steps={steps.filter((one) => one.action === action)}
          />
        ))}
      </div>
      <NpsChanges servers={servers} />
      {warnings.length > 0 && (
        <>
          <h3>Mind</h3>
          <Problems of={warnings} />
        </>
      )}
    </>
  );
}

interface StepsProps {
  readonly title: string;
  readonly action: string;
  readonly steps: readonly PlanStep[];
}

function Steps({ title, action, steps }: StepsProps) {
  if (steps.length === 0) return null;
  return (
    <div class={`steps ${action}`}>
      <h3>{title}</h3>
      <ul>
        {steps.map(({ name, target, changes = [] }) => (
          <li key={name + target}>
            <b>{stageTitle(name)}</b>{' '}
            <span class="dim" title={target}>
              {nameInGroup(target)}
            </span>
            {changes.length > 0 && (
              <ul class="changes">
                {changes.map((change) => (
                  <li key={change}>{change}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
