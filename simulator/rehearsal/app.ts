import type { Deployment } from '../../shared/deployment/contract.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import { isObject, type JsonObject, object, text } from '../azure/wire/messages.ts';
import type { Local } from '../local/local.ts';
import { jsonOrText } from '../parsed-json.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A deployment as the API shows it, with its plan when there is one. */
export type WholeDeployment = Deployment & { readonly plan?: unknown };

/** The app, as the player of a case speaks to it. */
export interface RehearsedApp {
  call(method: string, path: string, body?: unknown, headers?: JsonObject): Promise<Answer>;
  /** Undefined when the app does not know it, or not any more. */
  deployment(id: string): Promise<WholeDeployment | undefined>;
  deployments(): Promise<readonly JsonObject[]>;
  /** Lets time pass until the deployment has ended, or waits for an approval: before that, nothing changes it. */
  runToEnd(id: string, limitMinutes: number, told: (deployment: Deployment) => void): Promise<void>;
  /** Lets time pass until a compliance run has ended. */
  runCompliance(id: string, limitMinutes: number): Promise<void>;
}

export function appOf({ host }: Local): RehearsedApp {
  const call: RehearsedApp['call'] = async (method, path, body, headers) => {
    const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await host.fetch(`/api/${path.replace(/^\/?(api\/)?/, '')}`, {
      method,
      headers: {
        ...(content !== undefined && { 'content-type': 'application/json' }),
        ...(headers as Record<string, string>),
      },
      ...(content !== undefined && { body: content }),
    });
    return { status: response.status, body: jsonOrText(await response.text()) };
  };
  const read = async (path: string) => {
    const { status, body } = await call('GET', path);
    return status === 200 && isObject(body) ? body : undefined;
  };
  const until = (condition: () => Promise<boolean>, limitMinutes: number) =>
    host.runUntil(condition, { limitMinutes });
  return {
    call,
    async deployment(id) {
      const deployment = await read(`deployments/${encodeURIComponent(id)}`);
      if (!deployment) return undefined;
      const plan = await read(`deployments/${encodeURIComponent(id)}/plan`);
      return { ...deployment, ...(plan && { plan }) } as unknown as WholeDeployment;
    },
    async deployments() {
      const { deployments } = (await read('deployments')) ?? {};
      return Array.isArray(deployments) ? deployments.filter(isObject) : [];
    },
    async runToEnd(id, limitMinutes, told) {
      await until(async () => {
        const deployment = (await read(`deployments/${encodeURIComponent(id)}`)) as unknown as Deployment;
        if (!deployment) return false;
        told(deployment);
        return isEnded(deployment.status) || deployment.status === 'AwaitingApproval';
      }, limitMinutes);
      await host.settled();
    },
    async runCompliance(id, limitMinutes) {
      await until(async () => {
        const run = await read(`compliance/runs/${encodeURIComponent(id)}`);
        return run !== undefined && text(run.status) !== 'Running';
      }, limitMinutes);
      await host.settled();
    },
  };
}

/** The digest of a plan, for an approval of it. */
export const digestOf = (deployment: WholeDeployment | undefined): string | undefined =>
  text(object(deployment?.plan).digest);
