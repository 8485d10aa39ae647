import * as z from 'zod';
import { waiverStates } from '../../../shared/compliance/waivers/recorded-waiver.ts';
import { isoTime } from './formats.ts';
import { unreadableRows } from './problem.ts';

const decided = { at: isoTime, by: z.string(), byId: z.string().optional() };

export const waiver = z.object({
  id: z.string(),
  rule: z.string(),
  target: z.string(),
  owner: z.string().meta({ description: 'Who must fix the finding' }),
  reason: z.string(),
  until: z.iso.date().meta({ description: 'The last day on which it counts, in UTC' }),
  ...decided,
  state: z.enum(waiverStates),
  withdrawn: z.object({ ...decided, comment: z.string().optional() }).optional(),
});

export const waiverPage = z.object({
  waivers: z.array(waiver),
  continuation: z.string().optional(),
  problems: unreadableRows,
});
