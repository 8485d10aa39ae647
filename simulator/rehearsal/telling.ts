import { type Narration, plainLines, tellStages } from '../../cli/telling/narration.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { isObject, type JsonObject, list, object, text } from '../azure/wire/messages.ts';
import type { Step } from './case.ts';
import type { Listener, PlayedStep } from './play.ts';

/** Prints the steps in the same way as the demo prints a deployment. */
export function tellSteps(write: (line: string) => void, virtual: () => Date): Listener {
  const narration = plainLines(write, virtual);
  let stages: Deployment['stages'] = [];
  let running: string | undefined;
  return {
    began(step, number) {
      narration.say('');
      narration.say(`${number}. ${titleOf(step)}`);
    },
    progress(deployment) {
      if (deployment.id !== running) {
        stages = [];
        running = deployment.id;
      }
      stages = tellStages(narration, stages, deployment);
    },
    played(outcome) {
      const { deployment } = outcome;
      // Its stages were printed while it ran.
      const isKnown = deployment !== undefined && deployment.id === running;
      tellOutcome(narration, outcome, isKnown);
    },
  };
}

/** JSON lines, one for each step. */
export const jsonLines = (write: (line: string) => void): Listener => ({
  began() {},
  progress() {},
  played: (outcome) => write(`${JSON.stringify(outcome)}\n`),
});

const lastOf = (id: unknown): string => String(id).split('/').slice(-2).join('/');

function titleOf({ kind, value, beside }: Step): string {
  const wish = object(value);
  switch (kind) {
    case 'plan':
      return `What would be done for ${lastOf(wish.virtualNetworkId)}?`;
    case 'ticket':
      return `A ticket comes in (${text(beside.path) ?? 'tickets'}).`;
    case 'event':
      return `An event about ${lastOf(wish.subject)} comes in.`;
    case 'compliance':
      return 'The compliance check runs.';
    case 'http':
      return `${wish.method} ${wish.path}`;
    case 'arm':
      return `Somebody else: ${wish.method} ${lastOf(wish.id)}`;
    case 'minutes':
      return `${value} minutes pass.`;
    case 'signIn':
      return `${text(wish.user) ?? 'anna'} signs in through ${lastOf(wish.gateway)}, from ${wish.from}.`;
    case 'show':
      return `${lastOf(value)}${Array.isArray(beside.keys) ? `, ${beside.keys.join('.')}` : ''}`;
    case 'nps':
      return 'The NPS servers';
    case 'writes':
      return 'What the app wrote so far';
    case 'answers':
      return 'What the ticket systems were told';
  }
}

function tellOutcome({ say }: Narration, outcome: PlayedStep, isKnown: boolean): void {
  const { status, body, deployment, report, signIn, value, log, error } = outcome;
  if (error) say(`   could not be done: ${error}`);
  if (status !== undefined) say(`   answer ${status}`);
  if (deployment) tellDeployment(say, deployment, isKnown);
  else if (report) tellReport(say, object(report));
  else if (body !== undefined) for (const line of sentencesOf(body)) say(`   ${line}`);
  if (signIn) {
    const of = signIn.group ? `, in the group ${signIn.group} (${signIn.addressPool?.join(', ')})` : '';
    say(`   ${signIn.outcome}${signIn.reason ? `: ${signIn.reason}` : ''}${of}`);
  }
  if (outcome.do === 'nps') tellNps(say, object(value));
  else if (value !== undefined)
    for (const line of JSON.stringify(value, null, 1).split('\n')) say(`   ${line}`);
  for (const line of log ?? []) say(`   log: ${line}`);
}

type Say = (text: string) => void;

function tellDeployment(say: Say, { id, status, stages, result, error }: Deployment, isKnown: boolean): void {
  say(`   deployment ${id}: ${status}`);
  for (const stage of isKnown ? [] : stages)
    if (stage.status !== 'Pending')
      say(`   ${stage.name.padEnd(14)} ${stage.status.padEnd(10)} ${stage.detail ?? ''}`);
  for (const change of result?.changes ?? []) say(`   changed: ${change}`);
  if (error) say(`   ${error.code}: ${error.message}`);
}

function tellReport(say: Say, report: JsonObject): void {
  for (const { name, status } of [...list(report.gateways), ...list(report.npsServers)])
    say(`   ${name}: ${status}`);
  for (const { severity, rule, evidence } of list(report.findings))
    say(`   ${String(severity).padEnd(6)} ${rule}: ${Array.isArray(evidence) ? evidence.join(' ') : ''}`);
  for (const unchecked of list(report.unchecked)) say(`   not checked: ${JSON.stringify(unchecked)}`);
}

function tellNps(say: Say, servers: JsonObject): void {
  for (const [name, server] of Object.entries(servers)) {
    const { radiusClients, networkPolicies } = object(server);
    for (const client of list(radiusClients))
      say(
        `   ${name}  RADIUS client ${client.name} ${client.address}${client.enabled === false ? ', disabled' : ''}`,
      );
    for (const policy of list(networkPolicies))
      say(
        `   ${name}  policy ${policy.order} "${policy.name}" ${policy.grant ? 'grants' : 'denies'}${policy.enabled === false ? ', disabled' : ''}`,
      );
  }
}

/** Prints a plan or an error as sentences. Any other text is printed as it is. */
function sentencesOf(body: unknown): string[] {
  const { error, steps, problems, warnings, takesAway, usersNotice } = object(body);
  if (isObject(error)) {
    const details = list(error.details).map((one) => `  ${one.target}: ${one.message}`);
    return [`${error.code}: ${error.message}`, ...details];
  }
  if (!Array.isArray(steps)) return JSON.stringify(body, null, 1).split('\n').slice(0, 60);
  return [
    ...list(steps).map(({ action, name, target, changes }) => {
      const what =
        Array.isArray(changes) && changes.length > 0 ? `: ${changes.map(sentence).join('; ')}` : '';
      return `${String(action).padEnd(6)} ${String(name).padEnd(13)} ${lastOf(target)}${what}`;
    }),
    ...(Array.isArray(takesAway) ? takesAway.map((one) => `removes: ${sentence(one)}`) : []),
    ...list(usersNotice).map((one) => `users notice: ${one.message}`),
    ...list(problems).map((one) => `problem ${one.code} (${one.target}): ${one.message}`),
    ...list(warnings).map((one) => `warning ${one.code}: ${one.message}`),
  ];
}

const sentence = (one: unknown): string => (typeof one === 'string' ? one : JSON.stringify(one));
