import * as z from 'zod';

/** A ticket about a finding. `id` is the id of the finding: there is never more than one open ticket for it. */
export interface FindingTicket {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** A resource id. */
  readonly target: string;
  readonly rule: string;
}

const fields = z.record(z.string(), z.unknown()).default({});

/** The setting COMPLIANCE_TICKETS: where findings become tickets. `fields` are put on every ticket without a change. */
export const findingTicketsTo = z
  .discriminatedUnion('system', [
    z.strictObject({
      system: z.literal('webhook'),
      url: z.url({ protocol: /^https$/, error: 'must be an https URL' }),
    }),
    z.strictObject({
      system: z.literal('servicenow'),
      table: z
        .string()
        .regex(/^[a-z0-9_]+$/, 'must be the name of a table')
        .default('incident'),
      fields,
      /** The fields that close a ticket, in addition to its close notes. */
      closed: z.record(z.string(), z.string()).default({ state: '6', close_code: 'Solution provided' }),
    }),
    z.strictObject({
      system: z.literal('jira'),
      project: z.string().regex(/^[A-Z][A-Z0-9_]*$/i, 'must be the key of a project'),
      issueType: z.string().min(1).default('Task'),
      fields,
      /** The transition that closes an issue, or the status that it leads to. */
      done: z.string().min(1).default('Done'),
    }),
  ])
  .nullable();

export type FindingTicketsTo = NonNullable<z.infer<typeof findingTicketsTo>>;
