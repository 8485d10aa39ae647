import type { Narration } from '../../cli/telling/narration.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import type { ShownPlan } from '../../shared/deployment/shown-plan.ts';
import type { Local } from '../local/local.ts';
import { appOf } from '../rehearsal/app.ts';

/** A second ticket would replace the address pool of the first one. It waits with its plan, and is rejected. */
export async function guardrails(narration: Narration, local: Local, first: Deployment): Promise<void> {
  const { host } = local;
  const { call } = appOf(local);
  const api = async (method: string, path: string, body?: unknown) => (await call(method, path, body)).body;
  const until = (condition: (deployment: Deployment) => boolean) =>
    host.runUntil(async () => condition((await api('GET', `deployments/${id}`)) as Deployment), {
      limitMinutes: 60,
    });
  narration.say('');
  narration.say('Ticket REQ0012346 asks for the address pool 172.16.202.0/24 instead.');
  const { id } = (await api('POST', 'tickets', {
    ticket: { system: 'webhook', id: 'REQ0012346' },
    virtualNetworkId: first.virtualNetworkId,
    pointToSite: { addressPool: ['172.16.202.0/24'] },
  })) as { id: string };
  await until(({ status }) => status === 'AwaitingApproval' || isEnded(status));
  const { digest, takesAway } = (await api('GET', `deployments/${id}/plan`)) as ShownPlan & {
    readonly digest: string;
  };
  for (const { message } of takesAway)
    narration.say(`It waits for an approval, and nothing is written: ${message}`);
  narration.say(
    `Its plan: GET /api/deployments/${id}/plan, digest ${digest.slice(0, 12)}…; an approval names it.`,
  );
  await api('POST', `deployments/${id}/approval`, { approved: false, by: 'Jonas', planDigest: digest });
  await until(({ status }) => isEnded(status));
  const { status, error } = (await api('GET', `deployments/${id}`)) as Deployment;
  narration.say(`${status}: ${error?.message}`);
}
