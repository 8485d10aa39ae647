import type { Problem } from '../../shared/core/errors.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import type { Call, Option } from '../command.ts';
import { type ExitCode, exitCodes, wrongCall } from '../exit-codes.ts';
import { type Page, wholeId } from '../ids.ts';
import { linesOfPlan, type PrintedPlan, sentence } from '../telling/plan-lines.ts';
import { facts, shortTime, table } from '../telling/tables.ts';
import { jsonLine, readable } from '../telling/terminal.ts';
import { endOf, exitCodeOf, watchDeployment } from '../telling/watch.ts';

/** The filters of the API by the options that set them. */
const filters = {
  status: 'status',
  ticket: 'ticket',
  'virtual-network': 'virtualNetwork',
  gateway: 'gateway',
  'requested-by': 'requestedBy',
  from: 'from',
  to: 'to',
} as const;

export const findOptions: Readonly<Record<string, Option>> = {
  status: {
    value: 'STATUS,…',
    says: 'Pending, AwaitingApproval, Running, Succeeded, Failed, Canceled, Rejected',
  },
  ticket: { value: 'ID', says: 'the id of a ticket' },
  'virtual-network': { value: 'NAME|ID', says: 'of this virtual network' },
  gateway: { value: 'NAME|ID', says: 'of this gateway' },
  'requested-by': { value: 'PERSON', says: 'who asked for it' },
  from: { value: 'TIME', says: 'asked for at this time or later: 2030-01-01, or with T08:00:00Z' },
  to: { value: 'TIME', says: 'asked for at this time or earlier' },
  limit: { value: 'N', says: 'at most this number (50); 0: all' },
  ids: { says: 'only the ids, one in each line' },
};

/** `find`: newest first. */
export async function find(call: Call): Promise<ExitCode> {
  const { api, terminal, json } = call;
  const limit = Number(call.text('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 0) throw wrongCall('--limit must be a whole number, 0 for all.');
  const query = new URLSearchParams();
  for (const [option, filter] of Object.entries(filters)) {
    const value = call.text(option);
    if (value !== undefined) query.set(filter, value);
  }
  const found: DeploymentSummary[] = [];
  const problems: Problem[] = [];
  let more: string | undefined;
  do {
    if (more) query.set('continuation', more);
    const page = await api.call<Page>('GET', `deployments?${query}`);
    found.push(...page.deployments);
    problems.push(...(page.problems ?? []));
    more = page.continuation;
  } while (more && (limit === 0 || found.length < limit));
  const shown = limit === 0 ? found : found.slice(0, limit);
  const isCut = more !== undefined || shown.length < found.length;
  if (json)
    terminal.say(
      jsonLine({ deployments: shown, isComplete: !isCut, ...(problems.length > 0 && { problems }) }),
    );
  else if (call.flag('ids')) for (const { id } of shown) terminal.say(id);
  else if (shown.length === 0) terminal.warn('No deployment matches.');
  else for (const line of list(shown)) terminal.say(line);
  // Somebody who looks for a deployment must know that there is one that cannot be shown.
  if (!json) for (const problem of problems) terminal.warn(readable(sentence(problem)));
  if (!json && isCut) terminal.warn(`There may be more than these ${shown.length}: --limit 0 shows all.`);
  return exitCodes.done;
}

const list = (deployments: readonly DeploymentSummary[]) =>
  table(
    ['ID', 'STATUS', '%', 'TICKET', 'VIRTUAL NETWORK', 'REQUESTED BY', 'STARTED'],
    deployments.map(({ id, status, percent, ticket, virtualNetworkId, requestedBy, startedAt }) => [
      id,
      status,
      String(percent),
      ticket.id,
      nameOf(virtualNetworkId),
      requestedBy ?? ticket.requestedBy ?? '',
      shortTime(startedAt),
    ]),
  );

/** `export ID --format bicep|terraform`: prints what exists as code. */
export async function exportCode(call: Call): Promise<ExitCode> {
  const { api, terminal } = call;
  const format = call.text('format');
  if (format === undefined) throw wrongCall('Say which code: --format bicep or --format terraform.');
  const id = await wholeId(api, call.subject);
  const code = await api.text(`deployments/${id}/export?format=${format}`);
  if (call.json) terminal.say(jsonLine({ id, format, code }));
  else for (const line of code.replace(/\n$/, '').split('\n')) terminal.say(line);
  return exitCodes.done;
}

/** `show ID`, with `--plan`, `--record` or `--watch`. */
export async function show(call: Call): Promise<ExitCode> {
  const { api, terminal, json } = call;
  const id = await wholeId(api, call.subject);
  if (call.flag('watch')) return watchDeployment(call, id, call.flag('through-approval') ? 'all' : undefined);
  if (call.flag('plan')) {
    const plan = await api.call<PrintedPlan>('GET', `deployments/${id}/plan`);
    for (const line of json ? [jsonLine(plan)] : linesOfPlan(plan)) terminal.say(line);
    return exitCodes.done;
  }
  if (call.flag('record')) {
    terminal.say(jsonLine(await api.call('GET', `deployments/${id}/record`)));
    return exitCodes.done;
  }
  const deployment = await api.call<Deployment>('GET', `deployments/${id}`);
  for (const line of json ? [jsonLine(deployment)] : linesOfDeployment(deployment)) terminal.say(line);
  return exitCodeOf(deployment);
}

function linesOfDeployment(deployment: Deployment): string[] {
  const { id, ticket, virtualNetworkId, percent, startedAt, expectedEndAt, endedAt, stages } = deployment;
  return [
    ...facts({
      Deployment: id,
      Ticket: `${ticket.id} (${ticket.system})`,
      'Virtual network': virtualNetworkId,
      Done: `${percent} %`,
      Started: shortTime(startedAt),
      'Expected end': endedAt ? undefined : shortTime(expectedEndAt),
      Ended: shortTime(endedAt),
    }),
    '',
    ...table(
      ['STAGE', 'STATUS', 'ENDED', 'DETAIL'],
      stages.map(({ name, status, endedAt: end, detail = '', attempt, lastError, nextTryAt }) => [
        name,
        status,
        shortTime(end),
        [
          detail,
          lastError && `attempt ${attempt ?? 1} failed: ${lastError.message} (${lastError.code})`,
          nextTryAt && `tries again at ${shortTime(nextTryAt)}`,
        ]
          .filter(Boolean)
          .join('; '),
      ]),
    ),
    '',
    ...endOf(deployment).map(readable),
  ];
}
