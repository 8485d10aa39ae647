import type { VpnGatewayRequest } from './request.ts';

export interface RadiusServerWish {
  readonly address: string;
  readonly score: number;
  /** Resource id of the Azure VM or Arc machine. */
  readonly host: string;
}

/** The RADIUS servers of the request, else those of the settings. */
export function radiusServersOf(
  request: VpnGatewayRequest,
  defaults: readonly RadiusServerWish[],
): readonly RadiusServerWish[] {
  return request.radius.servers ?? defaults;
}
