import * as z from 'zod';
import { reportSummary, runScope, runTrigger, startedBy } from './compliance-run.ts';
import { isoTime, sha256Digest } from './formats.ts';
import { unreadableRows } from './problem.ts';

export const reportPage = z.object({
  reports: z.array(
    z.object({
      id: z.string(),
      trigger: runTrigger,
      startedBy,
      scope: runScope,
      startedAt: isoTime,
      endedAt: isoTime,
      summary: reportSummary,
      new: z.int().meta({ description: 'Findings that the report before did not have' }),
      resolved: z.int(),
      sha256: sha256Digest.meta({ description: 'Of its JSON form' }),
    }),
  ),
  continuation: z.string().optional(),
  problems: unreadableRows,
});
