import { type Finding, problem } from '../../core/finding.ts';
import type { GatewayWish, PublicIpAddress, VirtualNetwork, VpnGateway } from '../../gateway/model.ts';
import type { Migration, MigrationPart, MigrationPathName } from '../contract.ts';
import type { VpnGatewayRequest } from '../request.ts';

/** What a path looks at to say whether a gateway can go it, and what it brings. */
export interface PathFacts {
  readonly gateway: VpnGateway;
  readonly virtualNetwork: VirtualNetwork;
  /** Of the gateway. */
  readonly publicIps: readonly PublicIpAddress[];
  /** What the gateway was deployed with last, by this app. */
  readonly asked?: VpnGatewayRequest | undefined;
  readonly migration: Migration;
  /** The Key Vault secret of each RADIUS server whose machine is known, as it is now. */
  readonly secretNames: readonly { readonly address: string; readonly secretName: string }[];
}

/** A planned way from how a gateway is to how it should be. */
export interface MigrationPath {
  readonly name: MigrationPathName;
  readonly title: string;
  /** What it means for users. */
  readonly forUsers: string;
  readonly goBack: string;
  /** What goes once users have moved; undefined where nothing has to wait for them. */
  readonly atTheEnd?: string;
  readonly source: string;
  /** Whether the gateway alone is written: then NPS, secrets and the rest of the gateway are none of its business. Undefined: never. */
  readonly isOfGatewayAlone?: (facts: PathFacts, part: MigrationPart) => boolean;
  /** What a plan would else find in the way of it, or warn of, and what this path is there for. */
  readonly mends?: readonly string[];
  /** What of the gateway becomes another, besides what the request says; undefined: nothing. */
  readonly wish?: (wish: GatewayWish, facts: PathFacts, part: MigrationPart) => GatewayWish;
  /** Whether users can move one by one; undefined: there is nothing to wait for. */
  readonly isSideBySide?: (facts: PathFacts) => boolean;
  /** Why the gateway need not or cannot go this path, and what else to warn of. */
  readonly findings: (facts: PathFacts) => Iterable<Finding>;
}

/** The gateway is there already. */
export const notNeeded = (message: string): Finding => problem('MigrationNotNeeded', message, 'path');

/** It cannot go this way; the message names the one that it can. */
export const notPossible = (message: string, target = 'path'): Finding =>
  problem('MigrationNotPossible', message, target);
