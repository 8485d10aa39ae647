import type { Failure, Problem } from '../core/errors.ts';
import type { AddressMap } from '../gateway/address-map.ts';
import type { UserNotice } from '../gateway/changes/effects.ts';
import type { AskedGroup } from '../gateway/groups/wished-groups.ts';
import type {
  ConnectedNetwork,
  EntraSignIn,
  GatewayForm,
  PublicIpAddress,
  RadiusServer,
  RouteTable,
  TakenAway,
  TakenPrefixes,
  UserGroup,
  VirtualNetwork,
  VpnGateway,
} from '../gateway/model.ts';
import type { NpsExtras, NpsHostStatus, RadiusServerWish } from '../nps/model.ts';
import type { PlannedNpsChange } from '../nps/planned-changes.ts';
import type { SecretReference, ServerSecret } from '../secret/model.ts';
import type { FoundSecret } from '../secret/radius-secret.ts';
import type { SignInGap } from '../secret/sign-in-gap.ts';
import type { ApprovalReason, Guardrails } from './guardrails/guardrails.ts';
import type { VpnGatewayRequest } from './request.ts';

/** Where a ticket came from and where its answer goes. */
export interface TicketReference {
  readonly system: 'servicenow' | 'jira' | 'webhook';
  readonly id: string;
  readonly callbackUrl?: string | undefined;
}

/** What is told to the ticket. `id` is the same for every attempt to tell the same thing, so that a receiver can drop repeats. */
export interface TicketAnswer {
  readonly id: string;
  readonly deploymentId: string;
  readonly virtualNetworkId: string;
  readonly status:
    | 'Refused'
    | 'Running'
    | 'AwaitingApproval'
    | 'Succeeded'
    | 'Failed'
    | 'Canceled'
    | 'Rejected';
  /** Plain sentences for a person: what was done, or which step failed, why and what to do. */
  readonly text: string;
  readonly at: string;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly error?:
    | {
        readonly code: string;
        readonly message: string;
        readonly target?: string | undefined;
        readonly details?: readonly Problem[];
      }
    | undefined;
}

/** Something that subscribers are told of. `id` is the same for every attempt, so that a subscriber can drop repeats. */
export interface OutgoingEvent {
  readonly id: string;
  readonly type:
    | 'VpnRadius.Deployment.Succeeded'
    | 'VpnRadius.Deployment.Failed'
    | 'VpnRadius.Deployment.AwaitingApproval'
    | 'VpnRadius.Compliance.Completed'
    | 'VpnRadius.Secret.Rotated';
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Order {
  readonly request: VpnGatewayRequest;
  /** Tells two wishes for one VNet apart. */
  readonly fingerprint: string;
  /** Who was signed in with the ticket: they cannot approve it themselves. */
  readonly requestedBy?: { readonly id: string; readonly name: string };
  /** What the ticket system, and Entra as far as it tells, know whoever asked by. */
  readonly requesterIds?: readonly string[];
  /** Set on a repair: the request that the gateway was deployed with, which stays what is asked of it. */
  readonly repairs?: VpnGatewayRequest;
  /** Set on a rotation: the request is then what the gateway has already. */
  readonly rotates?: Rotation;
  /** Set on a removal: the request then says no more than which gateway it is about. */
  readonly removes?: Removal;
  /** Set on a migration: the request then holds what its path asks for, and leaves the rest as the gateway has it. */
  readonly migrates?: Migration;
  /** Whoever ordered it has read the VNet: that it is gone is then no answer to act on. */
  readonly isSeen?: boolean;
  /** Set when an event began it: how often it has been, because it failed for a passing reason. */
  readonly tries?: number;
  /** Set when the wish could not be read, as with a wrong tag: the deployment then only says so. */
  readonly refused?: Failure;
}

/** A new shared secret for a gateway and its NPS servers, and nothing else. */
export interface Rotation {
  readonly gatewayId: string;
  /** The version that must not be used any longer, as it is about to expire. */
  readonly replaces?: SecretReference;
  /** What an earlier rotation stored and did not bring everywhere. */
  readonly carriesOn?: readonly ServerSecret[];
}

/** What the app has made for a gateway is taken away, and nothing else. */
export interface Removal {
  readonly gatewayId: string;
  /** The gateway stays, with its addresses and subnet: point-to-site alone is taken from it. */
  readonly keepsGateway?: boolean;
  /** Azure has told that somebody else deleted the gateway or its VNet: what is left elsewhere. */
  readonly isGone?: boolean;
  /** Users sign in with Microsoft Entra ID by now: the gateway stays with point-to-site, and RADIUS alone goes. */
  readonly onlyRadius?: boolean;
}

export const migrationPathNames = [
  'az-sku',
  'standard-public-ip',
  'without-sstp',
  'to-radius',
  'second-server',
  'own-policy',
  'own-secrets',
  'to-entra',
] as const;

export type MigrationPathName = (typeof migrationPathNames)[number];

/** The gateway goes a path of `shared/deployment/migration/paths.ts`. */
export interface Migration {
  readonly gatewayId: string;
  readonly path: MigrationPathName;
  /** Of the path `without-sstp`: what the gateway has in the end. */
  readonly protocols?: readonly string[];
  /** Of the path `to-entra`. */
  readonly entra?: EntraSignIn;
  /** Users have moved: what is planned is the end of the path. */
  readonly isLastPart?: boolean;
}

/**
 * Where users have to move, the old way stays beside the new one until somebody says that they have: `first` brings the new
 * way, `last` takes the old one away. `only`: it is one change.
 */
export type MigrationPart = 'first' | 'last' | 'only';

/** What of a plan is about its path, in words for whoever decides. */
export interface MigrationPlan {
  readonly path: MigrationPathName;
  readonly part: MigrationPart;
  readonly title: string;
  readonly forUsers: string;
  readonly goBack: string;
  /** What goes once users have moved. */
  readonly atTheEnd?: string;
  readonly source: string;
}

/** What was read before planning. */
export interface Facts {
  readonly virtualNetwork: VirtualNetwork;
  /** Of GatewaySubnet, when it has one. */
  readonly routeTable?: RouteTable;
  /** Behind the local network gateways of the VNet's resource group, and at the other ends of `connected`. */
  readonly onPremises: readonly TakenPrefixes[];
  /** What the gateway reaches by its connections. */
  readonly connected?: readonly ConnectedNetwork[];
  /** The service that the VNet's resource group belongs to, such as an AKS cluster. */
  readonly managedBy?: string;
  /** Pools of other gateways and of deployments under way; never this VNet's own. */
  readonly takenPools: readonly TakenPrefixes[];
  /** The gateway that sits in GatewaySubnet (the VPN one, where an ExpressRoute gateway sits there too), else the one of the wished name. */
  readonly gateway?: VpnGateway;
  /** Those of `publicIpIds(…)` that exist. */
  readonly publicIps: readonly PublicIpAddress[];
  /** What the gateway was deployed with last, by this app: which machines its servers are, where the request names none. */
  readonly asked?: VpnGatewayRequest;
  /** The RADIUS servers, by address, for which the gateway holds another secret than Key Vault has. */
  readonly replacedSecrets?: readonly string[];
  /** In the order of `serversOf(…).servers`; undefined (null after JSON) where there is no such machine. */
  readonly npsHosts: readonly (NpsHostStatus | null | undefined)[];
  /** Those of `possibleSecretNames(…)` that exist in Key Vault; no value is among the facts. */
  readonly secrets: readonly FoundSecret[];
  /** Nothing is asked for but a new shared secret. */
  readonly rotates?: boolean;
  readonly migrates?: Migration;
}

/** What the settings say where the request says nothing. */
export interface PlanDefaults {
  readonly sku: string;
  readonly p2sPoolSupernet: string;
  readonly radiusServers: readonly RadiusServerWish[];
  readonly guardrails: Guardrails;
  /** Whether the settings name an installer of the MFA extension. */
  readonly mfaInstaller?: boolean;
  readonly npsExtras?: NpsExtras;
}

/** Why somebody is asked before a plan is carried out. */
export interface ReasonToAsk {
  readonly reason: ApprovalReason | 'ticket' | 'removal' | 'migration';
  readonly message: string;
}

export interface PlannedServer extends RadiusServerWish {
  readonly score: number;
  /** Of the Key Vault secret that it shares with the gateway. */
  readonly secretName: string;
  readonly kind: NpsHostStatus['kind'];
  readonly location: string;
  /** What `Set` will change on its NPS, as the server itself tells; undefined while it has not been asked. */
  readonly changes?: readonly PlannedNpsChange[];
  /** How many RADIUS clients of others use its NPS. */
  readonly otherRadiusClients?: number;
  /** By which its secret is encrypted for its NPS alone; undefined where that did not tell one. */
  readonly secretKey?: string;
  /** Ids of the changes of its NPS that `Set` makes, and no more; undefined: what asks for approval is left and told. */
  readonly approvedChanges?: readonly string[];
}

export interface Plan {
  readonly virtualNetworkId: string;
  readonly gatewayId: string;
  readonly location: string;
  readonly gatewaySubnetId: string;
  readonly gatewaySubnetPrefix: string;
  readonly publicIpIds: readonly string[];
  /** The gateway as the plan found it; undefined where there is none. */
  readonly gatewayBefore?: GatewayForm;
  /** For the public IP addresses that are created. */
  readonly zones: readonly string[];
  readonly sku: string;
  readonly activeActive: boolean;
  readonly addressPool: readonly string[];
  /** Set when the pool was chosen here, so that another may be chosen when it is claimed first. */
  readonly poolChoice?: { readonly supernet: string; readonly avoid: readonly string[] };
  readonly protocols: readonly string[];
  readonly authenticationTypes: readonly string[];
  /** Set where users are to sign in with Microsoft Entra ID too. */
  readonly entra?: EntraSignIn;
  /** Ways to sign in that are taken off the gateway with their settings. */
  readonly endsSignIn?: readonly string[];
  readonly migration?: MigrationPlan;
  /** All user groups that the gateway is to have; undefined: it has none. */
  readonly groups?: readonly UserGroup[];
  /** Those that requests ask for, in the order in which NPS decides; undefined: none ever was, and NPS is not looked at for them. */
  readonly askedGroups?: readonly AskedGroup[];
  /** As `poolChoice`, for each group whose pool was chosen here. */
  readonly groupPoolChoices?: Readonly<
    Record<string, { readonly supernet: string; readonly avoid: readonly string[] }>
  >;
  /** Those whose NPS is configured. */
  readonly servers: readonly PlannedServer[];
  /** Those that the gateway has and of which nobody knows the machine: they stay on it, with the secret that they have. */
  readonly otherServers: readonly RadiusServer[];
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'install' | 'skip';
  /** What the settings add to the desired state of the NPS servers. */
  readonly npsExtras?: NpsExtras;
  readonly steps: readonly PlanStep[];
  /** What the gateway has and would lose, or get another of. */
  readonly takesAway: readonly TakenAway[];
  /** What the users of a gateway that is there notice; `takesAway` and some warnings say parts of it again. */
  readonly usersNotice: readonly UserNotice[];
  readonly warnings: readonly Problem[];
  /** Empty: it is carried out without asking anybody. */
  readonly reasonsToAsk: readonly ReasonToAsk[];
  readonly estimatedMinutes: number;
  /** US dollars for the gateway that is created or gets another SKU; only where somebody is to decide on it. */
  readonly estimatedMonthlyCost?: number;
}

/** What a removal takes away, all of it made by this app and recorded. */
export interface RemovalPlan {
  readonly virtualNetworkId: string;
  readonly gatewayId: string;
  readonly removes: {
    /** `gone`: there is none any more. `keep`: it has no point-to-site any more, and is not to be deleted. */
    readonly gateway: 'delete' | 'withoutPointToSite' | 'withoutRadius' | 'gone' | 'keep';
    readonly publicIpIds: readonly string[];
    readonly gatewaySubnetId?: string;
    readonly secrets: readonly RemovedSecret[];
  };
  readonly servers: readonly RemovalServer[];
  readonly steps: readonly PlanStep[];
  readonly takesAway: readonly TakenAway[];
  readonly warnings: readonly Problem[];
  readonly reasonsToAsk: readonly ReasonToAsk[];
  readonly estimatedMinutes: number;
}

export interface RemovedSecret {
  readonly name: string;
  /** Those to disable. */
  readonly versions: readonly string[];
  /** Whether every version is the app's own: then the secret is deleted, and can be recovered as long as the vault keeps it. */
  readonly isWhole: boolean;
}

/** An NPS server from which what was made for the gateway is removed. */
export interface RemovalServer {
  readonly host: string;
  readonly kind: NpsHostStatus['kind'];
  readonly location: string;
  /** The name and the prefix of the gateway's RADIUS client. */
  readonly client: string;
  readonly prefix: string;
  /** Ids of the changes that the records allow. */
  readonly allowed: readonly string[];
  /** An enabled secret that the server may quote: its texts are told without it. */
  readonly secret?: SecretReference;
  /** What is removed, as the server itself tells; undefined while it has not been asked. */
  readonly changes?: readonly PlannedNpsChange[];
  readonly otherRadiusClients?: number;
}

export type AnyPlan = Plan | RemovalPlan;

export type Planned = {
  readonly takesAway: readonly TakenAway[];
  readonly usersNotice: readonly UserNotice[];
  readonly warnings: readonly Problem[];
  /** Undefined where the VNet could not be read. */
  readonly addresses?: AddressMap;
} & (
  | { readonly plan: Plan; readonly problems: readonly [] }
  | { readonly plan?: undefined; readonly problems: readonly [Problem, ...Problem[]] }
);

export interface PlanStep {
  readonly name: 'gatewaySubnet' | 'publicIp' | 'radiusSecret' | 'gateway' | 'nps' | 'pointToSite';
  readonly action: 'create' | 'update' | 'keep' | 'delete';
  /** A resource id, or the name of the Key Vault secret. */
  readonly target: string;
  readonly changes?: readonly string[];
  /** Set where every change only gives back what is missing, and users keep what they have. */
  readonly givesBack?: true;
}

/** A plan before its steps are known. */
export type PlanOutline = Omit<
  Plan,
  'steps' | 'takesAway' | 'usersNotice' | 'warnings' | 'reasonsToAsk' | 'estimatedMinutes'
>;

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

/** Besides them, a migration waits until users have moved, and then takes the old way away. */
export type StageName = (typeof stageNames)[number] | 'goAhead' | 'lastPart';

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
  /** How often the step was tried that failed for a passing reason, and what it failed of last. */
  readonly attempt?: number;
  readonly lastError?: Omit<Failure, 'details' | 'transient' | 'retryAfterSeconds'>;
  /** Set while nothing happens but waiting for the next attempt. */
  readonly waitingSince?: string;
  readonly nextTryAt?: string;
}

export interface DeploymentResult {
  readonly gatewayId: string;
  readonly gatewaySubnet: string;
  readonly publicIpAddresses: readonly string[];
  readonly radiusClient: string;
  readonly networkPolicy: string;
  /** Of the first server; `secrets` has all of them. */
  readonly secretVersion: string;
  /** After a rotation: the version before, which Key Vault keeps. */
  readonly previousSecretVersion?: string;
  readonly secrets: readonly ServerSecret[];
  /** Of a rotation of a gateway with an only RADIUS server. */
  readonly signInGap: SignInGap;
  readonly changes: readonly string[];
  /** What users notice of the changes. */
  readonly usersNotice?: readonly string[];
  /** What a removal may take away again: it leaves all that no record says this app has made. */
  readonly made: readonly Made[];
  /** Of a removal, of a migration that ends with one, and user groups that a ticket no longer asks for. */
  readonly removed: readonly Made[];
  /** Of a migration alone: how to go back from what it has brought. */
  readonly migration: MigrationPlan;
}

/** What became of an event that the topic did not take at once: `trying` goes on for a day, and the record gets the end of it. */
export interface EventTold {
  readonly id: string;
  readonly type: OutgoingEvent['type'];
  readonly at: string;
  readonly outcome: 'trying' | 'arrived' | 'failed';
  readonly failure?: Failure | undefined;
}

/** What was found when both sides were read back after everything was written. */
export interface Verification {
  /** What is not as planned; then the deployment has failed. */
  readonly problems: readonly Problem[];
  readonly servers: readonly {
    readonly host: string;
    readonly address: string;
    /** What it answered over RADIUS, where it was asked. */
    readonly radius?: string | undefined;
    /** Rules of docs/rules.md that it breaks and that stop no deployment. */
    readonly open: readonly string[];
  }[];
}

/** Something that the app has made for a gateway. `id` is a resource id, or the name in Key Vault or on the NPS server. */
export type Made =
  | {
      readonly what: 'gatewaySubnet' | 'publicIp' | 'gateway' | 'pointToSite' | 'userGroup';
      readonly id: string;
    }
  | { readonly what: 'secret'; readonly id: string; readonly version: string }
  | {
      /** `groupPolicies`: those of all user groups of the RADIUS client that `id` names. */
      readonly what: 'radiusClient' | 'networkPolicy' | 'groupPolicies' | 'firewallRule';
      readonly id: string;
      /** The machine of the NPS server. */
      readonly host: string;
    };

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
  /** Of the plan that `GET /deployments/{id}/plan` shows. */
  readonly planDigest?: string;
  /** While it waits for an approval: when it is rejected because nobody has decided. */
  readonly decideBy?: string;
  readonly result?: Partial<DeploymentResult>;
  readonly error?: Omit<Failure, 'transient' | 'retryAfterSeconds'>;
}

/** The custom status of a deployment: what is shown of it besides its input and its end. */
export interface Progress {
  readonly stages: readonly Stage[];
  readonly startedAt: string;
  readonly awaitingApproval?: boolean;
  /** Of the plan that is carried out, or that somebody is to decide on. */
  readonly planDigest?: string;
  /** When the request is rejected because nobody has decided. */
  readonly decideBy?: string;
  /** What was estimated when the work began, at `countedFrom`; time that was only waited is not counted. */
  readonly expectedEndAt?: string;
  readonly countedFrom?: string;
  readonly waitedMilliseconds?: number;
  /** Sub-orchestrations that run now, so that their ends show at once and a cancel reaches them. */
  readonly branches?: readonly string[];
  /** Those that have ended: how often they tried, and what failed last, stays to be told. */
  readonly pastBranches?: readonly string[];
  /** The orchestration that goes on trying to deliver the answer. */
  readonly delivery?: string;
  readonly addressPool?: TakenPrefixes;
  readonly result?: Partial<DeploymentResult>;
  /** These are no part of the custom status: the record has them. */
  readonly verification?: Verification;
  readonly events?: readonly EventTold[];
}

/** The custom status of a sub-orchestration: what it waits for, and how long it has only waited so far. */
export interface BranchProgress {
  readonly waiting?: Pick<Stage, 'attempt' | 'lastError' | 'waitingSince' | 'nextTryAt'>;
  readonly waitedMilliseconds: number;
}

/** How a deployment ended, and at which stage when it did not succeed. */
export interface Ending {
  readonly status: Extract<DeploymentStatus, 'Succeeded' | 'Failed' | 'Canceled' | 'Rejected'>;
  readonly failure?: Failure | undefined;
  readonly stage?: StageName | undefined;
}
