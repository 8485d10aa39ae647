import type { GatewayForm, GatewayWish } from '../../../shared/gateway/model.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import type { Cancelable } from '../../decisions/cancel-signal.ts';

export interface GatewayOrder extends Cancelable {
  readonly gatewayId: string;
  readonly wish: GatewayWish;
  /** The gateway as the plan found it; undefined when there was none. */
  readonly before?: GatewayForm | undefined;
  /**
   * By the addresses of the RADIUS servers. For a server that is not here, the gateway keeps the secret that it holds.
   */
  readonly secrets: SecretsByServer;
  /** Does not write an existing gateway now, because a write would give it the new secret before NPS knows it. */
  readonly mustWaitForNps?: boolean;
}

export type SecretsByServer = Readonly<Record<string, SecretReference>>;
