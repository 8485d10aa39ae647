import * as z from 'zod';
import { isoTime, sha256Digest } from './formats.ts';
import { problemBody } from './problem.ts';

const place = z.object({
  name: z.string(),
  at: isoTime.nullable(),
  position: z.int(),
  sha256: sha256Digest,
  previousSha256: sha256Digest.nullable(),
});

export const recordBody = z.object({
  id: z.string(),
  chain: z.string(),
  position: z.int(),
  sha256: sha256Digest,
  previousSha256: sha256Digest.nullable(),
  entries: z.array(place),
  document: z.record(z.string(), z.unknown()).nullable().meta({
    description: 'The newest document as it is kept. The SHA-256 is that of its text without spaces.',
  }),
  record: z.record(z.string(), z.unknown()).nullable(),
  problems: z.array(problemBody),
});
