import { type Check, compliant, unknown, violated } from '../core/check.ts';
import type { Problem } from '../core/errors.ts';

/** What was found of the records of one VNet. */
export interface RecordFacts {
  readonly problems: readonly Problem[];
  /** Why they could not be read. */
  readonly unread?: string | undefined;
}

/** A report names at most this many; `npm run verify-records` names all. */
const mostNamed = 10;

/** Whether the app's own evidence is still as it was written. `functions/records/chain/chain-verification.ts` reads it. */
export const rulesOfRecords: readonly Check<RecordFacts>[] = [
  {
    id: 'record-changed',
    severity: 'high',
    title: 'A record was changed or is missing',
    why: 'The records say who asked for what, who approved it and what was done. Each record names the SHA-256 of the record before it. So somebody or something has changed or removed evidence. Every check of the whole scope looks whether all records exist. It reads the content of the 20 newest records of each VNet, and of 20 older ones, which are different ones each day.',
    fix: 'Find the code in docs/operate.md. Read the log of the storage account, restore the blob from its versions or its backup, and tell the people who are responsible for audits. `npm run verify-records` checks all records and names every wrong one.',
    source: 'https://learn.microsoft.com/azure/storage/blobs/immutable-storage-overview',
    check({ problems, unread }) {
      if (problems.length > 0) {
        const more = problems.length - mostNamed;
        return violated(
          ...problems.slice(0, mostNamed).map(({ code, message }) => `${code}: ${message}`),
          ...(more > 0 ? [`There are ${more} more. npm run verify-records names them.`] : []),
        );
      }
      return unread === undefined ? compliant : unknown(unread);
    },
  },
];
