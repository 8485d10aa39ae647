import type { Failure, Problem } from '../core/errors.ts';
import type { AddressMap } from '../gateway/address-map.ts';
import type { UserNotice } from '../gateway/changes/notice-sentences.ts';
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

/**
 * What the ticket is told. `id` is the same for every attempt to tell the same thing, so that a receiver can drop
 * repeats.
 */
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

/** An event for subscribers. `id` is the same for every attempt, so that a subscriber can drop repeats. */
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
  /** The same for two requests that want the same for one VNet, and different for any other two. */
  readonly fingerprint: string;
  /** The person who was signed in when the ticket was sent. This person cannot approve it. */
  readonly requestedBy?: { readonly id: string; readonly name: string };
  /** The ids of this person in the ticket system and, where it is known, in Entra. */
  readonly requesterIds?: readonly string[];
  /** Set on a repair: the request that the gateway was deployed with. It stays the request of this gateway. */
  readonly repairs?: VpnGatewayRequest;
  /** Set on a rotation: `request` then says what the gateway has already. */
  readonly rotates?: Rotation;
  /** Set on a removal: `request` then says only which gateway it is about. */
  readonly removes?: Removal;
  /** Set on a migration: `request` then holds what its path asks for, and leaves the rest as the gateway has it. */
  readonly migrates?: Migration;
  /**
   * The VNet (on a removal: the gateway) was read when the order was made. So one 404 right after that is not believed,
   * and the read is tried again.
   */
  readonly isSeen?: boolean;
  /**
   * Set when an event started the deployment: how often it was started before, because it failed for a reason that
   * passes.
   */
  readonly tries?: number;
  /**
   * Set when the request could not be read, for example because of a wrong tag. The deployment then only reports that.
   */
  readonly refused?: Failure;
}

/** A new shared secret for a gateway and its NPS servers, and nothing else. */
export interface Rotation {
  readonly gatewayId: string;
  /** The version that must no longer be used, because it will expire soon. */
  readonly replaces?: SecretReference;
  /** What an earlier rotation stored and did not bring to every place. */
  readonly carriesOn?: readonly ServerSecret[];
}

/** Removes what the app has made for a gateway, and nothing else. */
export interface Removal {
  readonly gatewayId: string;
  /** The gateway stays, with its addresses and subnet. Only point-to-site is taken from it. */
  readonly keepsGateway?: boolean;
  /**
   * Azure has reported that somebody else deleted the gateway or its VNet. The removal removes what is left in other
   * places.
   */
  readonly isGone?: boolean;
  /** Users now sign in with Microsoft Entra ID. The gateway keeps point-to-site, and only RADIUS is removed. */
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

/** The gateway follows a path of `shared/deployment/migration/paths.ts`. */
export interface Migration {
  readonly gatewayId: string;
  readonly path: MigrationPathName;
  /** For the path `without-sstp`: the protocols of the gateway at the end. */
  readonly protocols?: readonly string[];
  /** For the path `to-entra`. */
  readonly entra?: EntraSignIn;
  /** Users have moved: this plan is the end of the path. */
  readonly isLastPart?: boolean;
}

/**
 * When users have to move, the old way stays beside the new one until somebody says that all have moved. `first` brings
 * the new way, `last` removes the old one. `only`: one change is enough.
 */
export type MigrationPart = 'first' | 'last' | 'only';

/** The part of a plan that is about its path, in words for the person who decides. */
export interface MigrationPlan {
  readonly path: MigrationPathName;
  readonly part: MigrationPart;
  readonly title: string;
  readonly forUsers: string;
  readonly goBack: string;
  /** What is removed after users have moved. */
  readonly atTheEnd?: string;
  readonly source: string;
}

/** What was read before planning. */
export interface Facts {
  readonly virtualNetwork: VirtualNetwork;
  /** The route table of GatewaySubnet, when it has one. */
  readonly routeTable?: RouteTable;
  /**
   * The networks behind the local network gateways of the VNet's resource group, and at the other ends of `connected`.
   */
  readonly onPremises: readonly TakenPrefixes[];
  /** The networks that the gateway reaches by its connections. */
  readonly connected?: readonly ConnectedNetwork[];
  /** The service that owns the VNet's resource group, such as an AKS cluster. */
  readonly managedBy?: string;
  /** Pools of other gateways and of running deployments. The pools of this VNet are never among them. */
  readonly takenPools: readonly TakenPrefixes[];
  /**
   * The gateway in GatewaySubnet (the VPN gateway, when an ExpressRoute gateway is there too), otherwise the one of the
   * requested name.
   */
  readonly gateway?: VpnGateway;
  /** The addresses of `publicIpIds(…)` that exist. */
  readonly publicIps: readonly PublicIpAddress[];
  /**
   * The request with which this app deployed the gateway last. It says which machines the servers are, when the new
   * request does not.
   */
  readonly asked?: VpnGatewayRequest;
  /** The RADIUS servers, by address, for which the gateway holds another secret than Key Vault has. */
  readonly replacedSecrets?: readonly string[];
  /** In the order of `serversOf(…).servers`. Undefined (null after JSON) when there is no such machine. */
  readonly npsHosts: readonly (NpsHostStatus | null | undefined)[];
  /** The secrets of `possibleSecretNames(…)` that exist in Key Vault. The facts hold no value of a secret. */
  readonly secrets: readonly FoundSecret[];
  /** The request is only for a new shared secret. */
  readonly isRotation?: boolean;
  readonly migrates?: Migration;
}

/** The settings, for what the request does not say. */
export interface PlanDefaults {
  readonly sku: string;
  readonly p2sPoolSupernet: string;
  readonly radiusServers: readonly RadiusServerWish[];
  readonly guardrails: Guardrails;
  /** Whether the settings name an installer of the MFA extension. */
  readonly hasMfaInstaller?: boolean;
  readonly npsExtras?: NpsExtras;
}

/** Why somebody is asked before a plan is carried out. */
export interface ReasonToAsk {
  readonly reason: ApprovalReason | 'ticket' | 'removal' | 'migration';
  readonly message: string;
}

export interface PlannedServer extends RadiusServerWish {
  readonly score: number;
  /** The name of the Key Vault secret that the server shares with the gateway. */
  readonly secretName: string;
  readonly kind: NpsHostStatus['kind'];
  readonly location: string;
  /**
   * What `Set` will change on the server's NPS, as the server itself reports it. Undefined before the server was asked.
   */
  readonly changes?: readonly PlannedNpsChange[];
  /** How many RADIUS clients of others use the server's NPS. */
  readonly otherRadiusClients?: number;
  /** The key that encrypts the secret for this NPS alone. Undefined when the server did not give one. */
  readonly secretKey?: string;
  /**
   * Ids of the only changes of NPS that `Set` makes. Undefined: changes that need an approval are not made, and are
   * reported.
   */
  readonly approvedChanges?: readonly string[];
}

export interface Plan {
  readonly virtualNetworkId: string;
  readonly gatewayId: string;
  readonly location: string;
  readonly gatewaySubnetId: string;
  readonly gatewaySubnetPrefix: string;
  readonly publicIpIds: readonly string[];
  /** The gateway as the plan found it. Undefined when there was none. */
  readonly gatewayBefore?: GatewayForm;
  /** The zones of the public IP addresses that are created. */
  readonly zones: readonly string[];
  readonly sku: string;
  readonly activeActive: boolean;
  readonly addressPool: readonly string[];
  /** Set when the app chose the pool, so that it can choose another one when somebody else claims this pool first. */
  readonly poolChoice?: { readonly supernet: string; readonly avoid: readonly string[] };
  readonly protocols: readonly string[];
  readonly authenticationTypes: readonly string[];
  /** Set when users are to sign in with Microsoft Entra ID too. */
  readonly entra?: EntraSignIn;
  /** Authentication types that are taken off the gateway together with their settings. */
  readonly endsSignIn?: readonly string[];
  readonly migration?: MigrationPlan;
  /** All user groups that the gateway is to have. Undefined: it has none. */
  readonly groups?: readonly UserGroup[];
  /**
   * The groups that requests ask for, in the order in which NPS decides. Undefined: no request ever asked for one, and
   * NPS is not read for them.
   */
  readonly askedGroups?: readonly AskedGroup[];
  /** The same as `poolChoice`, for each group whose pool the app chose. */
  readonly groupPoolChoices?: Readonly<
    Record<string, { readonly supernet: string; readonly avoid: readonly string[] }>
  >;
  /** The servers whose NPS is configured. */
  readonly servers: readonly PlannedServer[];
  /** The servers of the gateway whose machine nobody knows. They stay on it, with the secrets that they have. */
  readonly otherServers: readonly RadiusServer[];
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'install' | 'skip';
  /** What the settings add to the desired state of the NPS servers. */
  readonly npsExtras?: NpsExtras;
  readonly steps: readonly PlanStep[];
  /** What the gateway has and would lose, or would get replaced. */
  readonly takesAway: readonly TakenAway[];
  /** What the users of an existing gateway notice. `takesAway` and some warnings repeat parts of it. */
  readonly usersNotice: readonly UserNotice[];
  readonly warnings: readonly Problem[];
  /** Empty: the plan is carried out without asking anybody. */
  readonly reasonsToAsk: readonly ReasonToAsk[];
  readonly estimatedMinutes: number;
  /** US dollars for a gateway that is created or gets another SKU. Only when somebody is to decide on the plan. */
  readonly estimatedMonthlyCost?: number;
}

/** What a removal removes. All of it was made by this app and recorded. */
export interface RemovalPlan {
  readonly virtualNetworkId: string;
  readonly gatewayId: string;
  readonly removes: {
    /**
     * `gone`: the gateway does not exist any more. `keep`: it has no point-to-site any more, and must not be deleted.
     */
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
  /** The versions to disable. */
  readonly versions: readonly string[];
  /**
   * Whether this app made every version. Then the secret is deleted, and can be recovered as long as the vault keeps
   * it.
   */
  readonly isWhole: boolean;
}

/** An NPS server from which everything that was made for the gateway is removed. */
export interface RemovalServer {
  readonly host: string;
  readonly kind: NpsHostStatus['kind'];
  readonly location: string;
  /** The name and the prefix of the gateway's RADIUS client. */
  readonly client: string;
  readonly prefix: string;
  /** Ids of the changes that the records allow. */
  readonly allowed: readonly string[];
  /** An enabled secret that the server may quote. It is removed from the texts of the server. */
  readonly secret?: SecretReference;
  /** What is removed, as the server itself reports it. Undefined before the server was asked. */
  readonly changes?: readonly PlannedNpsChange[];
  readonly otherRadiusClients?: number;
}

export type AnyPlan = Plan | RemovalPlan;

export type Planned = {
  readonly takesAway: readonly TakenAway[];
  readonly usersNotice: readonly UserNotice[];
  readonly warnings: readonly Problem[];
  /** Undefined when the VNet could not be read. */
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
  /** Set when every change only gives back what is missing, and users keep what they have. */
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

/** A migration has two more stages: it waits until users have moved, and then removes the old way. */
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
  /** How often a step was tried that failed for a reason that passes, and its last error. */
  readonly attempt?: number;
  readonly lastError?: Omit<Failure, 'details' | 'transient' | 'retryAfterSeconds'>;
  /** Set only while the stage waits for the next attempt. */
  readonly waitingSince?: string;
  readonly nextTryAt?: string;
}

export interface DeploymentResult {
  readonly gatewayId: string;
  readonly gatewaySubnet: string;
  readonly publicIpAddresses: readonly string[];
  readonly radiusClient: string;
  readonly networkPolicy: string;
  /** The version for the first server. `secrets` has those of all servers. */
  readonly secretVersion: string;
  /** After a rotation: the version before, which Key Vault keeps. */
  readonly previousSecretVersion?: string;
  readonly secrets: readonly ServerSecret[];
  /** Only after a rotation of a gateway with one RADIUS server. */
  readonly signInGap: SignInGap;
  readonly changes: readonly string[];
  /** What users notice of the changes. */
  readonly usersNotice?: readonly string[];
  /** What a removal may remove again. A removal leaves everything that no record names as made by this app. */
  readonly made: readonly Made[];
  /** Filled by a removal, by a migration that ends with one, and for user groups that a ticket no longer asks for. */
  readonly removed: readonly Made[];
  /** Only for a migration: how to go back from what it has changed. */
  readonly migration: MigrationPlan;
}

/**
 * The state of an event that the topic did not accept at once. `trying` goes on for a day, and then the record gets the
 * result.
 */
export interface EventTold {
  readonly id: string;
  readonly type: OutgoingEvent['type'];
  readonly at: string;
  readonly outcome: 'trying' | 'arrived' | 'failed';
  readonly failure?: Failure | undefined;
}

/** What was found when both sides were read back after all writes. */
export interface Verification {
  /** What differs from the plan. If there is any, the deployment has failed. */
  readonly problems: readonly Problem[];
  readonly servers: readonly {
    readonly host: string;
    readonly address: string;
    /** What the server answered over RADIUS, when it was asked. */
    readonly radius?: string | undefined;
    /** Rules of docs/rules.md that it breaks and that do not stop a deployment. */
    readonly open: readonly string[];
  }[];
}

/**
 * A thing that the app has made for a gateway. `id` is a resource id, or the name in Key Vault or on the NPS server.
 */
export type Made =
  | {
      readonly what: 'gatewaySubnet' | 'publicIp' | 'gateway' | 'pointToSite' | 'userGroup';
      readonly id: string;
    }
  | { readonly what: 'secret'; readonly id: string; readonly version: string }
  | {
      /** `groupPolicies`: the policies of all user groups of the RADIUS client that `id` names. */
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
  /** The digest of the plan that `GET /deployments/{id}/plan` shows. */
  readonly planDigest?: string;
  /** While it waits for an approval: the time at which it is rejected if nobody has decided. */
  readonly decideBy?: string;
  readonly result?: Partial<DeploymentResult>;
  readonly error?: Omit<Failure, 'transient' | 'retryAfterSeconds'>;
}

/** The custom status of a deployment: what the API shows of it, apart from its input and its result. */
export interface Progress {
  readonly stages: readonly Stage[];
  readonly startedAt: string;
  readonly awaitingApproval?: boolean;
  /** The digest of the plan that is carried out, or that somebody is to decide on. */
  readonly planDigest?: string;
  /** The time at which the request is rejected if nobody has decided. */
  readonly decideBy?: string;
  /** The estimate made when the work began, at `countedFrom`. Time that was only waited is not counted. */
  readonly expectedEndAt?: string;
  readonly countedFrom?: string;
  readonly waitedMilliseconds?: number;
  /** The sub-orchestrations that run now, so that their ends show at once and a cancel reaches them. */
  readonly branches?: readonly string[];
  /** The sub-orchestrations that have ended: how often they tried, and their last error, are still shown. */
  readonly pastBranches?: readonly string[];
  /** The orchestration that still tries to deliver the answer. */
  readonly delivery?: string;
  readonly addressPool?: TakenPrefixes;
  readonly result?: Partial<DeploymentResult>;
  /** These two are not part of the custom status. The record has them. */
  readonly verification?: Verification;
  readonly events?: readonly EventTold[];
}

/** The custom status of a sub-orchestration: what it waits for, and how long it has only waited until now. */
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
