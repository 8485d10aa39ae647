import * as z from 'zod';
import { repairWindow } from '../../../shared/compliance/repair-window.ts';
import { scopeEntries } from '../../../shared/compliance/scope.ts';

/** The body of `POST /rotations` for all gateways whose secrets are due. */
export const dueRotation = z.strictObject({
  due: z.literal(true, 'must be true, or left out'),
  scope: scopeEntries.meta({
    description: 'Subscriptions and gateways. Default: every gateway that this app knows.',
  }),
  olderThanDays: z.int('must be a whole number of days').min(1, 'must be at least 1').optional().meta({
    description:
      'How old a secret may be. Default: SECRET_MAX_AGE_DAYS. A secret that expires soon is due at any age.',
  }),
  atOnce: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(10, 'must not be more than 10')
    .default(2),
  window: repairWindow.optional().meta({
    description:
      'Hours in UTC in which rotations may begin, such as Sat,Sun 01:00-05:00. When COMPLIANCE_REPAIR_WINDOW is set, rotations begin only inside both.',
  }),
  preview: z
    .boolean()
    .default(false)
    .meta({ description: 'Only shows which gateways are due. Begins nothing.' }),
});

export const asksForDue = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'due' in body;
