import type { Failure } from '../core/errors.ts';
import type { DeploymentResult, ReasonToAsk, TicketAnswer } from './contract.ts';

type Ending = {
  readonly status: Exclude<TicketAnswer['status'], 'Refused'>;
  readonly result?: Partial<DeploymentResult> | undefined;
  readonly failure?: Failure | undefined;
  readonly stage?: string | undefined;
  readonly cost?: number | undefined;
  readonly reasonsToAsk?: readonly ReasonToAsk[] | undefined;
};

/** What the ticket is told, in plain sentences: what exists now and, where it failed, at which step, why, and what to do. */
export function answerText({ status, result, failure, stage, cost, reasonsToAsk = [] }: Ending): string {
  switch (status) {
    case 'Succeeded':
      return [
        `The virtual network has point-to-site VPN through ${result?.gatewayId?.split('/').at(-1)}, authenticated by RADIUS against NPS.`,
        `RADIUS client on NPS: ${result?.radiusClient}. Network policy: ${result?.networkPolicy}.`,
        `Public IP: ${result?.publicIpAddresses?.join(', ')}.`,
        result?.changes?.length
          ? listed('Changed:', result.changes)
          : 'Everything was already as asked; nothing was changed.',
        'Users need a new client profile after a change of protocol or authentication.',
      ].join('\n');
    case 'Failed':
      return [
        `The deployment failed at the step "${stage}": ${failure?.message} (${failure?.code})`,
        existing(result),
        'Once the cause is mended, send the same ticket again: it carries on from what exists.',
      ].join('\n');
    case 'Canceled':
      return [failure?.message ?? 'The deployment was canceled.', existing(result)].join('\n');
    case 'Rejected':
      return failure?.message ?? 'The request was rejected. Nothing was written.';
    case 'AwaitingApproval':
      return [
        'The deployment waits for an approval. Nothing has been written yet.',
        ...reasonsToAsk.map(({ message }) => `- ${message}`),
        ...(cost === undefined
          ? []
          : [`Its gateway costs about ${cost} US dollars a month, by the public price list.`]),
      ].join('\n');
    case 'Running':
      return 'The deployment has begun.';
  }
}

function existing(result: Partial<DeploymentResult> | undefined): string {
  return result?.changes?.length
    ? listed('What was done so far is kept:', result.changes)
    : 'Nothing was changed.';
}

function listed(heading: string, changes: readonly string[]): string {
  return [heading, ...changes.map((change) => `- ${change}`)].join('\n');
}
