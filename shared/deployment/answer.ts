import { type Failure, sentenceOf } from '../core/errors.ts';
import { unsaid } from '../core/finding.ts';
import { nameOf } from '../core/resource-id.ts';
import { gapInWords } from '../secret/sign-in-gap.ts';
import type { AnyPlan, DeploymentResult, MigrationPlan, TicketAnswer } from './contract.ts';
import { planStatements } from './plan-statements.ts';

/** The plan that somebody is to decide on. */
export interface Question {
  readonly plan: AnyPlan;
  readonly digest: string;
  /** What has changed since somebody approved the plan before it. */
  readonly differences: readonly string[];
  readonly decideBy: string;
  /** How often somebody has been asked, this time included. */
  readonly turn: number;
}

type Ending = {
  readonly status: Exclude<TicketAnswer['status'], 'Refused'>;
  readonly result?: Partial<DeploymentResult> | undefined;
  readonly failure?: Failure | undefined;
  readonly stage?: string | undefined;
  readonly question?: Question | undefined;
  /** A ticket for a gateway may remove user groups too, and is no removal. */
  readonly isRemoval?: boolean | undefined;
};

/**
 * The text for the ticket, in plain sentences: what exists now and, after a failure, at which step it failed, why, and
 * what to do.
 */
export function answerText(ending: Ending): string {
  const { status, result = {}, failure, stage, question } = ending;
  const { migration } = result;
  if (migration) return migrationText(ending, migration);
  if (ending.isRemoval) return removalText(ending);
  switch (status) {
    case 'Succeeded':
      return [
        `The virtual network has point-to-site VPN through ${result.gatewayId && nameOf(result.gatewayId)}, authenticated by RADIUS against NPS.`,
        `RADIUS client on NPS: ${result.radiusClient}. Network policy: ${result.networkPolicy}.`,
        `Public IP: ${result.publicIpAddresses?.join(', ')}.`,
        result.changes?.length
          ? bulletList('Changed:', result.changes)
          : 'Everything was already as requested. Nothing was changed.',
        ...(result.signInGap ? [`${gapInWords(result.signInGap)}.`] : []),
        result.usersNotice?.length
          ? bulletList('Users notice:', result.usersNotice)
          : 'Users need a new client profile after a change of protocol or authentication.',
      ].join('\n');
    case 'Failed':
      return [
        `The deployment failed${at(stage)}: ${failure && sentenceOf(failure)} (${failure?.code})`,
        whatIsKept(result),
        'When the cause is fixed, send the same ticket again. It continues from what exists.',
      ].join('\n');
    case 'Canceled':
      return [failure?.message ?? 'The deployment was canceled.', whatIsKept(result)].join('\n');
    case 'Rejected':
      return failure?.message ?? 'The request was rejected. Nothing was written.';
    case 'AwaitingApproval':
      return [
        'The deployment waits for an approval. Nothing has been written yet.',
        ...(question ? asked(question) : []),
      ].join('\n');
    case 'Running':
      return 'The deployment has started.';
  }
}

/** The same for a removal. */
function removalText({ status, result = {}, failure, stage, question }: Ending): string {
  const done = result.changes?.length
    ? bulletList('Removed so far:', result.changes)
    : 'Nothing was removed.';
  switch (status) {
    case 'Succeeded':
      return [
        `Everything that this app has made for ${nameOf(result.gatewayId ?? '')} is removed. The record of it is kept.`,
        result.changes?.length ? bulletList('Removed:', result.changes) : 'Everything was already removed.',
      ].join('\n');
    case 'Failed':
      return [
        `The removal failed${at(stage)}: ${failure && sentenceOf(failure)} (${failure?.code})`,
        done,
        'When the cause is fixed, send the same removal again. It continues with what is left.',
      ].join('\n');
    case 'Canceled':
      return [failure?.message ?? 'The removal was canceled.', done].join('\n');
    case 'Rejected':
      return failure?.message ?? 'The removal was rejected. Nothing was removed.';
    case 'AwaitingApproval':
      return [
        'The removal waits for an approval. Nothing has been removed yet.',
        ...(question ? asked(question) : []),
      ].join('\n');
    case 'Running':
      return 'The removal has started.';
  }
}

/** The same for a migration that may have written something. */
function migrationText(
  { status, result = {}, failure, stage, question }: Ending,
  { title, goBack, atTheEnd }: MigrationPlan,
): string {
  const name = result.gatewayId ? nameOf(result.gatewayId) : 'the gateway';
  const back = `To go back: ${goBack}`;
  switch (status) {
    case 'Succeeded':
      return [
        `The migration of ${name} ("${title}") has succeeded.`,
        result.changes?.length ? bulletList('Changed:', result.changes) : 'Nothing had to be changed.',
        back,
      ].join('\n');
    case 'Failed':
      return [
        `The migration of ${name} ("${title}") failed${at(stage)}: ${failure && sentenceOf(failure)} (${failure?.code})`,
        whatIsKept(result),
        'When the cause is fixed, send the same migration again. It continues with what is left.',
        back,
      ].join('\n');
    case 'AwaitingApproval':
      return [
        `${name} now has the new way and the old way ("${title}"). The migration waits until somebody says that users have moved. Then: ${atTheEnd}`,
        whatIsKept(result),
        ...(question ? asked(question) : []),
        back,
      ].join('\n');
    case 'Canceled':
    case 'Rejected':
      return [failure?.message ?? `The migration of ${name} was stopped.`, whatIsKept(result), back].join(
        '\n',
      );
    case 'Running':
      return `The migration of ${name} ("${title}") has started.`;
  }
}

/** The whole plan: nobody can approve what they have not read. */
function* asked({ plan, digest, differences, decideBy }: Question): Generator<string> {
  const { estimatedMinutes, takesAway, reasonsToAsk } = plan;
  const cost = 'removes' in plan ? undefined : plan.estimatedMonthlyCost;
  const usersNotice = 'removes' in plan ? [] : plan.usersNotice;
  const [felt, warnings] = [unsaid(usersNotice, takesAway), unsaid(plan.warnings, usersNotice)];
  yield bulletList(
    'Why an approval is needed:',
    reasonsToAsk.map(({ message }) => message),
  );
  if (differences.length > 0) {
    yield bulletList(
      'An approved plan is not valid any more. What has changed since its approval:',
      differences,
    );
  }
  yield bulletList('The plan:', planStatements(plan));
  if (felt.length > 0)
    yield bulletList(
      'What users will also notice:',
      felt.map(({ message }) => message),
    );
  if (warnings.length > 0)
    yield bulletList(
      'Mind:',
      warnings.map(({ message }) => message),
    );
  yield `It takes about ${estimatedMinutes} minutes.`;
  if (cost !== undefined)
    yield `The gateway costs about ${cost} US dollars a month, by the public price list.`;
  yield `Decide until ${decideBy}. An approval must name the digest of this plan: ${digest}`;
}

function whatIsKept(result: Partial<DeploymentResult>): string {
  return result.changes?.length
    ? bulletList('What was done so far is kept:', result.changes)
    : 'Nothing was changed.';
}

function bulletList(heading: string, changes: readonly string[]): string {
  return [heading, ...changes.map((change) => `- ${change}`)].join('\n');
}

/** Nothing where it failed between two steps, such as when its record could not be written. */
const at = (stage: string | undefined) => (stage ? ` at the step "${stage}"` : '');
