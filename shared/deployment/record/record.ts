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

/** A ticket with whoever its system says filled it in. */
export type Ticket = TicketReference & { readonly requestedBy?: string | undefined };

/** Who decided what on a deployment, and when. */
export interface DecisionMade {
  readonly at: string;
  readonly approved: boolean;
  readonly by: string;
  readonly comment?: string | undefined;
  /** The plan that was decided on. */
  readonly planDigest: string;
}

/** What became of an answer to a ticket. */
export interface AnswerTold {
  readonly ticket: TicketReference;
  readonly at: string;
  /** `trying`: handed to an orchestration that goes on for a day, and adds to the record what came of it. */
  readonly outcome: 'arrived' | 'trying' | 'failed' | 'nowhere to answer';
  readonly failure?: Failure | undefined;
}

/** Everything that is kept of a deployment. Nothing of it is secret: a secret is named, never held. */
export interface DeploymentRecord {
  readonly id: string;
  readonly kind: 'deployment' | 'repair' | 'rotation' | 'migration' | 'removal';
  readonly status: DeploymentStatus;
  readonly askedAt: string;
  readonly endedAt: string | null;
  readonly order: Order;
  /** Besides that of the order: the tickets that asked for the same while it ran. */
  readonly furtherTickets: readonly Ticket[];
  readonly plan?: AnyPlan | undefined;
  readonly planDigest?: string | undefined;
  readonly decisions: readonly DecisionMade[];
  readonly stages: readonly Stage[];
  /** Undefined where it did not come so far. */
  readonly verification?: Verification | undefined;
  readonly result?: Partial<DeploymentResult> | undefined;
  readonly ending?: Ending | undefined;
  readonly answers: readonly AnswerTold[];
  /** Those that the topic did not take at once, and what came of each. */
  readonly events: readonly EventTold[];
  /** By what Azure's activity log and its support find it again: of every write, and of every request that failed. */
  readonly correlationIds: readonly string[];
  readonly versions: { readonly app: string; readonly npsModule: string };
}

/** A document of a chain. Each chain holds what was done to one VNet, in the order in which it was done. */
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

/** What a list shows of a deployment, and by what it is found. */
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
