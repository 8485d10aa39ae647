import type { InvocationContext, Timer } from '@azure/functions';
import type { Settings } from '../../shared/config.ts';
import { failureOf } from '../../shared/core/errors.ts';
import { logLine } from '../../shared/core/log-line.ts';
import { timeOfHost } from '../durable-instances.ts';
import { type HousekeepingNeeds, housekeepingParts } from '../housekeeping/parts.ts';

/**
 * Keeps the app's storage from growing for ever (HOUSEKEEPING_SCHEDULE). When one part fails, the others go on. The log
 * counts what each part did. What was broken off is done the next night.
 */
export const housekeeping =
  (needs: HousekeepingNeeds, settings: Settings) =>
  async (_: Timer, context: InvocationContext): Promise<void> => {
    const parts = housekeepingParts(needs, settings, context, await timeOfHost(context));
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
