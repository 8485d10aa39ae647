import type { Problem } from '../../core/errors.ts';
import { only } from '../../core/finding.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { existingGatewaySubnet } from '../../gateway/gateway-subnet.ts';
import type { TakenAway } from '../../gateway/model.ts';
import type { PlanStep, ReasonToAsk, Removal, RemovalPlan, RemovedSecret } from '../contract.ts';
import { usersMoved } from '../guardrails/reasons-to-ask.ts';
import { removalFindings, sharedUses } from './checks.ts';
import { type RemovalFacts, recordedAs } from './facts.ts';
import { type GatewayFate, gatewayFate } from './gateway-fate.ts';
import { npsHostsLeft, removalServers } from './nps-servers.ts';

export type PlannedRemoval =
  | { readonly plan: RemovalPlan; readonly problems: readonly [] }
  | { readonly plan?: undefined; readonly problems: readonly Problem[] };

/** What would be removed, or every problem at once. What the NPS servers report is added later. */
export function makeRemovalPlan(facts: RemovalFacts, removal: Removal): PlannedRemoval {
  const { virtualNetworkId, gatewayId } = facts;
  const problems = only('problem', [...removalFindings(facts, removal), ...sharedUses(facts)]);
  if (problems.length > 0) return { problems };
  const gateway = gatewayFate(facts, removal);
  const { free, kept } = publicIps(facts, gateway);
  const subnet = gatewaySubnet(facts, gateway);
  const secrets = removedSecrets(facts);
  const servers = removalServers(facts);
  const gatewaySteps: readonly PlanStep[] = gatewayRemovalStep(gateway, gatewayId);
  const steps: PlanStep[] = [
    ...gatewaySteps,
    ...servers.map(({ host }): PlanStep => ({ name: 'nps', action: 'update', target: host })),
    ...secrets.map(secretStep),
    ...free.map((id): PlanStep => ({ name: 'publicIp', action: 'delete', target: id })),
    ...(subnet.id ? [{ name: 'gatewaySubnet', action: 'delete', target: subnet.id } as const] : []),
  ];
  return {
    plan: {
      virtualNetworkId,
      gatewayId,
      removes: {
        gateway,
        publicIpIds: free,
        ...(subnet.id && { gatewaySubnetId: subnet.id }),
        secrets,
      },
      servers,
      steps,
      takesAway: removalTakesAway(facts, gateway, { free, secrets, subnetId: subnet.id }),
      warnings: [...kept, ...subnet.kept, ...npsHostsLeft(facts), ...secretsLeft(facts, secrets)],
      reasonsToAsk: [removal.onlyRadius ? usersMoved : mayBeNeeded],
      estimatedMinutes: minutesOf(gateway) + (servers.length > 0 ? 10 : 0) + 2,
    },
    problems: [],
  };
}

const mayBeNeeded: ReasonToAsk = {
  reason: 'removal',
  message: 'A removal removes what users may need, so another person must decide on it.',
};

function gatewayRemovalStep(fate: GatewayFate, target: string): readonly PlanStep[] {
  if (fate === 'delete') return [{ name: 'gateway', action: 'delete', target }];
  if (fate === 'withoutPointToSite') return [{ name: 'pointToSite', action: 'delete', target }];
  if (fate === 'withoutRadius')
    return [{ name: 'pointToSite', action: 'update', target, changes: ['RADIUS is switched off'] }];
  return [
    {
      name: 'gateway',
      action: 'keep',
      target,
      changes: [fate === 'gone' ? 'does not exist any more' : 'stays'],
    },
  ];
}

/**
 * The addresses that become free when the gateway is deleted. An address that somebody else uses now belongs to them.
 */
function publicIps(facts: RemovalFacts, fate: GatewayFate) {
  if (fate !== 'delete' && fate !== 'gone') return { free: [], kept: [] };
  const inUse = (usedBy: string | undefined) =>
    usedBy !== undefined && !usedBy.toLowerCase().startsWith(`${facts.gatewayId.toLowerCase()}/`);
  const used = facts.publicIps.filter(({ usedBy }) => inUse(usedBy));
  return {
    free: facts.publicIps.filter((one) => !used.includes(one)).map(({ id }) => id),
    kept: used.map(
      ({ id, usedBy }): Problem => ({
        code: 'PublicIpKept',
        message: `${usedBy} now uses the public IP address ${nameOf(id)}, so it stays.`,
        target: id,
      }),
    ),
  };
}

function gatewaySubnet(
  facts: RemovalFacts,
  fate: GatewayFate,
): { readonly id?: string; readonly kept: Problem[] } {
  const subnet = facts.virtualNetwork && existingGatewaySubnet(facts.virtualNetwork);
  const isRecorded = recordedAs(facts, 'gatewaySubnet').some(
    ({ made }) => subnet && sameId(made.id, subnet.id),
  );
  if (!subnet || !isRecorded || (fate !== 'delete' && fate !== 'gone')) return { kept: [] };
  const others = [...subnet.gatewayIds, ...(subnet.routeServerIds ?? [])].filter(
    (id) => !sameId(id, facts.gatewayId),
  );
  if (others.length === 0) return { id: subnet.id, kept: [] };
  const message = `GatewaySubnet also contains ${others.map(nameOf).join(' and ')}, so it stays.`;
  return { kept: [{ code: 'GatewaySubnetKept', message, target: subnet.id }] };
}

/** The versions that this app stored. The secret itself is deleted only when it has no other version. */
function removedSecrets(facts: RemovalFacts): RemovedSecret[] {
  const own = recordedAs(facts, 'secret').flatMap(({ made }) => (made.what === 'secret' ? [made] : []));
  return facts.secrets.flatMap(({ name, versions }): RemovedSecret[] => {
    const isOwn = (version: string) => own.some((made) => sameId(made.id, name) && made.version === version);
    const recorded = versions.filter(({ version }) => isOwn(version));
    const isWhole = recorded.length === versions.length;
    const enabled = recorded.filter((one) => one.enabled).map(({ version }) => version);
    return recorded.length === 0 || (!isWhole && enabled.length === 0)
      ? []
      : [{ name, versions: enabled, isWhole }];
  });
}

function secretsLeft({ secrets }: RemovalFacts, removed: readonly RemovedSecret[]): Problem[] {
  return secrets.flatMap(({ name, versions }) => {
    if (versions.length === 0 || removed.some((one) => one.name === name && one.isWhole)) return [];
    const message = `The Key Vault secret ${name} has versions that this app did not store, so it stays. The versions that the app stored are disabled.`;
    return [{ code: 'SecretKept', message, target: name }];
  });
}

const secretStep = ({ name, versions, isWhole }: RemovedSecret): PlanStep => ({
  name: 'radiusSecret',
  action: isWhole ? 'delete' : 'update',
  target: name,
  changes: [
    ...(versions.length > 0 ? [`disabled: ${versions.join(', ')}`] : []),
    ...(isWhole ? ['deleted; Key Vault can still recover it'] : []),
  ],
});

function removalTakesAway(
  { gateway, gatewayId }: RemovalFacts,
  fate: GatewayFate,
  rest: {
    readonly free: readonly string[];
    readonly secrets: readonly RemovedSecret[];
    readonly subnetId: string | undefined;
  },
): TakenAway[] {
  const pool = gateway?.pointToSite?.addressPool.join(', ');
  const users = `nobody can connect to the virtual network through it any more${pool ? ` (client addresses ${pool})` : ''}`;
  return [
    ...(fate === 'delete'
      ? [
          {
            what: 'gateway',
            target: gatewayId,
            message: `The gateway ${nameOf(gatewayId)} is deleted: ${users}. A new gateway takes about 45 minutes and has another address.`,
          } as const,
        ]
      : []),
    ...(fate === 'withoutPointToSite'
      ? [
          {
            what: 'pointToSite',
            target: gatewayId,
            message: `Point-to-site is removed from ${nameOf(gatewayId)}: ${users}. The gateway stays with everything else.`,
          } as const,
        ]
      : []),
    ...(fate === 'withoutRadius'
      ? [
          {
            what: 'authenticationType',
            target: 'Radius',
            message: `RADIUS is removed from ${nameOf(gatewayId)}. Users who still sign in by RADIUS cannot connect any more${withIkeV2(gateway) ? ', and nobody can connect over IKEv2' : ''}. Users who sign in with Microsoft Entra ID notice a short interruption.`,
          } as const,
        ]
      : []),
    ...rest.secrets.map(({ name }) => ({
      what: 'secret' as const,
      target: name,
      message: `The shared secret ${name} is disabled in Key Vault.`,
    })),
    ...rest.free.map((id) => ({
      what: 'publicIpAddress' as const,
      target: id,
      message: `The public IP address ${nameOf(id)} is deleted. Azure may give it to somebody else, so you cannot get it again.`,
    })),
    ...(rest.subnetId
      ? [{ what: 'gatewaySubnet' as const, target: rest.subnetId, message: 'GatewaySubnet is deleted.' }]
      : []),
  ];
}

/** Rather too high than too low. */
const minutesOf = (fate: GatewayFate) =>
  ({ delete: 30, withoutPointToSite: 5, withoutRadius: 5, gone: 1, keep: 1 })[fate];

const withIkeV2 = (gateway: RemovalFacts['gateway']) =>
  gateway?.pointToSite?.protocols.some((protocol) => sameId(protocol, 'IkeV2')) ?? false;
