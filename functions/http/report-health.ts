import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { type Failure, failureOf, type Problem } from '../../shared/core/errors.ts';
import { version } from '../../shared/core/version.ts';
import type { BranchProgress } from '../../shared/deployment/contract.ts';
import type {
  Documents,
  EventTopic,
  Rows,
  Secrets,
  VirtualNetworks,
  VpnGateways,
} from '../../shared/ports.ts';
import { type Instance, listInstances } from '../durable-instances.ts';

interface HealthNeeds {
  readonly secrets: Secrets;
  readonly virtualNetworks: VirtualNetworks;
  readonly gateways: VpnGateways;
  readonly topic: EventTopic | undefined;
  readonly rows: Rows;
  readonly records: Documents;
}

/**
 * Anyone may ask, so the result is kept for a while: nobody should be able to use up the quota of the app's identity.
 */
const heldFor = 10_000;
const mostSubscriptions = 20;

/**
 * `GET /health`, for anyone: whether the app can do its work, and what stops it. A missing role is told with the
 * command that assigns it, which holds ids and no secret. Of everything else only the code is told.
 */
export const reportHealth = (needs: HealthNeeds, subscriptionIds: readonly string[]) => {
  let last:
    | { readonly at: number; readonly found: Promise<[readonly Problem[], readonly Problem[]]> }
    | undefined;
  return async (_: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const now = performance.now();
    if (!last || now - last.at > heldFor)
      last = {
        at: now,
        found: Promise.all([problemsOf(needs, subscriptionIds, context), untold(context)]),
      };
    const [problems, undelivered] = await last.found;
    const told = { version, ...(undelivered.length > 0 && { undelivered }) };
    return problems.length === 0
      ? { status: 200, jsonBody: { status: 'ok', ...told } }
      : { status: 503, jsonBody: { status: 'unavailable', ...told, problems } };
  };
};

/** `GET /health` of an app whose settings are wrong: then this is its only function. */
export const reportWrongSettings = (problems: readonly Problem[]) => async (): Promise<HttpResponseInit> => ({
  status: 503,
  jsonBody: { status: 'unavailable', version, problems },
});

const aDay = 24 * 60 * 60_000;

/**
 * What ticket systems and the topic could not be told, by code. It stops no other work, so the app still counts as
 * healthy.
 */
async function untold(context: InvocationContext): Promise<readonly Problem[]> {
  try {
    // A message is given up after a day, and is shown for one more day.
    const createdTimeFrom = new Date(Date.now() - 2 * aDay);
    const tellings = await listInstances(context, 'telling-', { createdTimeFrom });
    const codes = tellings.flatMap((one) => whyUntold(one) ?? []);
    return [...new Set(codes)].map((code) => {
      const count = codes.filter((other) => other === code).length;
      const messages = count === 1 ? '1 message' : `${count} messages`;
      return {
        code,
        message: `${messages} to ticket systems or subscribers could not be sent (${code}). The app tries to send each of them again for one day.`,
      };
    });
  } catch {
    // Durable Functions cannot be asked: the problems say so.
    return [];
  }
}

function whyUntold({ runtimeStatus, customStatus, output }: Instance): string | undefined {
  if (output && 'failure' in output) return output.failure.code;
  if (runtimeStatus === 'Completed') return undefined;
  return (customStatus as BranchProgress | null)?.waiting?.lastError?.code ?? 'NotToldYet';
}

async function problemsOf(
  needs: HealthNeeds,
  subscriptionIds: readonly string[],
  context: InvocationContext,
): Promise<readonly Problem[]> {
  const { secrets, topic } = needs;
  const looks = [
    tried('Key Vault', () => secrets.read('vpn-radius-health')),
    tried("The table of the app's storage", () => needs.rows.read('health', 'health')),
    tried("The container of the app's records", () => needs.records.read('health')),
    tried('Durable Functions', () => listInstances(context, 'health-')),
    ...subscriptionIds.slice(0, mostSubscriptions).map((id) => subscriptionTried(needs, id)),
  ];
  const found = (await Promise.all(looks)).filter((problem) => problem !== undefined);
  return topic?.trouble ? [...found, healthProblem('The event topic', topic.trouble)] : found;
}

/**
 * Resource Manager checks the role before it checks whether the VNet exists. A role in some resource groups is also
 * enough. Then Resource Graph is asked: it refuses a caller who may read nothing in a subscription.
 */
async function subscriptionTried(
  { virtualNetworks, gateways }: HealthNeeds,
  id: string,
): Promise<Problem | undefined> {
  const problem = await tried('Resource Manager', () => virtualNetworks.tryToRead(id));
  if (problem?.code !== 'AuthorizationFailed') return problem;
  return (await tried('Resource Graph', () => gateways.addressPools([id]))) && problem;
}

async function tried(what: string, look: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    return healthProblem(what, failureOf(error));
  }
}

function healthProblem(what: string, { code, message }: Failure): Problem {
  const fix = /Give the app its role: .*$/s.exec(message)?.[0];
  return { code, message: `${what} cannot be used (${code}).${fix ? ` ${fix}` : ''}` };
}
