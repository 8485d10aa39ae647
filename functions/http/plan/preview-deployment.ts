import { randomBytes } from 'node:crypto';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import * as z from 'zod';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import type { PlanNeeds } from '../../deployment/planning/facts.ts';
import { type PreviewOrder, planPreview } from '../../deployment/preview/plan-preview.ts';
import { startOnce } from '../../durable-instances.ts';
import type { RemovalNeeds } from '../../removal/facts.ts';
import { jsonOf, parsedBy, textOf } from '../answers.ts';
import type { MigrationNeeds } from '../migrations/migrate-gateway.ts';
import { previewMigration } from '../migrations/preview-migration.ts';
import { previewRemoval } from '../removals/preview-removal.ts';

/**
 * A ticket's request as the API describes it. `"nps": "preview"` in place of its wishes for NPS also asks the NPS
 * servers.
 */
export const previewRequest = z.strictObject({
  ...vpnGatewayRequest.shape,
  nps: z.union([z.literal('preview'), vpnGatewayRequest.shape.nps]),
});

export const previewIds = 'preview-';

/** `POST /deployments/plan`: what a ticket would do. Reads Azure, writes nothing. */
export const previewDeployment = (needs: PlanNeeds, removals: RemovalNeeds, migrations: MigrationNeeds) => {
  const preview = planPreview(needs);
  return async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const body = jsonOf(await textOf(http));
    const { nps, kind, ...others } = (body ?? {}) as { readonly nps?: unknown; readonly kind?: unknown };
    if (kind === 'migrate') return previewMigration(migrations, needs, body, context);
    if (kind !== undefined) return previewRemoval(removals, body);
    if (nps !== 'preview') {
      const request = parsedBy(body, vpnGatewayRequest);
      return { status: 200, jsonBody: (await preview({ request }, context)).preview };
    }
    return withNps(parsedBy(others, vpnGatewayRequest), http, context);
  };
};

/** A server answers within about a minute. No caller waits that long. */
async function withNps(
  request: VpnGatewayRequest,
  http: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const id = `${previewIds}${randomBytes(12).toString('hex')}`;
  await startOnce(getClient(context), 'previewWithNps', id, { request } satisfies PreviewOrder);
  const statusUrl = new URL(`/api/plans/${id}`, http.url).href;
  return { status: 202, headers: { Location: statusUrl, 'Retry-After': '15' }, jsonBody: { id, statusUrl } };
}
