import * as z from 'zod';
import type { TicketAnswer } from '../contract.ts';

const statusNames = z.array(z.string().min(1)).min(1, 'name at least one status');
const transition = z.string().min(1).nullable().optional();

/** The setting `JIRA_WORKFLOW`. */
export const jiraWorkflow = z.strictObject({
  /** Names of the statuses into which an issue is moved to approve or to reject. */
  approved: statusNames.default(['Approved']),
  rejected: statusNames.default(['Declined', 'Rejected']),
  /** By status of the answer: the name of the transition (or of the status it leads to) that the app performs. */
  transitions: z
    .strictObject({
      Running: transition,
      AwaitingApproval: transition,
      Succeeded: transition,
      Failed: transition,
      Canceled: transition,
      Rejected: transition,
    })
    .default({ Running: 'In Progress', Succeeded: 'Done' }),
  /** Jira Service Management: whether comments are hidden from the customer. */
  internalComments: z.boolean().default(false),
});

export type JiraWorkflow = {
  readonly approved: readonly string[];
  readonly rejected: readonly string[];
  readonly transitions: Readonly<Partial<Record<TicketAnswer['status'], string | null | undefined>>>;
  readonly internalComments: boolean;
};
