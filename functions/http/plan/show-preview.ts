import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import type { Preview, PreviewOrder } from '../../deployment/preview/plan-preview.ts';
import { type Instance, isRunning, readInstance } from '../../durable-instances.ts';
import { previewIds } from './preview-deployment.ts';

/** `GET /plans/{id}`: what a ticket would do, NPS servers asked; while they have not answered, that they are being asked. */
export async function showPreview(http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const id = http.params.id ?? '';
  const instance = id.startsWith(previewIds)
    ? await readInstance<Instance<PreviewOrder, null, Preview>>(context, id)
    : undefined;
  if (!instance) throw failed('NotFound', `There is no plan ${id}.`, id);
  const { output, createdTime, lastUpdatedTime } = instance;
  const running = isRunning(instance);
  const times = {
    startedAt: new Date(createdTime).toISOString(),
    endedAt: running ? null : new Date(lastUpdatedTime).toISOString(),
  };
  if (running)
    return { status: 200, headers: { 'Retry-After': '15' }, jsonBody: { id, status: 'Running', ...times } };
  if (output && 'value' in output)
    return { status: 200, jsonBody: { id, status: 'Succeeded', ...times, ...output.value } };
  const { code, message } = output?.failure ?? {
    code: 'PlanBroken',
    message: 'The plan was not made: ask again.',
  };
  return { status: 200, jsonBody: { id, status: 'Failed', ...times, error: { code, message } } };
}
