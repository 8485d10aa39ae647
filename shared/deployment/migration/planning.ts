import type { Finding } from '../../core/finding.ts';
import { problem } from '../../core/finding.ts';
import { sameId } from '../../core/resource-id.ts';
import { authenticationTypes } from '../../gateway/authentication-types.ts';
import type { GatewayWish, VpnGateway } from '../../gateway/model.ts';
import type { Facts, MigrationPart, MigrationPlan, PlanStep } from '../contract.ts';
import type { MigrationPath, PathFacts } from './path.ts';
import { pathOf } from './paths.ts';

/** A plan that follows a path: what the path changes of the wish, its findings, and its description. */
export interface OnPath {
  readonly isOfGatewayAlone: boolean;
  readonly told: MigrationPlan;
  readonly wish: (wish: GatewayWish) => GatewayWish;
  readonly findings: readonly Finding[];
  /** Whether a finding of the plan is one that this path exists to fix. */
  readonly fixes: (finding: Finding) => boolean;
  readonly steps: (steps: readonly PlanStep[]) => readonly PlanStep[];
}

export function onPath(
  { migrates, ...facts }: Facts,
  gateway: VpnGateway,
  secretNames: PathFacts['secretNames'],
): OnPath | undefined {
  if (!migrates) return undefined;
  const path = pathOf(migrates.path);
  const looked: PathFacts = {
    gateway,
    virtualNetwork: facts.virtualNetwork,
    publicIps: facts.publicIps.filter(({ id }) => gateway.publicIpIds.some((own) => sameId(own, id))),
    asked: facts.asked,
    migration: migrates,
    secretNames,
  };
  const part = migrationPart(path, looked, migrates.isLastPart ?? false);
  const isOfGatewayAlone = path.isOfGatewayAlone?.(looked, part) ?? false;
  return {
    isOfGatewayAlone,
    told: toldMigration(path, part),
    wish: (wish) => path.wish?.(isOfGatewayAlone ? asItIs(wish, gateway) : wish, looked, part) ?? wish,
    findings: [...path.findings(looked)].filter(
      // Somebody else may have removed the old way while users moved.
      ({ code }) => part !== 'last' || code !== 'MigrationNotNeeded',
    ),
    fixes: ({ code }) =>
      path.fixes?.includes(code) || (isOfGatewayAlone && code === 'AuthenticationTypeInTheWay'),
    steps: (steps) => (path.name === 'standard-public-ip' ? withAddresses(steps, looked, part) : steps),
  };
}

/** A path needs a gateway that exists. Without one, the plan would create a gateway. */
export const gatewayMissing = (gatewayId: string): Finding =>
  problem('GatewayMissing', `There is no VPN gateway ${gatewayId} to migrate.`, 'virtualNetworkGatewayId');

function migrationPart(path: MigrationPath, facts: PathFacts, isLast: boolean): MigrationPart {
  if (!path.atTheEnd || !path.isSideBySide?.(facts)) return 'only';
  return isLast ? 'last' : 'first';
}

function toldMigration(path: MigrationPath, part: MigrationPart): MigrationPlan {
  const { name, title, forUsers, goBack, atTheEnd, source } = path;
  return {
    path: name,
    part,
    title,
    forUsers,
    goBack,
    ...(part !== 'only' && atTheEnd && { atTheEnd }),
    source,
  };
}

/** The wish with nothing changed, also where a ticket would be refused. */
const asItIs = (wish: GatewayWish, { pointToSite, ...gateway }: VpnGateway): GatewayWish => ({
  ...wish,
  sku: gateway.sku,
  activeActive: gateway.activeActive,
  publicIpIds: gateway.publicIpIds,
  pointToSite: pointToSite
    ? { ...pointToSite, authenticationTypes: authenticationTypes(pointToSite) }
    : wish.pointToSite,
});

/** Azure migrates the addresses by an operation of the gateway, which is not a write that a plan would list. */
function withAddresses(
  steps: readonly PlanStep[],
  { publicIps }: PathFacts,
  part: MigrationPart,
): readonly PlanStep[] {
  const basic = publicIps.filter(({ sku }) => !sameId(sku, 'Standard'));
  const changes =
    part === 'last'
      ? ['the migration is committed: the Basic address is removed']
      : ['Basic becomes Standard, the address stays'];
  return steps.map((step): PlanStep => {
    if (step.name !== 'publicIp') return step;
    const isMigrated = part === 'last' || basic.some(({ id }) => sameId(id, step.target));
    return isMigrated ? { ...step, action: 'update', changes } : step;
  });
}
