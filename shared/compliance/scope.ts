import * as z from 'zod';
import { isResourceOfType, shortHash } from '../core/resource-id.ts';
import { isOverEverything } from './merge.ts';
import type { Scope } from './report/report.ts';

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const entry = z.string().transform((text, context) => {
  const subscriptionId = text.replace(/^\/subscriptions\//i, '').replace(/\/$/, '');
  if (guid.test(subscriptionId)) return { subscriptionId: subscriptionId.toLowerCase() };
  if (isResourceOfType(text, 'Microsoft.Network/virtualNetworkGateways')) return { gatewayId: text };
  context.addIssue({
    code: 'custom',
    message:
      'must be a subscription (its id, or /subscriptions/…) or a gateway (/subscriptions/…/virtualNetworkGateways/…)',
  });
  return z.NEVER;
});

/** Subscriptions and gateways. Without it, all of them. */
export const scopeEntries = z
  .preprocess(
    (given) => (typeof given === 'string' ? [given] : given),
    z.array(entry).min(1, 'must name at least one').max(500, 'must not name more than 500'),
  )
  .optional();

/** The body of `POST /compliance/runs`. Without `scope` the run is about every subscription of the settings. */
export const complianceRequest = z
  .strictObject({
    scope: scopeEntries,
    remediate: z.boolean().optional(),
  })
  .default({});

export function scopeOf(request: { readonly scope?: z.output<typeof scopeEntries> }): Scope {
  const entries = request.scope ?? [];
  return {
    subscriptionIds: entries.flatMap((one) => ('subscriptionId' in one ? [one.subscriptionId] : [])),
    gatewayIds: entries.flatMap((one) => ('gatewayId' in one ? [one.gatewayId] : [])),
  };
}

/** One instance for each scope: a second request for the same scope finds the run that is under way. */
export function complianceInstanceId(scope: Scope): string {
  if (isOverEverything(scope)) return 'compliance-all';
  const ids = [...scope.subscriptionIds, ...scope.gatewayIds].map((id) => id.toLowerCase()).sort();
  return `compliance-${shortHash(ids.join(' '))}`;
}
