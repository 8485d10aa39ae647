import { shortHash } from '../../shared/core/resource-id.ts';
import { version } from '../../shared/core/version.ts';
import type { Order } from '../../shared/deployment/contract.ts';
import { askedAt } from '../../shared/deployment/ids.ts';
import { newStages, percent, stageNamesOf } from '../../shared/deployment/progress/stages.ts';
import type { DeploymentRecord, DeploymentSummary, Ticket } from '../../shared/deployment/record/record.ts';
import { npsModuleVersion } from '../../shared/nps/script.ts';
import type { Archive } from '../../shared/ports.ts';
import { addToCard, type Card, changeCard, readCard } from './cards.ts';
import { appendRecord, inOrder } from './chain/chain.ts';
import { inTurn } from './lock.ts';

/** What is added to the record, under a name that is the same in every attempt. */
export interface Addition {
  readonly id: string;
  readonly order: Order;
  readonly entry: string;
  readonly at: string;
  readonly change: Partial<DeploymentRecord>;
}

/**
 * Adds to what is kept of a deployment: first the document in the chain of its VNet, then the card by which it is
 * found. Repeating it after a kill at any place adds nothing twice.
 */
export function remember(archive: Archive, { id, order, entry, at, change }: Addition): Promise<Card> {
  const chain = chainOf(order);
  return inTurn(chain, async () => {
    const before = await readCard(archive.rows, id);
    const { place, places, record } = await appendRecord(archive, chain, {
      id,
      entry: `${id}/${entry}`,
      at,
      known: before?.entries ?? [],
      record: (last) => changedRecord(last ?? newRecord(id, order), change),
    });
    const summary = recordSummary(record, at);
    const isKnown = before?.entries.some((one) => one.entry === place.entry) ?? false;
    // A process may have written the card and been killed before it wrote the lists.
    const isShown = !isKnown && before && isSameRow(before.summary, summary);
    return (isShown ? addToCard : changeCard)(archive.rows, id, (card) => {
      const entries = inOrder([...(card?.entries ?? []), ...places]);
      // Another process may have added a later document, and shows what that one says.
      const isNewest = entries.at(-1)!.position === places.at(-1)!.position;
      return {
        summary: withTickets(
          card && !isNewest ? card.summary : summary,
          card?.summary.furtherTickets ?? record.furtherTickets,
        ),
        order,
        chain,
        entries,
      };
    });
  });
}

const withTickets = (summary: DeploymentSummary, furtherTickets: readonly Ticket[]): DeploymentSummary => ({
  ...summary,
  ...(furtherTickets.length > 0 && { furtherTickets }),
});

const isSameRow = (
  { furtherTickets: _, ...one }: DeploymentSummary,
  { furtherTickets: __, ...other }: DeploymentSummary,
) => JSON.stringify(one) === JSON.stringify(other);

export const chainOf = ({ request }: Order) => shortHash(request.virtualNetworkId);

function newRecord(id: string, order: Order): DeploymentRecord {
  return {
    id,
    kind: kindOf(order),
    status: 'Pending',
    askedAt: (askedAt(id) ?? new Date(0)).toISOString(),
    endedAt: null,
    order,
    furtherTickets: [],
    decisions: [],
    stages: newStages(stageNamesOf(order)),
    answers: [],
    events: [],
    correlationIds: [],
    versions: { app: version, npsModule: npsModuleVersion() },
  };
}

function kindOf({ removes, migrates, rotates, repairs }: Order): DeploymentRecord['kind'] {
  if (migrates) return 'migration';
  if (removes) return 'removal';
  if (rotates) return 'rotation';
  return repairs ? 'repair' : 'deployment';
}

/** Lists grow; of everything else the last value counts. */
function changedRecord(before: DeploymentRecord, change: Partial<DeploymentRecord>): DeploymentRecord {
  return {
    ...before,
    ...change,
    decisions: [...before.decisions, ...(change.decisions ?? [])],
    answers: [...before.answers, ...(change.answers ?? [])],
    events: [...before.events, ...(change.events ?? [])],
    correlationIds: [...new Set([...before.correlationIds, ...(change.correlationIds ?? [])])],
  };
}

function recordSummary(record: DeploymentRecord, now: string): DeploymentSummary {
  const { id, order, status, askedAt: startedAt, endedAt, ending, stages } = record;
  const { ticket, virtualNetworkId } = order.request;
  const gatewayId =
    record.result?.gatewayId ??
    record.plan?.gatewayId ??
    (order.removes ?? order.migrates ?? order.rotates)?.gatewayId;
  const requestedBy = order.requestedBy?.name ?? ticket.requestedBy;
  const { failure } = ending ?? {};
  return {
    id,
    ticket,
    virtualNetworkId,
    ...(gatewayId && { gatewayId }),
    status,
    percent: status === 'Succeeded' ? 100 : percent(stages, now),
    startedAt,
    expectedEndAt: null,
    endedAt,
    ...(requestedBy && { requestedBy }),
    ...(failure && {
      error: {
        code: failure.code,
        message: failure.message,
        ...(failure.target !== undefined && { target: failure.target }),
        ...(failure.details && { details: failure.details }),
      },
    }),
  };
}
