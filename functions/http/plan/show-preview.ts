import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Preview, PreviewOrder } from '../../deployment/preview/plan-preview.ts';
import type { Instance } from '../../durable-instances.ts';
import { runIn } from '../run-shown.ts';
import { previewIds } from './preview-deployment.ts';

const broken = { code: 'PlanBroken', message: 'The plan was not made. Ask again.' };

/**
 * `GET /plans/{id}`: what a ticket would do, with the answers of the NPS servers. Until they have answered, it says
 * that they are being asked.
 */
export async function showPreview(http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  type Made = Instance<PreviewOrder, null, Preview>;
  const { instance, shown } = await runIn<Made>(http, context, previewIds, 'plan', broken);
  const { output } = instance;
  return {
    status: 200,
    ...(shown.status === 'Running' && { headers: { 'Retry-After': '15' } }),
    jsonBody: { ...shown, ...(output && 'value' in output && output.value) },
  };
}
