import type { InvocationContext } from '@azure/functions';
import type { Problem } from '../../shared/core/errors.ts';
import { nameOf, sameId } from '../../shared/core/resource-id.ts';
import type { DeploymentStatus } from '../../shared/deployment/contract.ts';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import type { Row, Rows, SpoiltRow } from '../../shared/ports.ts';
import { instanceSummary, readDeployment } from '../deployment/instances.ts';
import { cardKey, idOf, inverted, lists, readCard } from './cards.ts';

/** The filters of a list. An undefined filter fits everything. */
export interface Wanted {
  readonly statuses?: readonly DeploymentStatus[] | undefined;
  readonly ticket?: string | undefined;
  /** An id, or only the name. `gateway` is the same. */
  readonly virtualNetwork?: string | undefined;
  readonly gateway?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** The last deployment that the page before read. */
  readonly after?: string | undefined;
}

export interface DeploymentPage {
  readonly deployments: readonly DeploymentSummary[];
  readonly continuation?: string;
  /** Rows that cannot be read, by name. */
  readonly problems?: readonly Problem[];
}

const pageSize = 50;
/** A page reads at most this many rows. When few of them fit, the page is short, and names where to go on. */
const mostRows = 1000;

/**
 * Newest first. A page reads only the rows that it shows, and those of its deployments that run. The number of all
 * deployments does not matter.
 */
export async function findDeployments(
  rows: Rows,
  wanted: Wanted,
  context: InvocationContext,
): Promise<DeploymentPage> {
  const names = listsFor(wanted);
  const before = wanted.from && `${inverted(wanted.from)}.`;
  const deployments: DeploymentSummary[] = [];
  const problems: Problem[] = [];
  const found = (continuation?: string): DeploymentPage => ({
    deployments,
    ...(continuation && { continuation: idOf(continuation) }),
    ...(problems.length > 0 && { problems }),
  });
  let after = wanted.after ? cardKey(wanted.after) : wanted.to && inverted(wanted.to);
  for (let looked = 0; looked < mostRows; ) {
    const limit = pageSize + 1;
    const pages = await Promise.all(
      names.map((name) => rows.page<DeploymentSummary>(name, { after, before, limit })),
    );
    const next = new Map(pages.flat().map((row) => [row.key, row]));
    const keys = [...next.keys()].sort().slice(0, limit);
    const shown = await Promise.all(keys.map((key) => shownAs(rows, next.get(key)!, context)));
    for (const [index, key] of keys.entries()) {
      const { summary, problem } = shown[index]!;
      const isWanted = summary && fits(summary, wanted);
      if (!isWanted && !problem) continue;
      if (deployments.length === pageSize) return found(after);
      if (problem) problems.push(problem);
      if (isWanted) deployments.push(summary);
      after = key;
    }
    if (keys.length < limit) return found();
    after = keys.at(-1)!;
    looked += keys.length;
  }
  return found(after);
}

/** The list with the fewest deployments that do not fit. */
function listsFor({ statuses, ticket, virtualNetwork, gateway, requestedBy }: Wanted): readonly string[] {
  if (ticket) return [lists.ticket(ticket)];
  if (gateway) return [lists.gateway(gateway)];
  if (virtualNetwork) return [lists.virtualNetwork(virtualNetwork)];
  if (requestedBy) return [lists.person(requestedBy)];
  return statuses ? [...new Set(statuses.map(lists.status))] : [lists.all];
}

/** A row that cannot be read is named. The card of its deployment tells the same, when the card can be read. */
async function shownAs(
  rows: Rows,
  row: Row<DeploymentSummary> | SpoiltRow,
  context: InvocationContext,
): Promise<{ readonly summary?: DeploymentSummary | undefined; readonly problem?: Problem }> {
  if (!('problem' in row)) return { summary: await current(row.value, context) };
  const { problem } = row;
  const card = await readCard(rows, idOf(row.key)).catch(() => undefined);
  return { problem, summary: card && (await current(card.summary, context)) };
}

/** A running deployment is shown as it is now. */
async function current(row: DeploymentSummary, context: InvocationContext): Promise<DeploymentSummary> {
  if (isEnded(row.status)) return row;
  const instance = await readDeployment(context, row.id);
  return instance ? { ...row, ...(await instanceSummary(context, instance)) } : row;
}

function fits(summary: DeploymentSummary, wanted: Wanted): boolean {
  const { statuses, ticket, virtualNetwork, gateway, requestedBy } = wanted;
  const tickets = [summary.ticket, ...(summary.furtherTickets ?? [])];
  const people = [summary.requestedBy, ...tickets.map((one) => one.requestedBy)];
  return (
    (!statuses || statuses.includes(summary.status)) &&
    (!ticket || tickets.some(({ id }) => sameId(id, ticket))) &&
    (!virtualNetwork || isNamed(summary.virtualNetworkId, virtualNetwork)) &&
    (!gateway || isNamed(summary.gatewayId ?? '', gateway)) &&
    // Only the list knows the object id of a person.
    (!requestedBy ||
      !(ticket || gateway || virtualNetwork) ||
      people.some((one) => one && sameId(one, requestedBy)))
  );
}

const isNamed = (id: string, idOrName: string) =>
  sameId(id, idOrName) || (!idOrName.includes('/') && sameId(nameOf(id), idOrName));

/** The newest deployment that a ticket asked for. */
export async function newestOfTicket(
  rows: Rows,
  ticket: { readonly system: string; readonly id: string },
  context: InvocationContext,
): Promise<DeploymentSummary | undefined> {
  const { deployments } = await findDeployments(rows, { ticket: ticket.id }, context);
  return deployments.find((one) => one.ticket.system === ticket.system && one.ticket.id === ticket.id);
}
