import type { InvocationContext } from '@azure/functions';
import { virtualNetworkIdOf } from '../shared/compliance/survey.ts';
import { deploymentId } from '../shared/deployment.ts';
import { type Problem, refused } from '../shared/errors.ts';
import type { VpnGateway } from '../shared/ports.ts';
import type { RadiusServerWish } from '../shared/radius-servers.ts';
import { sameId } from '../shared/resource-id.ts';
import { type Rotation, rotationRequest } from '../shared/rotation.ts';
import { wishFingerprint } from '../shared/wish.ts';
import { deployedGateways } from './deployed-gateways.ts';
import { readDeployment } from './deployments.ts';
import { isRunning } from './durable-instances.ts';
import type { Order } from './orchestrators/provision-vpn-gateway.ts';

/**
 * The rotation of a gateway's secret as a deployment of its VNet, so that neither comes between the other. What was asked
 * for by the last deployment stays what is asked of the gateway.
 */
export async function rotationOrder(
  context: InvocationContext,
  gateway: VpnGateway,
  wish: {
    readonly id: string;
    readonly requestedBy?: string | undefined;
    readonly replaces?: string | undefined;
  },
  defaults: readonly RadiusServerWish[],
): Promise<{ readonly order: Order; readonly problems: readonly Problem[] }> {
  const virtualNetworkId = virtualNetworkIdOf(gateway.subnetId);
  const asked = (await deployedGateways(context)).get(gateway.id.toLowerCase())?.request;
  const ticket = { id: wish.id, requestedBy: wish.requestedBy };
  const { request, problems } = rotationRequest(gateway, virtualNetworkId, ticket, asked, defaults);
  const carriesOn = wish.replaces ? undefined : await unfinished(context, virtualNetworkId, gateway.id);
  return {
    order: {
      request,
      ...(asked && { repairs: asked }),
      fingerprint: wishFingerprint(asked ?? request),
      rotates: {
        gatewayId: gateway.id,
        ...(wish.replaces && { replaces: wish.replaces }),
        ...(carriesOn && { carriesOn }),
      },
      ...(problems.length > 0 && { refused: refusal(problems) }),
    },
    problems,
  };
}

/** What the last rotation left behind when it did not succeed. */
async function unfinished(
  context: InvocationContext,
  virtualNetworkId: string,
  gatewayId: string,
): Promise<Rotation['carriesOn']> {
  const last = await readDeployment(context, deploymentId(virtualNetworkId));
  if (!last || isRunning(last) || !last.input.rotates || !sameId(last.input.rotates.gatewayId, gatewayId))
    return undefined;
  if (last.output && 'value' in last.output && last.output.value.status === 'Succeeded') return undefined;
  const { secretVersion: version, previousSecretVersion: previous } = last.customStatus?.result ?? {};
  return version ? { version, ...(previous && { previous }) } : undefined;
}

function refusal(problems: readonly Problem[]) {
  const sentences = problems.map(({ message }) => message).join(' ');
  return refused(
    'RotationRefused',
    `Nothing was written, because the secret cannot be rotated. ${sentences}`,
    problems,
  ).failure;
}
