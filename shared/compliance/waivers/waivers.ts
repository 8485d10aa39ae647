import * as z from 'zod';
import { ruleOf } from '../catalogue.ts';

/** Somebody's decision to accept a finding until a day. */
export interface Waiver {
  readonly rule: string;
  /** The resource that it is about, or a scope above it such as a subscription. */
  readonly target: string;
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it counts, `YYYY-MM-DD` in UTC. */
  readonly until: string;
  /** Only for a waiver that is kept as a record (`recorded-waiver.ts`): its id, and who decided it. */
  readonly id?: string;
  readonly by?: string;
}

export interface WaiverProblem {
  readonly target: string;
  readonly message: string;
}

const text = z.string().trim().min(1, 'must not be empty').max(500, 'must not be longer than 500 characters');

/** What every waiver holds, in each place where one is written. */
export const waiverFields = {
  rule: z.string().refine((id) => ruleOf.has(id), 'is not the id of a rule: docs/rules.md lists them'),
  owner: text,
  reason: text,
  until: z.iso.date('must be a day, such as 2027-01-31'),
};

/** The setting COMPLIANCE_WAIVERS. A waiver without a target is about everything in scope. */
export const waiverList = z.array(z.strictObject({ ...waiverFields, target: z.string().default('/') }));

const prefix = 'vpn-radius-waive-';
const { rule: _, ...inTag } = waiverFields;
const tagFields = z.object(inTag);

/**
 * The waivers in the tags of a resource: `vpn-radius-waive-<rule>` = `owner=…; reason=…; until=YYYY-MM-DD`. Azure keeps
 * the case of tag names and compares them without it.
 */
export function waiversInTags(
  target: string,
  tags: Readonly<Record<string, string>>,
): { readonly waivers: readonly Waiver[]; readonly problems: readonly WaiverProblem[] } {
  const waivers: Waiver[] = [];
  const problems: WaiverProblem[] = [];
  for (const [name, value] of Object.entries(tags)) {
    if (!name.toLowerCase().startsWith(prefix)) continue;
    const id = name.slice(prefix.length).toLowerCase();
    const parsed = tagFields.safeParse(fieldsOf(value));
    if (!ruleOf.has(id)) problems.push({ target, message: `The tag ${name} names no rule.` });
    else if (parsed.success) waivers.push({ rule: id, target, ...parsed.data });
    else {
      const what = parsed.error.issues.map((issue) =>
        issue.code === 'invalid_type'
          ? `${issue.path.join('.')} is missing`
          : `${issue.path.join('.')} ${issue.message}`,
      );
      problems.push({ target, message: `The tag ${name}: ${what.join(', ')}.` });
    }
  }
  return { waivers, problems };
}

function fieldsOf(value: string): Record<string, string> {
  return Object.fromEntries(
    value.split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at === -1 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );
}

/**
 * The waiver of a rule for a resource: one that counts today, otherwise one that has expired. `now` is an ISO 8601
 * time.
 */
export function waiverFor(
  waivers: readonly Waiver[],
  ruleId: string,
  target: string,
  now: string,
): { readonly waiver: Waiver; readonly isExpired: boolean } | undefined {
  const about = waivers.filter((waiver) => waiver.rule === ruleId && isAbove(waiver.target, target));
  const today = now.slice(0, 10);
  const current = about.find(({ until }) => until >= today);
  const waiver = current ?? about.toSorted((one, other) => (one.until < other.until ? 1 : -1))[0];
  return waiver && { waiver, isExpired: !current };
}

function isAbove(above: string, id: string): boolean {
  const [outer, inner] = [`${above.replace(/\/+$/, '')}/`.toLowerCase(), `${id}/`.toLowerCase()];
  return inner.startsWith(outer);
}
