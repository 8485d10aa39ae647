import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { failed, VpnRadiusError } from '../../core/errors.ts';
import type { Azure } from '../wire/connection.ts';
import { operationIn, startOperation } from '../wire/operation.ts';

/** Azure takes about 20 seconds. A gateway that takes this long is busy with other work. */
const patienceSeconds = 100;

/**
 * Follows `generatevpnprofile` to its result, a JSON string with the SAS URL of a zip file. Until the result
 * is there, `Location` answers 202 with the body `null`, and `Location` may change.
 */
export async function generatedClientProfile(
  azure: Azure,
  gatewayId: string,
  start: Parameters<typeof startOperation>[0],
): Promise<{ url: string; expiresAt: string }> {
  let { retryAfterSeconds, resultUrl } = await startOperation(start);
  for (let waited = 0; resultUrl; ) {
    if (waited + retryAfterSeconds > patienceSeconds)
      throw new VpnRadiusError({
        code: 'ClientProfileTimeout',
        message: `Azure has not generated the client profile within ${patienceSeconds} seconds. Ask again in a minute.`,
        target: gatewayId,
        transient: true,
        retryAfterSeconds: 60,
      });
    // There is always a pause, also when Retry-After is 0: without one, this loop would use up the gateway's
    // read quota.
    const pause = Math.max(1, retryAfterSeconds);
    await azure.pause(pause);
    waited += pause;
    const response = await azure.arm({ method: 'GET', url: resultUrl });
    if (response.status !== 202) return profileOf(response, gatewayId);
    const next = operationIn(response);
    retryAfterSeconds = next.retryAfterSeconds;
    resultUrl = next.resultUrl ?? resultUrl;
  }
  throw failed('ClientProfileMissing', 'Azure did not say where the client profile will be.', gatewayId);
}

function profileOf({ bodyAsText }: PipelineResponse, gatewayId: string): { url: string; expiresAt: string } {
  const url: unknown = JSON.parse(bodyAsText || 'null');
  const expiry = typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams.get('se') : null;
  const expiresAt = new Date(expiry ?? Number.NaN);
  if (typeof url !== 'string' || Number.isNaN(expiresAt.getTime()))
    throw failed('ClientProfileMissing', 'Azure answered without the URL of a client profile.', gatewayId);
  return { url, expiresAt: expiresAt.toISOString() };
}
