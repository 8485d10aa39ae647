import * as z from 'zod';

export const health = z.object({
  status: z.enum(['ok', 'unavailable']),
  version: z.string(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
  undelivered: z
    .array(z.object({ code: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'What could not be sent to ticket systems and to the topic' }),
});
