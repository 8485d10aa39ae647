import * as z from 'zod';

export const problemBody = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });

export const errorBody = z.object({
  error: problemBody.extend({ details: z.array(problemBody).optional() }),
});

/** The ids with which Microsoft's support finds the request: `x-ms-correlation-request-id` and `x-ms-request-id`. */
export const requestIds = { correlationId: z.string().optional(), requestId: z.string().optional() };

export const failureBody = problemBody.extend({ details: z.array(problemBody).optional(), ...requestIds });

/** What a list could not read, by name. Everything else is in the list. */
export const unreadableRows = z
  .array(problemBody)
  .optional()
  .meta({ description: 'Rows of the index that cannot be read' });
