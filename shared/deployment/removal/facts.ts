import type { ConnectedNetwork, PublicIpAddress, VirtualNetwork, VpnGateway } from '../../gateway/model.ts';
import type { NpsHostStatus } from '../../nps/model.ts';
import type { SecretVersion } from '../../secret/model.ts';
import type { Made } from '../contract.ts';

/** A thing that a record names as made by the app. */
export interface Recorded {
  readonly made: Made;
  readonly deploymentId: string;
}

/** What the records of a gateway say since its last removal. */
export interface GatewayRecords {
  /** Oldest first. */
  readonly recorded: readonly Recorded[];
  /** The prefix of GatewaySubnet, which NPS knows as the gateway's RADIUS client. */
  readonly prefix?: string;
  /** Addresses of the RADIUS servers to which deployments gave a secret. */
  readonly serverAddresses: readonly string[];
}

/** Another gateway of the app, and what it may share with the one that is removed. */
export interface OtherGateway {
  readonly gatewayId: string;
  readonly secretNames: readonly string[];
  readonly hosts: readonly string[];
}

/** What was read before a removal is planned. */
export interface RemovalFacts extends GatewayRecords {
  readonly virtualNetworkId: string;
  readonly gatewayId: string;
  /** Undefined when the gateway does not exist any more. */
  readonly virtualNetwork?: VirtualNetwork;
  readonly gateway?: VpnGateway;
  readonly connected: readonly ConnectedNetwork[];
  /** The recorded addresses that exist. */
  readonly publicIps: readonly PublicIpAddress[];
  /** The recorded secrets, each with every version that Key Vault has. */
  readonly secrets: readonly { readonly name: string; readonly versions: readonly SecretVersion[] }[];
  /** The machines of the recorded NPS servers. Without `status`, the machine does not exist any more. */
  readonly npsHosts: readonly { readonly id: string; readonly status?: NpsHostStatus }[];
  readonly others: readonly OtherGateway[];
}

export const recordedAs = ({ recorded }: Pick<GatewayRecords, 'recorded'>, what: Made['what']): Recorded[] =>
  recorded.filter(({ made }) => made.what === what);
