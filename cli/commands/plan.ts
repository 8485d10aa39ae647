import { readFileSync } from 'node:fs';
import type { Problem } from '../../shared/core/errors.ts';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import type { Call } from '../command.ts';
import { type ExitCode, exitCodes, wrongCall } from '../exit-codes.ts';
import { linesOfPlan, type PrintedPlan } from '../telling/plan-lines.ts';
import { jsonLine } from '../telling/terminal.ts';
import { followed, watchDeployment } from '../telling/watch.ts';

/** The request in the file, as text: the app says everything that is wrong with it. `-` is standard input. */
async function requestIn({ subject, terminal }: Call): Promise<string> {
  const text = subject === '-' ? await terminal.readInput() : fileText(subject);
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw wrongCall(
      `${subject === '-' ? 'Standard input' : subject} is not JSON: ${(error as Error).message}`,
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

type Preview = PrintedPlan & {
  readonly id?: string;
  readonly status?: 'Running' | 'Succeeded' | 'Failed';
  readonly error?: Problem;
};

/** With `"nps": "preview"` in the request the NPS servers are asked too, and the command waits for their answer. */
async function planned(call: Call): Promise<Preview> {
  const { api, terminal } = call;
  const first = await api.call<Preview>('POST', 'deployments/plan', await requestIn(call));
  if (!first.id) return first;
  const look = () => api.call<Preview>('GET', `plans/${first.id}`);
  return followed(
    terminal,
    look,
    () => undefined,
    ({ status }) => status !== 'Running',
  );
}

/** `plan FILE`: what the request would do. Nothing is written. */
export async function plan(call: Call): Promise<ExitCode> {
  const { terminal, json } = call;
  const answer = await planned(call);
  if (json) terminal.say(jsonLine(answer));
  else if (answer.error) terminal.warn(`${answer.error.message} (${answer.error.code})`);
  else for (const line of linesOfPlan(answer)) terminal.say(line);
  return answer.problems?.length || answer.error ? exitCodes.endedBadly : exitCodes.done;
}

export interface Accepted extends Pick<DeploymentSummary, 'id' | 'virtualNetworkId'> {
  readonly statusUrl: string;
  readonly alreadyRunning: boolean;
}

/** `send FILE`: starts what the request asks for, or finds it under way. */
export async function send(call: Call): Promise<ExitCode> {
  return taken(call, await call.api.call<Accepted>('POST', 'tickets', await requestIn(call)));
}

/** Says what the app has taken, and with `--watch` how it goes on. */
export async function taken(call: Call, accepted: Accepted): Promise<ExitCode> {
  const { terminal, json } = call;
  if (json) terminal.say(jsonLine(accepted));
  else
    terminal.say(
      `${accepted.alreadyRunning ? 'The same request is already running' : 'Accepted'}: ${accepted.id}   (to follow it: vpn-radius show ${accepted.id} --watch)`,
    );
  return call.flag('watch')
    ? watchDeployment(call, accepted.id, call.flag('through-approval') ? 'all' : undefined)
    : exitCodes.done;
}
