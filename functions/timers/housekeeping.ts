import type { InvocationContext, Timer } from '@azure/functions';
import type { Settings } from '../../shared/config.ts';
import { failureOf } from '../../shared/core/errors.ts';
import { logLine } from '../../shared/core/log-line.ts';
import type { NpsServers, VirtualNetworks } from '../../shared/ports.ts';
import { removeLeftTurns } from '../../shared/ticketing/in-turns.ts';
import { startLeftOwnChecks } from '../compliance/left-own-checks.ts';
import { timeOfHost } from '../durable-instances.ts';
import { followNotedTags } from '../events/follow-tags.ts';
import { forgetReports } from '../records/reports.ts';
import { firstNotes } from '../records/tag-wish.ts';
import type { Storage } from '../storage.ts';
import { purgeInstances } from './housekeeping/instances.ts';
import { expireRecords } from './housekeeping/records.ts';
import { removeLeftRunCommands } from './housekeeping/run-commands.ts';

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

/**
 * Keeps the app's storage from growing for ever (HOUSEKEEPING_SCHEDULE). When one part fails, the others go on. The log
 * counts what each part did. What was broken off is done the next night.
 */
export const housekeeping =
  (needs: HousekeepingNeeds, settings: Settings) =>
  async (_: Timer, context: InvocationContext): Promise<void> => {
    const now = await timeOfHost(context);
    const daysAgo = (days: number) => new Date(now.getTime() - days * aDay);
    const { rows, reports } = needs;
    const parts = {
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
      tags: () => followLeftNotes(needs, context),
      ownChecks: async () => ({ left: await startLeftOwnChecks(rows, context) }),
      answerTurns: async () => ({ removed: await removeLeftTurns(rows, now, mostTurns) }),
      deadLetters: async () => ({ there: await countOf(needs.deadLetters) }),
    };
    const done: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(parts)) {
      try {
        done[name] = await part();
      } catch (error) {
        const { code, message, target } = failureOf(error);
        done[name] = { failed: code };
        context.error(logLine('VpnRadius.Housekeeping.Failed', name, { code, message, target }));
      }
    }
    context.log(logLine('VpnRadius.Housekeeping.Done', 'app', done));
  };

/** Notes about tags that no deployment followed at its end, because it was stopped from outside. */
async function followLeftNotes(needs: HousekeepingNeeds, context: InvocationContext) {
  const notes = await firstNotes(needs.rows, mostNotes);
  const follow = followNotedTags(needs, needs.virtualNetworks);
  let failed = 0;
  for (const note of notes)
    await follow(note, context).catch(() => {
      failed++;
    });
  return { followed: notes.length - failed, failed };
}

/** Events that Event Grid gave up. They are counted up to a limit: a larger number says nothing more. */
async function countOf(deadLetters: Storage['deadLetters']): Promise<number> {
  let count = 0;
  let continuation: string | undefined;
  do {
    const page = await deadLetters?.page('', 1000, continuation);
    count += page?.names.length ?? 0;
    continuation = page?.continuation;
  } while (continuation && count < mostDeadLetters);
  return count;
}
