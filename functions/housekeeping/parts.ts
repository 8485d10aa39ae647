import type { InvocationContext } from '@azure/functions';
import type { Settings } from '../../shared/config.ts';
import type { NpsServers, VirtualNetworks } from '../../shared/ports.ts';
import { startLeftOwnChecks } from '../compliance/left-own-checks.ts';
import { removeLeftTurns } from '../records/answer-turns.ts';
import { forgetReports } from '../records/reports.ts';
import type { Storage } from '../storage.ts';
import { countDeadLetters } from './dead-letters.ts';
import { purgeInstances } from './instances.ts';
import { followLeftNotes } from './left-notes.ts';
import { expireRecords } from './records.ts';
import { removeLeftRunCommands } from './run-commands.ts';

export interface HousekeepingNeeds extends Storage {
  readonly npsServers: NpsServers;
  readonly virtualNetworks: VirtualNetworks;
}

const aDay = 24 * 60 * 60_000;
/** One night does at most this much, and the next one the rest. */
const mostInstances = 5000;
const mostReports = 500;
const mostRecords = 500;
const mostNotes = 500;
const mostTurns = 500;
const mostDeadLetters = 10_000;

/** What one night does, by the names under which the log counts it. */
export function housekeepingParts(
  needs: HousekeepingNeeds,
  settings: Settings,
  context: InvocationContext,
  now: Date,
): Readonly<Record<string, () => Promise<unknown>>> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * aDay);
  const { rows, reports, virtualNetworks } = needs;
  return {
    instances: () =>
      purgeInstances(needs, context, {
        now,
        before: daysAgo(settings.INSTANCE_RETENTION_DAYS),
        most: mostInstances,
      }),
    reports: async () => ({
      removed: await forgetReports(reports, rows, daysAgo(settings.REPORT_RETENTION_DAYS), mostReports),
    }),
    records: () => expireRecords(needs, daysAgo(settings.RECORD_RETENTION_DAYS), mostRecords),
    runCommands: () => removeLeftRunCommands(needs.npsServers, rows, settings, now),
    tags: () => followLeftNotes(needs, virtualNetworks, context, mostNotes),
    ownChecks: async () => ({ left: await startLeftOwnChecks(rows, context) }),
    answerTurns: async () => ({ removed: await removeLeftTurns(rows, now, mostTurns) }),
    deadLetters: async () => ({ there: await countDeadLetters(needs.deadLetters, mostDeadLetters) }),
  };
}
