import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import { makeRemovalPlan } from '../../../shared/deployment/removal/planning.ts';
import { removalRequest } from '../../../shared/deployment/removal/request.ts';
import { type RemovalNeeds, readRemovalFacts } from '../../removal/facts.ts';
import { removalOrderOf } from '../../removal/removal-order.ts';
import { parsedBy } from '../answers.ts';

/**
 * `POST /deployments/plan` with `"kind": "remove"`: what would go, as far as this is known without asking the NPS
 * servers.
 */
export async function previewRemoval(needs: RemovalNeeds, body: unknown): Promise<HttpResponseInit> {
  const { kind, ...others } = body as { readonly kind?: unknown };
  parsedBy({ kind }, z.object({ kind: z.literal('remove', 'must be remove or migrate, or left out') }));
  const asked = parsedBy(others, removalRequest);
  const ticket = asked.ticket ?? { system: 'webhook' as const, id: 'preview' };
  const { request, removes } = await removalOrderOf(needs, { ...asked, ticket });
  const facts = await readRemovalFacts(needs, request.virtualNetworkId, removes!);
  const { plan, problems } = makeRemovalPlan(facts, removes!);
  const { steps = [], takesAway = [], warnings = [], reasonsToAsk = [], estimatedMinutes = 0 } = plan ?? {};
  return { status: 200, jsonBody: { steps, takesAway, reasonsToAsk, problems, warnings, estimatedMinutes } };
}
