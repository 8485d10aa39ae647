import type { Call } from '../command.ts';
import { confirmed } from '../confirmation.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { linesOfPlan, type PrintedPlan } from '../telling/plan-lines.ts';
import { jsonLine, readable } from '../telling/terminal.ts';
import { type Accepted, taken } from './plan.ts';

/** `remove RESOURCE`: shows what would be removed, asks, and sends it. The app then waits for an approval of the whole plan. */
export async function remove(call: Call): Promise<ExitCode> {
  const { api, terminal, json, subject } = call;
  const isDryRun = call.flag('dry-run');
  const asked = {
    [isNetwork(subject) ? 'virtualNetworkId' : 'virtualNetworkGatewayId']: subject,
    ...(call.flag('keep-gateway') && { keepGateway: true }),
  };
  const plan = await api.call<PrintedPlan>('POST', 'deployments/plan', { kind: 'remove', ...asked });
  const isHindered = Boolean(plan.problems?.length);
  // The person who sends it must see what would go, also when the answer is for a program.
  const tell = json ? terminal.warn : terminal.say;
  if (json && (isDryRun || isHindered)) terminal.say(jsonLine(plan));
  else for (const line of linesOfPlan(plan)) tell(line);
  if (isHindered) return exitCodes.endedBadly;
  if (isDryRun) return exitCodes.done;
  if (!call.flag('yes'))
    await confirmed(call, `Send the removal of ${readable(subject)}? Type yes: `, '--yes');
  return taken(call, await api.call<Accepted>('POST', 'removals', asked));
}

const isNetwork = (id: string) => /\/virtualNetworks\/[^/]+\/?$/i.test(id);
