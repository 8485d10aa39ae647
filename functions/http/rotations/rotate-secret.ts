import * as z from 'zod';
import type { RepairWindow } from '../../../shared/compliance/repair-window.ts';
import { failed, refused } from '../../../shared/core/errors.ts';
import { virtualNetworkGatewayId } from '../../../shared/deployment/requested/gateway-id.ts';
import { isVpn } from '../../../shared/gateway/gateway.ts';
import { asksForDue } from '../../deployment/due/due-request.ts';
import type { DueNeeds } from '../../deployment/due/steps.ts';
import { rotationOrder } from '../../deployment/secret/rotation-order.ts';
import { jsonOf, parsedBy, textOf } from '../answers.ts';
import type { Handler } from '../callers.ts';
import { startOrder } from '../start-order.ts';
import { rotateDue } from './rotate-due.ts';

export const rotation = z.strictObject({
  virtualNetworkGatewayId,
});

/** `POST /rotations`: a new shared secret for the gateway and its NPS servers, or for all whose secrets are due. */
export const rotateSecret =
  (needs: DueNeeds & { readonly maxAgeDays: number }, window: RepairWindow | undefined): Handler =>
  async (http, context, caller) => {
    const body = jsonOf(await textOf(http));
    if (asksForDue(body)) return rotateDue(needs, window, http, context, body, caller);
    const { virtualNetworkGatewayId: id } = parsedBy(body, rotation);
    const gateway = await needs.gateways.read(id);
    if (!gateway || !isVpn(gateway)) {
      const message = `There is no VPN gateway ${id}, or the app's identity may not read it.`;
      throw failed('NotFound', message, 'virtualNetworkGatewayId');
    }
    const { order, problems } = await rotationOrder(
      gateway,
      { id: context.invocationId, requestedBy: caller?.name },
      needs,
    );
    if (problems.length > 0) {
      const sentences = problems.map(({ message }) => message).join(' ');
      throw refused('InvalidRequest', `The secret cannot be rotated. ${sentences}`, problems);
    }
    return startOrder(needs, http, context, order, caller);
  };
