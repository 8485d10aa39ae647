import { sameId } from '../../core/resource-id.ts';
import { usesRadius } from '../../gateway/authentication-types.ts';
import type { Made, Removal, RemovalPlan } from '../contract.ts';
import { type RemovalFacts, recordedAs } from './facts.ts';

export type GatewayFate = RemovalPlan['removes']['gateway'];

/**
 * What happens to the gateway. It is deleted only when the app has made it. From a gateway that existed before, only
 * what the app added is removed.
 */
export function gatewayFate(facts: RemovalFacts, { keepsGateway, onlyRadius }: Removal): GatewayFate {
  const { gateway, gatewayId } = facts;
  if (!gateway) return 'gone';
  if (onlyRadius) return usesRadius(gateway) ? 'withoutRadius' : 'keep';
  const isRecorded = (what: Made['what']) =>
    recordedAs(facts, what).some(({ made }) => sameId(made.id, gatewayId));
  const isOwn = isRecorded('gateway');
  if (isOwn && !keepsGateway) return 'delete';
  return gateway.pointToSite && (isOwn || isRecorded('pointToSite')) ? 'withoutPointToSite' : 'keep';
}
