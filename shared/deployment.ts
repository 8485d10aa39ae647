import type { Problem } from './errors.ts';
import type { TicketReference } from './ports.ts';
import { parseResourceId, shortHash } from './resource-id.ts';

export const stageNames = [
  'plan',
  'approval',
  'gatewaySubnet',
  'publicIp',
  'radiusSecret',
  'gateway',
  'nps',
  'pointToSite',
  'verify',
  'answer',
] as const;

export type StageName = (typeof stageNames)[number];

export type DeploymentStatus =
  | 'Pending'
  | 'AwaitingApproval'
  | 'Running'
  | 'Succeeded'
  | 'Failed'
  | 'Canceled'
  | 'Rejected';

/** Times are ISO 8601 in UTC. */
export interface Stage {
  readonly name: StageName;
  readonly status: 'Pending' | 'Running' | 'Succeeded' | 'Skipped' | 'Failed';
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly detail?: string;
}

export interface DeploymentResult {
  readonly gatewayId: string;
  readonly gatewaySubnet: string;
  readonly publicIpAddresses: readonly string[];
  readonly radiusClient: string;
  readonly networkPolicy: string;
  readonly secretVersion: string;
  /** After a rotation: the version before, which Key Vault keeps. */
  readonly previousSecretVersion?: string;
  readonly changes: readonly string[];
}

/** A deployment as the API shows it. */
export interface Deployment {
  readonly id: string;
  readonly ticket: TicketReference;
  readonly virtualNetworkId: string;
  readonly status: DeploymentStatus;
  readonly percent: number;
  readonly startedAt: string;
  readonly expectedEndAt: string | null;
  readonly endedAt: string | null;
  readonly stages: readonly Stage[];
  readonly result?: Partial<DeploymentResult>;
  readonly error?: Problem;
}

/** The instance id of the deployment of a VNet: one for each VNet, whatever the case in which an event or a ticket writes its id. */
export function deploymentId(virtualNetworkId: string): string {
  return `vpn-${lastNameAndHash(virtualNetworkId, 40)}`;
}

export function gatewayInstanceId(gatewayId: string): string {
  return `gateway-${lastNameAndHash(gatewayId, 40)}`;
}

/** Instance ids must not hold `/ \ # ?` or control characters; Azure's names also hold dots, underscores and parentheses. */
function lastNameAndHash(id: string, length: number): string {
  const name = parseResourceId(id)?.names.at(-1) ?? 'unknown';
  const safe = name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `${safe.slice(0, length)}-${shortHash(id)}`;
}
