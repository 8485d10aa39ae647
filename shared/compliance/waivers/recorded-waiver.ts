import * as z from 'zod';
import { parseResourceId } from '../../core/resource-id.ts';
import { type Waiver, waiverFields } from './waivers.ts';

/**
 * A waiver that somebody decided through the API. It is kept for ever. It counts until its last day is over or it is
 * withdrawn.
 */
export interface RecordedWaiver extends Waiver {
  readonly id: string;
  /** The person who decided it. `owner` is the person who has to fix the finding. */
  readonly by: string;
  /** The object id in Entra of that person, when they were signed in. */
  readonly byId?: string | undefined;
  readonly at: string;
  readonly withdrawn?: Withdrawal | undefined;
}

export interface Withdrawal {
  readonly at: string;
  readonly by: string;
  readonly byId?: string | undefined;
  readonly comment?: string | undefined;
}

export const waiverStates = ['current', 'expired', 'withdrawn'] as const;
export type WaiverState = (typeof waiverStates)[number];

/** `now` is an ISO 8601 time. The whole last day of a waiver counts, in UTC. */
export function waiverState({ until, withdrawn }: RecordedWaiver, now: string): WaiverState {
  if (withdrawn) return 'withdrawn';
  return until >= now.slice(0, 10) ? 'current' : 'expired';
}

/** The waiver as the API shows it. */
export const shownWaiver = (made: RecordedWaiver, now: string) => ({
  ...made,
  state: waiverState(made, now),
});

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const scope = new RegExp(`^/subscriptions/${guid}(?:/resourceGroups/[\\p{L}\\p{N}_.()-]{1,90})?$`, 'iu');

const target = z
  .string()
  .refine(
    (id) => scope.test(id) || parseResourceId(id) !== undefined,
    'must be the id of a resource, or of a subscription or resource group that all of them are in: /subscriptions/…',
  );

/**
 * The body of a request for a waiver. A waiver of everything everywhere is only possible in the settings, where the
 * owner of the app writes it.
 */
export const waiverRequest = z.strictObject({ ...waiverFields, target });

/** When the waiver with this id was decided. Undefined when the text is not the id of a waiver. */
export function decidedAt(id: string): Date | undefined {
  const [, year, month, day, hour, minute, second, milliseconds] = form.exec(id) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

const form = /^waiver-(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)(\d{3})z-[0-9a-f]{12}$/;

/** Ids sort by time. `unique` separates two ids of the same millisecond. */
export function newWaiverId(at: Date, unique: string): string {
  return `waiver-${at.toISOString().toLowerCase().replaceAll(/[-:.]/g, '')}-${unique}`;
}
