import { readFileSync } from 'node:fs';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import type { Call } from '../command.ts';
import { type ExitCode, exitCodes, wrongCall } from '../exit-codes.ts';
import { linesOfPlan, type PlanShown } from '../telling/plan-lines.ts';
import { jsonLine } from '../telling/terminal.ts';
import { watchDeployment } from '../telling/watch.ts';

/** The request in the file, as text: the app says what is wrong with it, all at once. `-` is standard input. */
async function requestIn({ subject, terminal }: Call): Promise<string> {
  const text = subject === '-' ? await terminal.readInput() : fileText(subject);
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw wrongCall(
      `${subject === '-' ? 'Standard input' : subject} is no JSON: ${(error as Error).message}`,
    );
  }
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw wrongCall((error as Error).message);
  }
}

/** `plan FILE`: what the request would do. Nothing is written. */
export async function plan(call: Call): Promise<ExitCode> {
  const { api, terminal, json } = call;
  const answer = await api.call<PlanShown>('POST', 'deployments/plan', await requestIn(call));
  if (json) terminal.say(jsonLine(answer));
  else for (const line of linesOfPlan(answer)) terminal.say(line);
  return answer.problems?.length ? exitCodes.endedBadly : exitCodes.done;
}

interface Accepted extends Pick<DeploymentSummary, 'id' | 'virtualNetworkId'> {
  readonly statusUrl: string;
  readonly alreadyRunning: boolean;
}

/** `send FILE`: starts what the request asks for, or finds it under way. */
export async function send(call: Call): Promise<ExitCode> {
  const { api, terminal, json } = call;
  const accepted = await api.call<Accepted>('POST', 'tickets', await requestIn(call));
  if (json) terminal.say(jsonLine(accepted));
  else
    terminal.say(
      `${accepted.alreadyRunning ? 'The same is under way already' : 'Taken'}: ${accepted.id}   (to follow it: vpn-radius show ${accepted.id} --watch)`,
    );
  return call.flag('watch')
    ? watchDeployment(call, accepted.id, call.flag('through-approval') ? 'all' : undefined)
    : exitCodes.done;
}
