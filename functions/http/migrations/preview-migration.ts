import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { migrationRequest } from '../../../shared/deployment/migration/request.ts';
import type { PlanNeeds } from '../../deployment/planning/facts.ts';
import { planPreview } from '../../deployment/preview/plan-preview.ts';
import { migrationOrderOf } from '../../migration/migration-order.ts';
import { parsedBy } from '../answers.ts';
import type { MigrationNeeds } from './migrate-gateway.ts';

/** `POST /deployments/plan` with `"kind": "migrate"`: what the path would do, and what it means for users. */
export async function previewMigration(
  needs: MigrationNeeds,
  plans: PlanNeeds,
  body: unknown,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const { kind, ...others } = body as { readonly kind?: unknown };
  parsedBy({ kind }, z.object({ kind: z.literal('migrate') }));
  const asked = parsedBy(others, migrationRequest);
  const ticket = asked.ticket ?? { system: 'webhook' as const, id: 'preview' };
  const { request, migrates, rotates } = await migrationOrderOf(needs, { ...asked, ticket });
  const preview = { request, migrates, isRotation: rotates !== undefined };
  return { status: 200, jsonBody: (await planPreview(plans)(preview, context)).preview };
}
