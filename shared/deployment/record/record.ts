import type { Failure } from '../../core/errors.ts';
import type {
  AnyPlan,
  DeploymentResult,
  DeploymentStatus,
  Ending,
  EventTold,
  Order,
  Stage,
  TicketReference,
  Verification,
} from '../contract.ts';

/** A ticket with the name of the person who sent it, as its system gives it. */
export type Ticket = TicketReference & { readonly requestedBy?: string | undefined };

/** Who decided what on a deployment, and when. */
export interface DecisionMade {
  readonly at: string;
  readonly approved: boolean;
  readonly by: string;
  readonly comment?: string | undefined;
  /** The digest of the plan that was decided on. */
  readonly planDigest: string;
}

/** The state of an answer to a ticket. */
export interface AnswerTold {
  readonly ticket: TicketReference;
  readonly at: string;
  /** `trying`: an orchestration goes on for a day, and adds the result to the record. */
  readonly outcome: 'arrived' | 'trying' | 'failed' | 'nowhere to answer';
  readonly failure?: Failure | undefined;
}

/**
 * Everything that is kept of a deployment. Nothing in it is secret: it holds the names of secrets, never their values.
 */
export interface DeploymentRecord {
  readonly id: string;
  readonly kind: 'deployment' | 'repair' | 'rotation' | 'migration' | 'removal';
  readonly status: DeploymentStatus;
  readonly askedAt: string;
  readonly endedAt: string | null;
  readonly order: Order;
  /** The further tickets that asked for the same while the deployment ran, without the ticket of the order. */
  readonly furtherTickets: readonly Ticket[];
  readonly plan?: AnyPlan | undefined;
  readonly planDigest?: string | undefined;
  readonly decisions: readonly DecisionMade[];
  readonly stages: readonly Stage[];
  /** Undefined when the deployment did not come that far. */
  readonly verification?: Verification | undefined;
  readonly result?: Partial<DeploymentResult> | undefined;
  readonly ending?: Ending | undefined;
  readonly answers: readonly AnswerTold[];
  /** The events that the topic did not accept at once, and the result for each. */
  readonly events: readonly EventTold[];
  /** The ids by which Azure's activity log and its support find every write, and every request that failed. */
  readonly correlationIds: readonly string[];
  readonly versions: { readonly app: string; readonly npsModule: string };
}

/** A document of a chain. Each chain holds what was done to one VNet, in order. */
export interface ChainEntry {
  readonly chain: string;
  readonly position: number;
  /** The SHA-256 of the document before; null for the first. */
  readonly previous: string | null;
  /** The same for every attempt to write the same entry. */
  readonly entry: string;
  readonly at: string;
  readonly record: DeploymentRecord;
}

/** What a list shows of a deployment, and the keys by which it is found. */
export interface DeploymentSummary {
  readonly id: string;
  readonly ticket: Ticket;
  readonly furtherTickets?: readonly Ticket[];
  readonly virtualNetworkId: string;
  readonly gatewayId?: string;
  readonly status: DeploymentStatus;
  readonly percent: number;
  readonly startedAt: string;
  readonly expectedEndAt: string | null;
  readonly endedAt: string | null;
  readonly requestedBy?: string;
  readonly error?: Failure;
}
