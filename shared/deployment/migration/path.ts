import { type Finding, problem } from '../../core/finding.ts';
import type { GatewayWish, PublicIpAddress, VirtualNetwork, VpnGateway } from '../../gateway/model.ts';
import type { Migration, MigrationPart, MigrationPathName } from '../contract.ts';
import type { VpnGatewayRequest } from '../request.ts';

/** The facts by which a path decides whether a gateway can follow it, and what it changes. */
export interface PathFacts {
  readonly gateway: VpnGateway;
  readonly virtualNetwork: VirtualNetwork;
  /** The public IP addresses of the gateway. */
  readonly publicIps: readonly PublicIpAddress[];
  /** The request with which this app deployed the gateway last. */
  readonly asked?: VpnGatewayRequest | undefined;
  readonly migration: Migration;
  /** The Key Vault secret of each RADIUS server whose machine is known, as it is now. */
  readonly secretNames: readonly { readonly address: string; readonly secretName: string }[];
}

/** A planned way from the present state of a gateway to the state that it should have. */
export interface MigrationPath {
  readonly name: MigrationPathName;
  readonly title: string;
  /** What it means for users. */
  readonly forUsers: string;
  readonly goBack: string;
  /** What is removed after users have moved. Undefined when users do not have to move. */
  readonly atTheEnd?: string;
  readonly source: string;
  /**
   * Whether only the gateway is written. Then the path does not touch NPS, the secrets and the rest of the gateway.
   * Undefined: it always writes more.
   */
  readonly isOfGatewayAlone?: (facts: PathFacts, part: MigrationPart) => boolean;
  /** Findings that would stop a plan, or that a plan would warn of, and that this path exists to fix. */
  readonly fixes?: readonly string[];
  /** What the path changes of the gateway, in addition to what the request says. Undefined: nothing. */
  readonly wish?: (wish: GatewayWish, facts: PathFacts, part: MigrationPart) => GatewayWish;
  /** Whether users can move one after the other. Undefined: there is nothing to wait for. */
  readonly isSideBySide?: (facts: PathFacts) => boolean;
  /** Why the gateway need not or cannot follow this path, and further warnings. */
  readonly findings: (facts: PathFacts) => Iterable<Finding>;
}

/** The gateway is already as the path would make it. */
export const notNeeded = (message: string): Finding => problem('MigrationNotNeeded', message, 'path');

/** It cannot follow this path. The message names the path that it can follow. */
export const notPossible = (message: string, target = 'path'): Finding =>
  problem('MigrationNotPossible', message, target);
