import type { Deployment } from '../../shared/deployment/contract.ts';
import type { Call } from '../command.ts';
import { confirmed } from '../confirmation.ts';
import { Ended, type ExitCode, exitCodes, wrongCall } from '../exit-codes.ts';
import { wholeId } from '../ids.ts';
import { linesOfPlan, type PrintedPlan } from '../telling/plan-lines.ts';
import { facts } from '../telling/tables.ts';
import { jsonLine, readable } from '../telling/terminal.ts';
import { watchDeployment } from '../telling/watch.ts';

/** `approve ID` and `reject ID`: the plan is shown, and the decision is about exactly that plan. */
export const decide =
  (approved: boolean) =>
  async (call: Call): Promise<ExitCode> => {
    const { api, terminal, json } = call;
    const given = call.text('digest')?.toLowerCase();
    if (call.flag('yes') && given === undefined)
      throw wrongCall(
        `--yes ${approved ? 'approves' : 'rejects'} without a question, so --digest must say which plan you have read: vpn-radius show ${call.subject} --plan`,
      );
    if (given !== undefined && !/^[0-9a-f]{64}$/.test(given))
      throw wrongCall('--digest must be the 64 hexadecimal digits that the plan shows.');
    const by = whoDecides(call);
    const id = await wholeId(api, call.subject);
    const { status, ticket, virtualNetworkId } = await api.call<Deployment>('GET', `deployments/${id}`);
    if (status !== 'AwaitingApproval')
      throw new Ended(exitCodes.refused, `Deployment ${id} does not wait for an approval: it is ${status}.`);
    const plan = await api.call<PrintedPlan & { readonly digest: string }>('GET', `deployments/${id}/plan`);
    // The person who decides must see it, also when the answer is for a program.
    const tell = json ? terminal.warn : terminal.say;
    for (const line of [
      ...facts({ Deployment: id, Ticket: ticket.id, 'Virtual network': virtualNetworkId }),
      ...linesOfPlan(plan),
    ])
      tell(line);
    if (given !== undefined && given !== plan.digest)
      throw new Ended(
        exitCodes.refused,
        `The plan that waits is not ${given.slice(0, 12)}…, so nothing was sent. Read it again.`,
      );
    const question = `${approved ? 'Approve' : 'Reject'} this plan of ${readable(ticket.id)}? Type yes: `;
    if (!call.flag('yes')) await confirmed(call, question, '--yes --digest …');
    const decision = { approved, ...(by && { by }), planDigest: plan.digest, ...commentOf(call) };
    const answer = await api.call('POST', `deployments/${id}/approval`, decision);
    terminal.say(
      json
        ? jsonLine(answer)
        : `${approved ? 'Approved' : 'Rejected'}. To follow it: vpn-radius show ${id} --watch`,
    );
    return call.flag('watch') ? watchDeployment(call, id, plan.digest) : exitCodes.done;
  };

/** `cancel ID`: the running step ends, and what exists is kept. */
export async function cancel(call: Call): Promise<ExitCode> {
  const { api, terminal, json } = call;
  const by = call.text('by') ?? call.env.VPN_RADIUS_BY;
  const id = await wholeId(api, call.subject);
  const { status, ticket, stages } = await api.call<Deployment>('GET', `deployments/${id}`);
  const running = stages.filter((stage) => stage.status === 'Running').map(({ name }) => name);
  const tell = json ? terminal.warn : terminal.say;
  tell(
    `${id} of ticket ${ticket.id} is ${status}${running.length > 0 ? ` (${running.join(', ')})` : ''}. It stops after the running step. What exists is kept.`,
  );
  if (!call.flag('yes')) await confirmed(call, 'Cancel it? Type yes: ', '--yes');
  const answer = await api.call('POST', `deployments/${id}/cancel`, {
    ...(by && { by }),
    ...commentOf(call),
  });
  terminal.say(json ? jsonLine(answer) : `It stops. To follow it: vpn-radius show ${id} --watch`);
  return call.flag('watch') ? watchDeployment(call, id, 'all') : exitCodes.done;
}

/** With only a function key, the app knows no caller. */
function whoDecides(call: Call): string | undefined {
  const by = call.text('by') ?? call.env.VPN_RADIUS_BY;
  if (by === undefined && !call.api.isPersonal)
    throw wrongCall(
      'Say who decides: --by NAME or VPN_RADIUS_BY. A function key says nothing about the person.',
    );
  return by;
}

const commentOf = (call: Call) => {
  const comment = call.text('comment');
  return comment === undefined ? {} : { comment };
};
