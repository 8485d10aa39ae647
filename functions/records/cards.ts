import { nameOf, shortHash } from '../../shared/core/resource-id.ts';
import type { DeploymentStatus, Order } from '../../shared/deployment/contract.ts';
import { askedAt } from '../../shared/deployment/ids.ts';
import type { DeploymentSummary, Ticket } from '../../shared/deployment/record/record.ts';
import type { Rows } from '../../shared/ports.ts';
import type { Place } from './chain/chain.ts';

/** The card of a deployment in the index: what lists show of it, in which lists it is, and where its records are. */
export interface Card {
  readonly summary: DeploymentSummary;
  readonly order: Order;
  readonly chain: string;
  readonly entries: readonly Place[];
  readonly lists: readonly string[];
}

const partition = 'deployment';
const latest = 9_999_999_999_999;

/** Rows come in the order of their keys, so the newest must have the smallest key. */
export const cardKey = (id: string) => `${inverted(askedAt(id) ?? new Date(0))}-${id}`;
export const idOf = (key: string) => key.slice(key.indexOf('-') + 1);
export const inverted = (at: Date) => String(latest - at.getTime()).padStart(13, '0');

/** The lists by which deployments are found, one partition of rows each. */
export const lists = {
  all: 'all',
  status: (status: DeploymentStatus) => `status.${status === 'Pending' ? 'running' : status.toLowerCase()}`,
  ticket: (id: string) => `ticket.${shortHash(id)}`,
  virtualNetwork: (idOrName: string) => lists.ofChain(shortHash(idOrName)),
  /** The chain of a VNet's records has the same digits in its name as its list. */
  ofChain: (chain: string) => `vnet.${chain}`,
  gateway: (idOrName: string) => `gateway.${shortHash(idOrName)}`,
  person: (name: string) => `person.${shortHash(name)}`,
} as const;

/** Every deployment leaves these lists some time. */
const passingLists = [lists.status('Running'), lists.status('AwaitingApproval')];

export async function readCard(rows: Rows, id: string): Promise<Card | undefined> {
  return (await rows.read<Card>(partition, id))?.value;
}

/** Makes or changes the card, and then its rows in every list that it belongs to. */
export async function changeCard(
  rows: Rows,
  id: string,
  change: (before: Card | undefined) => Omit<Card, 'lists'>,
): Promise<Card> {
  for (;;) {
    const [before, card] = await writeCard(rows, id, change);
    await Promise.all(card.lists.map((name) => rows.put(name, cardKey(id), rowOfList(name, card))));
    // A process that is killed before this line comes again. Then it no longer sees in which lists the deployment was
    // before.
    const left = new Set([...(before?.lists ?? []), ...passingLists]);
    for (const name of card.lists) left.delete(name);
    await Promise.all([...left].map((name) => rows.remove(name, cardKey(id))));
    // Another process that changed the card meanwhile may have written its rows before. So the rows are written again.
    const now = await readCard(rows, id);
    if (JSON.stringify(now?.summary) === JSON.stringify(card.summary)) return card;
  }
}

/** Adds what changes nothing that the lists show. */
export async function addToCard(
  rows: Rows,
  id: string,
  change: (before: Card | undefined) => Omit<Card, 'lists'>,
): Promise<Card> {
  const [, card] = await writeCard(rows, id, change);
  return card;
}

/** A ticket that joined the deployment is found in its own lists. The lists of the others stay as they are. */
export async function joinCard(rows: Rows, id: string, ticket: Ticket): Promise<boolean> {
  if (!(await readCard(rows, id))) return false;
  const card = await addToCard(rows, id, (before) => {
    const known = before!.summary.furtherTickets ?? [];
    return known.some((one) => isSameTicket(one, ticket))
      ? before!
      : { ...before!, summary: { ...before!.summary, furtherTickets: [...known, ticket] } };
  });
  const { id: name, requestedBy } = ticket;
  const its = [lists.ticket(name), ...(requestedBy ? [lists.person(requestedBy)] : [])];
  await Promise.all(its.map((list) => rows.put(list, cardKey(id), rowOfList(list, card))));
  return true;
}

/** Takes the deployment out of every list. The list of all goes last, so that a killed process finds it again. */
export async function removeCard(rows: Rows, id: string, card: Card | undefined): Promise<void> {
  const others = (card?.lists ?? []).filter((name) => name !== lists.all);
  await Promise.all(others.map((name) => rows.remove(name, cardKey(id))));
  await rows.remove(partition, id);
  await rows.remove(lists.all, cardKey(id));
}

export const isSameTicket = (one: Ticket, other: Ticket) =>
  one.system === other.system && one.id === other.id && one.callbackUrl === other.callbackUrl;

async function writeCard(
  rows: Rows,
  id: string,
  change: (before: Card | undefined) => Omit<Card, 'lists'>,
): Promise<readonly [Card | undefined, Card]> {
  for (;;) {
    const before = await rows.read<Card>(partition, id);
    const changed = change(before?.value);
    const card = { ...changed, lists: listsOf(changed) };
    const wasWritten = before
      ? await rows.replace(partition, before, card)
      : await rows.insert(partition, id, card);
    if (wasWritten) return [before?.value, card];
  }
}

/** Hundreds of tickets may have joined. A row names only the tickets by which it is found in its list. */
function rowOfList(list: string, { summary: { furtherTickets = [], ...summary } }: Card): DeploymentSummary {
  const its = furtherTickets.filter(
    ({ id, requestedBy }) =>
      lists.ticket(id) === list || (requestedBy !== undefined && lists.person(requestedBy) === list),
  );
  return { ...summary, ...(its.length > 0 && { furtherTickets: its }) };
}

function listsOf({ order, summary }: Omit<Card, 'lists'>): readonly string[] {
  const tickets: readonly Ticket[] = [summary.ticket, ...(summary.furtherTickets ?? [])];
  const people = [order.requestedBy?.id, order.requestedBy?.name, ...tickets.map((one) => one.requestedBy)];
  return [
    ...new Set([
      lists.all,
      lists.status(summary.status),
      ...[summary.virtualNetworkId, nameOf(summary.virtualNetworkId)].map(lists.virtualNetwork),
      ...(summary.gatewayId ? [summary.gatewayId, nameOf(summary.gatewayId)] : []).map(lists.gateway),
      ...tickets.map(({ id }) => lists.ticket(id)),
      ...people.filter((name) => name !== undefined).map(lists.person),
    ]),
  ];
}
