import { expect, it } from 'vitest';
import { complianceInstanceId, complianceRequest, scopeOf } from '../../../shared/compliance/scope.ts';
import { gatewayId, hubId } from '../hub.ts';

const id = '11111111-2222-4333-8444-AAAAAAAAAAAA';
const everything = { subscriptionIds: [], gatewayIds: [] };
const subscription = { subscriptionIds: [id.toLowerCase()], gatewayIds: [] };

it.each<[string, unknown, object]>([
  ['nothing is everything', undefined, everything],
  ['nothing named either', {}, everything],
  ['the id of a subscription', { scope: id }, subscription],
  ['its path', { scope: [`/SUBSCRIPTIONS/${id}/`] }, subscription],
  ['a gateway', { scope: [gatewayId] }, { subscriptionIds: [], gatewayIds: [gatewayId] }],
  ['both', { scope: [gatewayId, id] }, { ...subscription, gatewayIds: [gatewayId] }],
])('a scope: %s', (_, body, expected) => {
  expect(scopeOf(complianceRequest.parse(body))).toEqual(expected);
});

const neither =
  'must be a subscription (its id, or /subscriptions/…) or a gateway (/subscriptions/…/virtualNetworkGateways/…)';
it.each<[string, unknown, string]>([
  ['another resource', { scope: [hubId] }, neither],
  ['something before the id', { scope: [`x${id}`] }, neither],
  ['something behind it', { scope: [`${id}0`] }, neither],
  ['a path within another', { scope: [`x/subscriptions/${id}`] }, neither],
  ['a path behind an id', { scope: [`${id}/subscriptions/`] }, neither],
  ['an id behind a slash', { scope: [`/${id}`] }, neither],
  ['an empty list', { scope: [] }, 'must name at least one'],
  ['too many', { scope: Array.from({ length: 501 }, () => id) }, 'must not name more than 500'],
])('no scope: %s', (_, body, message) => {
  expect(complianceRequest.safeParse(body).error!.issues.map((issue) => issue.message)).toEqual([message]);
});

it('the same scope is the same run, in any order and case', () => {
  const run = (...gatewayIds: string[]) => complianceInstanceId({ ...subscription, gatewayIds });
  expect(complianceInstanceId(everything)).toBe('compliance-all');
  expect(run('/a', '/b')).toBe(run('/B', '/a'));
  expect(run('/a', '/b')).toMatch(/^compliance-[0-9a-f]{12}$/);
  expect(new Set([run(), run('/a'), run('/a', '/b'), run('/ab')]).size).toBe(4);
});
