import type { AnyPlan, EventTold, Order } from '../../shared/deployment/contract.ts';
import { askedAt } from '../../shared/deployment/ids.ts';
import type { DecisionMade } from '../../shared/deployment/record/record.ts';
import type { Archive } from '../../shared/ports.ts';
import { readCard } from './cards.ts';
import { remember } from './remember.ts';

export interface PlannedEntry {
  readonly id: string;
  readonly order: Order;
  readonly at: string;
  readonly plan: AnyPlan;
  readonly planDigest?: string | undefined;
  /** The number of this question, also when nobody had to be asked. */
  readonly turn: number;
  readonly isWaiting: boolean;
}

/** Keeps the plan, and whether somebody has to decide on it. */
export const recordPlan =
  (archive: Archive) =>
  async ({ id, order, at, plan, planDigest, turn, isWaiting }: PlannedEntry): Promise<void> => {
    const status = isWaiting ? 'AwaitingApproval' : 'Running';
    await remember(archive, {
      id,
      order,
      entry: `planned-${turn}`,
      at,
      change: { status, plan, planDigest },
    });
  };

export interface DecisionEntry {
  readonly id: string;
  readonly order: Order;
  readonly decision: DecisionMade;
}

/** Keeps who decided what. What follows from it is recorded when it has followed. */
export const recordDecision =
  (archive: Archive) =>
  async ({ id, order, decision }: DecisionEntry): Promise<void> => {
    const change = { status: 'Running', decisions: [decision] } as const;
    await remember(archive, { id, order, entry: `decided-${decision.at}`, at: decision.at, change });
  };

export interface EventEntry {
  readonly deploymentId: string;
  readonly told: EventTold;
}

/** Keeps what became of an event that the topic had not taken at once. */
export const recordEvent =
  (archive: Archive) =>
  async ({ deploymentId: id, told }: EventEntry): Promise<void> => {
    const card = askedAt(id) && (await readCard(archive.rows, id));
    if (!card) return;
    const { order } = card;
    const entry = `told-${told.id}-${told.outcome}`;
    await remember(archive, { id, order, entry, at: told.at, change: { events: [told] } });
  };
