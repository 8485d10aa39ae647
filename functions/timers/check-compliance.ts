import type { InvocationContext, Timer } from '@azure/functions';
import { getClient } from 'durable-functions';
import type { Settings } from '../../shared/config.ts';
import { startCompliance } from '../compliance/start.ts';

/** Checks everything in scope on schedule (COMPLIANCE_SCHEDULE), and repairs what is safe when the settings say so. */
export const complianceDue =
  (settings: Settings) =>
  async (_: Timer, context: InvocationContext): Promise<void> => {
    const { id, isNew } = await startCompliance(getClient(context), {
      trigger: 'timer',
      startedBy: { name: 'schedule' },
      scope: { subscriptionIds: [], gatewayIds: [] },
      remediate: settings.COMPLIANCE_REMEDIATE === 'safe',
    });
    if (!isNew) context.warn(`${id} is still running, so this occurrence is skipped.`);
  };
