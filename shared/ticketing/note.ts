import type { TicketAnswer } from '../deployment/contract.ts';

const headlines: Readonly<Record<TicketAnswer['status'], string>> = {
  Refused: 'VPN deployment: not started',
  Running: 'VPN deployment: running',
  AwaitingApproval: 'VPN deployment: waiting for approval',
  Succeeded: 'VPN deployment: succeeded',
  Failed: 'VPN deployment: FAILED',
  Canceled: 'VPN deployment: canceled',
  Rejected: 'VPN deployment: rejected',
};

/** Jira takes comments of 32,767 characters. */
const longest = 30_000;

/**
 * By this marker a repeated attempt recognises an answer that has already arrived. It is closed at both ends, because
 * one id may be the beginning of another.
 */
export function markerOf(answer: TicketAnswer): string {
  return `(answer ${answer.id})`;
}

/**
 * The answer as paragraphs for a person, the last with the marker. `remark` is added when only a part of the answer
 * could be given.
 */
export function noteOf(answer: TicketAnswer, remark?: string): string[] {
  const text =
    answer.text.length > longest
      ? `${answer.text.slice(0, longest)} … (cut; the deployment has everything)`
      : answer.text;
  return [
    headlines[answer.status],
    text,
    ...(remark === undefined ? [] : [remark]),
    answer.status === 'Refused'
      ? markerOf(answer)
      : `Deployment ${answer.deploymentId} of ${answer.virtualNetworkId}\n${markerOf(answer)}`,
  ];
}
