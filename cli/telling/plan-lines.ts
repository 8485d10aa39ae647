import type { Problem } from '../../shared/core/errors.ts';
import { unsaid } from '../../shared/core/finding.ts';
import type { PlanStep, ReasonToAsk } from '../../shared/deployment/contract.ts';
import type { UserNotice } from '../../shared/gateway/changes/notice-sentences.ts';
import type { TakenAway } from '../../shared/gateway/model.ts';
import { facts, table } from './tables.ts';
import { readable } from './terminal.ts';

/** A plan as the API shows it, of a deployment or before one (then it has no digest). */
export interface PrintedPlan {
  readonly digest?: string;
  readonly virtualNetworkId?: string;
  readonly gatewayId?: string;
  readonly steps: readonly PlanStep[];
  readonly takesAway: readonly TakenAway[];
  readonly usersNotice?: readonly UserNotice[];
  readonly problems?: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly reasonsToAsk?: readonly ReasonToAsk[];
  readonly estimatedMinutes: number;
  readonly estimatedMonthlyCost?: number;
}

/** What the plan would do, what it removes first, and its problems and warnings. */
export function linesOfPlan(plan: PrintedPlan): string[] {
  const { steps, takesAway, usersNotice = [], problems = [], reasonsToAsk = [] } = plan;
  const warnings = unsaid(plan.warnings, usersNotice);
  return [
    ...section(
      'Removes',
      takesAway.map(({ what, target, message }) => `${what} of ${target}: ${message}`),
      problems.length === 0 ? 'nothing' : undefined,
    ),
    ...section(
      'What users will also notice',
      unsaid(usersNotice, takesAway).map(({ message }) => message),
    ),
    ...section('Problems, so nothing would be done', problems.map(sentence)),
    ...(steps.length > 0
      ? table(
          ['STEP', 'ACTION', 'TARGET'],
          steps.map(({ name, action, target }) => [name, action, target]),
        ).flatMap((line, index) => [
          line,
          ...(steps[index - 1]?.changes ?? []).map((change) => `    ${readable(change)}`),
        ])
      : []),
    ...section('Warnings', warnings.map(sentence)),
    ...section(
      'Needs an approval, because',
      reasonsToAsk.map(({ message }) => message),
    ),
    ...(problems.length === 0
      ? facts({
          'Takes about': `${plan.estimatedMinutes} minutes`,
          Costs:
            plan.estimatedMonthlyCost === undefined
              ? undefined
              : `about ${plan.estimatedMonthlyCost} US dollars a month`,
          Digest: plan.digest,
        })
      : []),
  ];
}

export const sentence = ({ code, message, target }: Problem) =>
  `${target ? `${target}: ` : ''}${message} (${code})`;

function section(title: string, lines: readonly string[], otherwise?: string): string[] {
  if (lines.length === 0) return otherwise ? [`${title}: ${otherwise}`] : [];
  return [`${title}:`, ...lines.map((line) => `  ${readable(line)}`)];
}
