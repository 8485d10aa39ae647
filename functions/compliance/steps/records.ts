import { assessRecords } from '../../../shared/compliance/assessment.ts';
import { addAssessment, isOverEverything, noResults } from '../../../shared/compliance/merge.ts';
import type { RecordFacts } from '../../../shared/compliance/record-rules.ts';
import type { Scope } from '../../../shared/compliance/report/report.ts';
import { subscriptionOf } from '../../../shared/core/resource-id.ts';
import type { Archive, Documents, Row, SpoiltRow } from '../../../shared/ports.ts';
import { type VerifiedChain, verifyChain } from '../../records/chain/chain-verification.ts';
import { type Lock, lockPage } from '../../records/lock.ts';
import { finalFailure } from './discovery.ts';
import { runFolder } from './run-folder.ts';
import { waiversOf } from './waivers.ts';

export interface RecordsOrder {
  readonly runId: string;
  readonly scope: Scope;
  readonly now: string;
  readonly page: number;
  /** The last VNet that the page before looked at. */
  readonly after?: string | undefined;
}

export interface RecordsNeeds {
  readonly archive: Archive;
  readonly store: Documents;
  readonly retentionDays: number;
}

/**
 * Each VNet costs one list, four rows and at most twice this number of documents. So the check of a day stays cheap,
 * also when chains become long.
 */
const recordsOfChain = 20;
const pageSize = 25;
const atOnce = 5;
const aDay = 24 * 60 * 60_000;

/**
 * Checks the records of the VNets in scope against each other. Every run checks that all records are there, and what
 * the newest ones hold. Of the older ones it reads another part each day. Returns the VNet after which to go on.
 */
export const checkRecords =
  ({ archive, store, retentionDays }: RecordsNeeds) =>
  async ({ runId, scope, now, page, after }: RecordsOrder): Promise<{ readonly after?: string }> => {
    const folder = runFolder(store, runId);
    const waivers = await waiversOf(folder);
    const results = noResults();
    const looked = { virtualNetworks: 0, documents: 0, read: 0 };
    const rows = await lockPage(archive.rows, after, pageSize);
    const inScope = rows.filter((row) => isTargetInScope(scope, targetOf(row)));
    for (let from = 0; from < inScope.length; from += atOnce)
      await Promise.all(inScope.slice(from, from + atOnce).map(checked));
    await folder.write(recordResults(page), { ...results, records: looked });
    return rows.length < pageSize ? {} : { after: rows.at(-1)!.key };

    async function checked(row: Row<Lock> | SpoiltRow): Promise<void> {
      const { facts, chain } = await lookedAt(row.key);
      const problems = 'problem' in row ? [row.problem, ...facts.problems] : facts.problems;
      looked.virtualNetworks++;
      looked.documents += chain?.documents ?? 0;
      looked.read += chain?.read ?? 0;
      addAssessment(results, assessRecords({ ...facts, problems }, targetOf(row), waivers, now));
    }

    async function lookedAt(chain: string): Promise<{ facts: RecordFacts; chain?: VerifiedChain }> {
      const day = new Date(now);
      const keptSince = new Date(day.getTime() - retentionDays * aDay);
      try {
        const found = await verifyChain(archive, chain, {
          keptSince,
          part: { records: recordsOfChain, now: day },
        });
        return { facts: found, chain: found };
      } catch (error) {
        const unread = `The records could not be checked: ${finalFailure(error).message}`;
        return { facts: { problems: [], unread } };
      }
    }
  };

/** The VNet. When the row does not tell it any more: the folder of its records. */
const targetOf = (row: Row<Lock> | SpoiltRow) =>
  'problem' in row ? `chains/${row.key}` : row.value.order.request.virtualNetworkId;

const isTargetInScope = (scope: Scope, target: string) =>
  isOverEverything(scope) || scope.subscriptionIds.some((id) => id.toLowerCase() === subscriptionOf(target));

export const recordResults = (page: number) => `results/records-${page}`;
