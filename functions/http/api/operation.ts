import type * as z from 'zod';

/** What a route takes and answers. An answer without a body is a sentence. */
export interface Operation {
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, z.ZodType | string>>;
  readonly query?: readonly string[];
  readonly isAnonymous?: boolean;
}
