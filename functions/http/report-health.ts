import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failureOf } from '../../shared/errors.ts';
import type { Secrets } from '../../shared/ports.ts';
import { version } from '../../shared/version.ts';
import { listInstances } from '../durable-instances.ts';

/** `GET /health`, for anyone: whether the app can do its work, and what is in the way, without details of the installation. */
export const reportHealth =
  (secrets: Secrets) =>
  async (_: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const problems = (
      await Promise.all([
        tried('Key Vault', () => secrets.read('vpn-radius-health')),
        tried('Durable Functions', () => listInstances(context, 'health-')),
      ])
    ).filter((problem) => problem !== undefined);
    return problems.length === 0
      ? { status: 200, jsonBody: { status: 'ok', version } }
      : { status: 503, jsonBody: { status: 'unavailable', version, problems } };
  };

async function tried(what: string, look: () => Promise<unknown>) {
  try {
    await look();
    return undefined;
  } catch (error) {
    const { code } = failureOf(error);
    return { code, message: `${what} cannot be used (${code}).` };
  }
}
