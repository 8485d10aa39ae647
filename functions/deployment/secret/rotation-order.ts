import { type Problem, refused } from '../../../shared/core/errors.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { Order, Rotation } from '../../../shared/deployment/contract.ts';
import { rotationRequest } from '../../../shared/deployment/rotation-request.ts';
import { wishFingerprint } from '../../../shared/deployment/wish-fingerprint.ts';
import { virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type { VpnGateway } from '../../../shared/gateway/model.ts';
import type { RadiusServerWish } from '../../../shared/nps/model.ts';
import type { Rows, SecretCatalogue } from '../../../shared/ports.ts';
import type { SecretReference } from '../../../shared/secret/model.ts';
import { defaultSecretName } from '../../../shared/secret/names.ts';
import { askedOf } from '../../records/deployed.ts';
import { readLock } from '../../records/lock.ts';

export interface RotationNeeds {
  readonly secretCatalogue: SecretCatalogue;
  readonly rows: Rows;
  /** DEFAULT_NPS_SERVERS */
  readonly defaults: readonly RadiusServerWish[];
}

/**
 * The rotation of a gateway's secret as a deployment of its VNet, so that the two never run at the same time. What the
 * last deployment asked of the gateway stays.
 */
export async function rotationOrder(
  gateway: VpnGateway,
  wish: {
    readonly id: string;
    readonly requestedBy?: string | undefined;
    readonly replaces?: SecretReference | undefined;
  },
  { secretCatalogue, rows, defaults }: RotationNeeds,
): Promise<{ readonly order: Order; readonly problems: readonly Problem[] }> {
  const virtualNetworkId = virtualNetworkIdOf(gateway.subnetId);
  const asked = await askedOf(rows)(gateway.id);
  const ticket = { id: wish.id, requestedBy: wish.requestedBy };
  const secretName = asked ? asked.radius.secretName : await taggedSecret(secretCatalogue, gateway.id);
  const { request, problems } = rotationRequest(
    gateway,
    virtualNetworkId,
    ticket,
    { asked, secretName },
    defaults,
  );
  const carriesOn = wish.replaces ? undefined : await unfinished(rows, virtualNetworkId, gateway.id);
  return {
    order: {
      request,
      ...(asked && { repairs: asked }),
      fingerprint: wishFingerprint(asked ?? request),
      isSeen: true,
      rotates: {
        gatewayId: gateway.id,
        ...(wish.replaces && { replaces: wish.replaces }),
        ...(carriesOn && { carriesOn }),
      },
      ...(problems.length > 0 && { refused: rotationRefusal(problems) }),
    },
    problems,
  };
}

/**
 * The secret of a gateway whose deployment is no longer known; undefined when the secret has the usual name, or there
 * is none.
 */
async function taggedSecret(catalogue: SecretCatalogue, gatewayId: string): Promise<string | undefined> {
  const its = (await catalogue.list()).filter(
    (entry) => entry.enabled && !entry.host && entry.gatewayId && sameId(entry.gatewayId, gatewayId),
  );
  return its.some(({ name }) => sameId(name, defaultSecretName(gatewayId))) ? undefined : its[0]?.name;
}

/** What the last rotation left behind, when it did not succeed. */
async function unfinished(
  rows: Rows,
  virtualNetworkId: string,
  gatewayId: string,
): Promise<Rotation['carriesOn']> {
  const { order, ended } = (await readLock(rows, virtualNetworkId))?.value ?? {};
  if (!ended || !order?.rotates || !sameId(order.rotates.gatewayId, gatewayId)) return undefined;
  return ended.ending.status === 'Succeeded' ? undefined : ended.result?.secrets;
}

function rotationRefusal(problems: readonly Problem[]) {
  const sentences = problems.map(({ message }) => message).join(' ');
  return refused(
    'RotationRefused',
    `Nothing was written, because the secret cannot be rotated. ${sentences}`,
    problems,
  ).failure;
}
