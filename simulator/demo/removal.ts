import { tellStages } from '../../cli/telling/narration.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import type { ShownPlan } from '../../shared/deployment/shown-plan.ts';
import { startLocal } from '../local/local.ts';
import { narrationFor } from './demo.ts';
import type { DemoOptions } from './options.ts';
import { watchable } from './pace.ts';
import { trigger } from './trigger.ts';

/** Tells the way back: a gateway is deployed, its removal shows what goes, waits for an approval, and takes away that alone. */
export async function runRemovalDemo(options: DemoOptions, out: NodeJS.WriteStream): Promise<boolean> {
  const local = await startLocal({ seed: 'demo', stateDir: options.state });
  const { host, clock, world } = local;
  const narration = narrationFor(options, out, () => clock.now());
  const keepUp = options.pace > 0 ? watchable(clock, options.pace) : async () => {};
  const api = async <T>(method: string, path: string, body?: unknown) =>
    (await (
      await host.fetch(`/api/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
    ).json()) as T;
  const told = async (id: string, until: (deployment: Deployment) => boolean) => {
    let stages: Deployment['stages'] = [];
    await host.runUntil(
      async () => {
        const deployment = await api<Deployment>('GET', `deployments/${id}`);
        stages = tellStages(narration, stages, deployment);
        if (until(deployment)) return true;
        await keepUp();
        return false;
      },
      { limitMinutes: 600 },
    );
    return api<Deployment>('GET', `deployments/${id}`);
  };
  try {
    await trigger('ticket', local, narration);
    const made = () => host.durable.instances().find(({ name }) => name === 'provisionVpnGateway')!;
    await host.runUntil(() => made() !== undefined, { limitMinutes: 10 });
    const deployed = await told(made().instanceId, ({ status }) => isEnded(status));
    const virtualNetworkGatewayId = deployed.result!.gatewayId!;
    narration.say('');
    narration.say('Later the gateway is not needed any more: POST /api/removals.');
    const { id } = await api<{ id: string }>('POST', 'removals', { virtualNetworkGatewayId });
    await told(id, ({ status }) => status === 'AwaitingApproval' || isEnded(status));
    const plan = await api<ShownPlan>('GET', `deployments/${id}/plan`);
    for (const { message } of plan.takesAway) narration.say(`Takes away: ${message}`);
    narration.say(`It always waits for an approval; Jonas approves the plan ${plan.digest.slice(0, 12)}….`);
    await api('POST', `deployments/${id}/approval`, { approved: true, by: 'Jonas', planDigest: plan.digest });
    const removed = await told(id, ({ status }) => isEnded(status));
    for (const change of removed.result?.changes ?? []) narration.say(`  gone      ${change}`);
    const clients = world.npsServers.get('nps-01')!.state().radiusClients;
    narration.say(`RADIUS clients left on nps-01: ${clients.map(({ name }) => name).join(', ') || 'none'}`);
    narration.end({ outcome: removed.status, removed: removed.result?.removed?.length ?? 0 });
    return removed.status === 'Succeeded';
  } finally {
    await local.close();
  }
}
