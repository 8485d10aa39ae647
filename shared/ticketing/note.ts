import type { TicketAnswer } from '../deployment/contract.ts';

const headlines: Readonly<Record<TicketAnswer['status'], string>> = {
  Refused: 'VPN deployment: not begun',
  Running: 'VPN deployment: running',
  AwaitingApproval: 'VPN deployment: waiting for approval',
  Succeeded: 'VPN deployment: succeeded',
  Failed: 'VPN deployment: FAILED',
  Canceled: 'VPN deployment: canceled',
  Rejected: 'VPN deployment: rejected',
};

/** Jira takes comments of 32,767 characters. */
const longest = 30_000;

/** By this an answer that has already arrived is recognised when an attempt is repeated: closed at both ends, as ids may begin alike. */
export function markerOf(answer: TicketAnswer): string {
  return `(answer ${answer.id})`;
}

/** The answer as paragraphs for a person, the last with the marker. `remark` is added where the answer could only be given in part. */
export function noteOf(answer: TicketAnswer, remark?: string): string[] {
  const text =
    answer.text.length > longest
      ? `${answer.text.slice(0, longest)} … (shortened; the deployment has all of it)`
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
