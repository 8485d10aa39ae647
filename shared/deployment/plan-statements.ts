import { nameOf, sameId } from '../core/resource-id.ts';
import { sha256 } from '../core/sha256.ts';
import { groupText } from '../gateway/groups/differences.ts';
import type { UserGroup } from '../gateway/model.ts';
import { changeSentence } from '../nps/planned-changes.ts';
import type { AnyPlan, MigrationPart, MigrationPlan, Plan, PlannedServer, RemovalPlan } from './contract.ts';

/**
 * Everything that a plan says, with one sentence for each thing. The person who decides reads these sentences; the
 * digest is made from them; two plans are compared by them. Warnings, times and costs are not among them, because they
 * can change while the plan stays the same.
 */
export function planStatements(plan: AnyPlan): string[] {
  if ('removes' in plan) return removalStatements(plan);
  const { steps, takesAway, servers, otherServers, migration, entra } = plan;
  return [
    ...(migration ? migrationStatements(migration) : []),
    ...(entra ? [`Entra sign-in: ${entra.tenant}, for the client ${entra.audience}`] : []),
    `Virtual network: ${plan.virtualNetworkId}`,
    `Gateway: ${plan.gatewayId}, SKU ${plan.sku}, ${plan.activeActive ? 'active-active' : 'active-standby'}`,
    `GatewaySubnet: ${plan.gatewaySubnetPrefix}`,
    `Client address pool: ${sortedList(plan.addressPool)}`,
    ...(plan.groups ?? []).map((group) => `User group: ${groupText(group)}${npsText(group, plan)}`),
    `Protocols: ${sortedList(plan.protocols)}; authentication: ${sortedList(plan.authenticationTypes)}`,
    ...servers.map(
      ({ address, score, host, secretName }) =>
        `RADIUS server: ${address}, score ${score}, on ${host}, secret in Key Vault: ${secretName}`,
    ),
    ...otherServers.map(
      ({ address, score }) =>
        `RADIUS server: ${address}, score ${score}, kept as it is, on a machine that this app does not configure`,
    ),
    `Network policy: "${plan.networkPolicy}"; MFA extension: ${plan.mfaExtension}`,
    ...steps.map(({ name, action, target, changes }) => {
      // For an NPS server that was asked, every change is its own sentence.
      const isTold = name === 'nps' && servers.some(({ host, changes }) => changes && sameId(host, target));
      const what = changes?.length && !isTold ? `: ${changes.join('; ')}` : '';
      return `Step ${name}: ${action} ${target}${what}`;
    }),
    ...servers.flatMap(npsStatements),
    ...takesAway.map(({ message }) => `Removes: ${message}`),
  ];
}

const partsInWords: Readonly<Record<MigrationPart, string>> = {
  first: 'adds the new way to the old one',
  last: 'the end: the old way is removed',
  only: 'one change',
};

const migrationStatements = ({ title, part, forUsers, goBack, atTheEnd }: MigrationPlan): string[] => [
  `Migration: ${title} (${partsInWords[part]})`,
  `For users: ${forUsers}`,
  `To go back: ${goBack}`,
  ...(atTheEnd && part === 'first'
    ? [`At the end, when somebody says that users have moved: ${atTheEnd}`]
    : []),
];

/** The users for whom NPS sends the value. */
function npsText({ name }: UserGroup, { askedGroups = [] }: Plan): string {
  const asked = askedGroups.find((one) => sameId(one.name, name));
  if (!asked) return ', kept as it is';
  return asked.windowsGroup ? `, for the members of ${asked.windowsGroup}` : ', for everybody else';
}

function removalStatements({
  virtualNetworkId,
  gatewayId,
  removes,
  steps,
  servers,
  takesAway,
}: RemovalPlan): string[] {
  return [
    `Virtual network: ${virtualNetworkId}`,
    `Removal of what this app has made for the gateway ${gatewayId} (${removes.gateway})`,
    ...steps
      .filter(({ name }) => name !== 'nps')
      .map(({ name, action, target, changes = [] }) =>
        [`Step ${name}: ${action} ${target}`, ...(changes.length > 0 ? [changes.join('; ')] : [])].join(': '),
      ),
    ...servers.flatMap(npsStatements),
    ...takesAway.map(({ message }) => `Removes: ${message}`),
  ];
}

function npsStatements({
  host,
  changes,
  otherRadiusClients = 0,
}: Pick<PlannedServer, 'host' | 'changes' | 'otherRadiusClients'>): string[] {
  if (!changes) return [];
  const on = `NPS on ${nameOf(host)}`;
  return [
    `${on}: number of other RADIUS clients that use it: ${otherRadiusClients}`,
    ...changes.map((change) => `${on} [${change.id}, ${change.scope}]: ${changeSentence(change)}`),
  ];
}

const sortedList = (values: readonly string[]) => [...values].sort().join(', ') || 'none';

/** SHA-256 over the statements. An approval names it, so that it is for this plan and no other. */
export function planDigest(plan: AnyPlan): string {
  return sha256(JSON.stringify(planStatements(plan)));
}

/** What the new plan says and the plan before did not, and what it no longer says. */
export function planDifferences(before: AnyPlan, after: AnyPlan): string[] {
  const [old, now] = [planStatements(before), planStatements(after)];
  return [
    ...old.filter((one) => !now.includes(one)).map((one) => `no more: ${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `new: ${one}`),
  ];
}
