import { describe, expect, it } from 'vitest';
import { verifyRemoval } from '../../../../functions/removal/steps/verify-removal.ts';
import type { RemovalPlan } from '../../../../shared/deployment/contract.ts';
import { makeRemovalPlan } from '../../../../shared/deployment/removal/planning.ts';
import type { VpnGateway } from '../../../../shared/gateway/model.ts';
import type { SecretVersion } from '../../../../shared/secret/model.ts';
import {
  address,
  gatewaySubnet,
  removalFacts,
  version,
  withoutGateway,
} from '../../../shared/deployment/removal/made-for-hub.ts';
import { gateway, gatewayId } from '../../../shared/hub.ts';

interface Left {
  readonly gateway?: VpnGateway;
  readonly hasAddress?: true;
  readonly hasSubnet?: true;
  readonly versions?: readonly SecretVersion[];
}

const ports = ({ gateway: standing, hasAddress, hasSubnet, versions = [] }: Left) => ({
  gateways: { read: async () => standing },
  publicIps: { read: async () => (hasAddress ? address() : undefined) },
  virtualNetworks: { readSubnet: async () => (hasSubnet ? gatewaySubnet() : undefined) },
  secrets: { versions: async () => versions },
});
const verified = (plan: RemovalPlan, left: Left) => verifyRemoval(ports(left))({ plan });

const whole = makeRemovalPlan(removalFacts(), { gatewayId }).plan!;
const keeping = makeRemovalPlan(removalFacts(), { gatewayId, keepsGateway: true }).plan!;
const gone = makeRemovalPlan(withoutGateway(), { gatewayId, isGone: true }).plan!;
const ofOthers = { secrets: [{ name: 'radius-hub', versions: [version('v0'), version('v1')] }] };
const shared = makeRemovalPlan(removalFacts(ofOthers), { gatewayId }).plan!;
const bare = (({ pointToSite: _, ...without }) => without)(gateway());
const disabled = version('v1', { enabled: false });

describe('a removal is done', () => {
  it.each<[string, RemovalPlan, Left]>([
    ['when nothing of it is there', whole, {}],
    [
      'when the gateway that is to stay has no point-to-site',
      keeping,
      { gateway: bare, hasAddress: true, hasSubnet: true },
    ],
    [
      'when the own version is disabled beside those of others',
      shared,
      { versions: [version('v0'), disabled] },
    ],
    ['when nothing came back to a gateway that was gone', gone, {}],
  ])('%s', async (_, plan, left) => {
    expect(await verified(plan, left)).toBe('Read again after the removal: everything is removed');
  });
});

describe('a removal is incomplete', () => {
  it.each<[string, RemovalPlan, Left]>([
    ['the gateway vpngw-hub', whole, { gateway: gateway() }],
    ['the gateway vpngw-hub', gone, { gateway: bare }],
    ['point-to-site of vpngw-hub', keeping, { gateway: gateway() }],
    ['the public IP address vpngw-hub-pip', whole, { hasAddress: true }],
    ['GatewaySubnet', whole, { hasSubnet: true }],
    ['the Key Vault secret radius-hub', whole, { versions: [disabled] }],
    ['the Key Vault secret radius-hub', shared, { versions: [version('v0'), version('v1')] }],
  ])('with %s', async (what, plan, left) => {
    await expect(verified(plan, left)).rejects.toMatchObject({
      failure: {
        code: 'RemovalIncomplete',
        message: expect.stringContaining(`: ${what}.`),
        target: gatewayId,
      },
    });
  });

  it('names everything at once', async () => {
    const left = { gateway: gateway(), hasAddress: true, hasSubnet: true, versions: [disabled] } as const;
    await expect(verified(whole, left)).rejects.toMatchObject({
      failure: {
        message: expect.stringContaining(
          'the gateway vpngw-hub, the public IP address vpngw-hub-pip, GatewaySubnet, the Key Vault secret radius-hub.',
        ),
      },
    });
  });
});
