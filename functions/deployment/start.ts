import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import type { Order } from '../../shared/deployment/contract.ts';
import { deploymentId } from '../../shared/deployment/ids.ts';
import { isRunning, startOnce } from '../durable-instances.ts';
import { type DeploymentInstance, readDeployment } from './instances.ts';

/** `running` is the deployment of the VNet that runs now, unless it ended at once. */
export interface Start {
  readonly id: string;
  readonly started: boolean;
  readonly running: DeploymentInstance | undefined;
  /** Whether the one that runs wants what was asked now. */
  readonly sameWish: boolean;
}

/**
 * The one way to start a deployment: of a VNet one runs at a time, so that a second ticket, an event that comes again, a
 * repair and a rotation all meet the one that is there.
 */
export async function startDeployment(context: InvocationContext, order: Order): Promise<Start> {
  const id = deploymentId(order.request.virtualNetworkId);
  const before = await readDeployment(context, id);
  const started =
    !(before && isRunning(before)) && (await startOnce(getClient(context), 'provisionVpnGateway', id, order));
  // Read back also after a start: of two starts at the same instant a storage account may take both and keep one.
  const running = await readDeployment(context, id);
  return { id, started, running, sameWish: !running || sameWish(running.input, order) };
}

const sameWish = (one: Order, other: Order) =>
  one.fingerprint === other.fingerprint && one.rotates?.gatewayId === other.rotates?.gatewayId;
