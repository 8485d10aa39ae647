import type { ShownGatewayPlan } from '../../../shared/deployment/shown-plan.ts';
import { shortName } from '../../parts/names.ts';

export type Drawn = Pick<
  ShownGatewayPlan,
  | 'virtualNetworkId'
  | 'gatewayId'
  | 'gatewaySubnetPrefix'
  | 'publicIpIds'
  | 'sku'
  | 'activeActive'
  | 'addressPool'
  | 'protocols'
  | 'servers'
  | 'otherServers'
  | 'networkPolicy'
  | 'mfaExtension'
>;

export interface Box {
  readonly kind: 'client' | 'network' | 'subnet' | 'gateway' | 'server' | 'mfa';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The first line is the name. */
  readonly lines: readonly string[];
}

export interface Arrow {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  readonly text: string;
}

export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** The same in sentences. */
  readonly text: string;
}

const serverHeight = 118;
const gap = 18;

/** From the VPN client on the left, through the gateway in its subnet, to the NPS servers and the second factor on the right. */
export function pictureOf(plan: Drawn): PictureLayout {
  const servers = [
    ...plan.servers.map(({ address, host, secretName }) => ({
      lines: [shortName(host), address, `client ${plan.gatewaySubnetPrefix}`, `secret ${secretName}`],
      secret: secretName,
      score: plan.servers.find((one) => one.address === address)!.score,
    })),
    ...plan.otherServers.map(({ address, score }) => ({
      lines: [address, 'machine that the app does not configure', 'kept as it is'],
      secret: undefined,
      score,
    })),
  ];
  const column = servers.length * (serverHeight + gap) - gap;
  // The VNet needs more room above than below, because its name is above the gateway.
  const middle = Math.max(155, column / 2 + 20);
  const height = middle + Math.max(95, column / 2 + 20);
  const client: Box = {
    kind: 'client',
    x: 10,
    y: middle - 50,
    width: 170,
    height: 100,
    lines: ['VPN clients', ...plan.addressPool, plan.protocols.join(', ')],
  };
  const network: Box = {
    kind: 'network',
    x: 290,
    y: middle - 145,
    width: 260,
    height: 230,
    lines: [`VNet ${shortName(plan.virtualNetworkId)}`],
  };
  const subnet: Box = {
    kind: 'subnet',
    x: 305,
    y: middle - 110,
    width: 230,
    height: 180,
    lines: ['GatewaySubnet', plan.gatewaySubnetPrefix],
  };
  const count = plan.publicIpIds.length;
  const gateway: Box = {
    kind: 'gateway',
    x: 320,
    y: middle - 55,
    width: 200,
    height: 110,
    lines: [
      shortName(plan.gatewayId),
      plan.sku,
      plan.activeActive ? 'active-active' : 'active-standby',
      `${count} public IP ${count === 1 ? 'address' : 'addresses'}`,
    ],
  };
  const top = middle - column / 2;
  const boxes = servers.map(
    ({ lines }, index): Box => ({
      kind: 'server',
      x: 730,
      y: top + index * (serverHeight + gap),
      width: 210,
      height: serverHeight,
      lines,
    }),
  );
  const hasMfa = plan.mfaExtension !== 'skip';
  const mfa: Box = {
    kind: 'mfa',
    x: 1010,
    y: middle - 40,
    width: 140,
    height: 80,
    lines: ['Entra MFA', 'on the phone'],
  };
  const right = ({ x, y, width, height: tall }: Box) => [x + width, y + tall / 2] as const;
  const left = ({ x, y, height: tall }: Box) => [x, y + tall / 2] as const;
  return {
    width: 1160,
    height,
    boxes: [client, network, subnet, gateway, ...boxes, ...(hasMfa ? [mfa] : [])],
    arrows: [
      { from: right(client), to: left(gateway), text: 'tunnel' },
      ...boxes.map((box, index) => ({
        from: [network.x + network.width, middle] as const,
        to: left(box),
        text: `RADIUS, score ${servers[index]!.score}`,
      })),
      ...(hasMfa ? boxes.map((box) => ({ from: right(box), to: left(mfa), text: '' })) : []),
    ],
    text: textOf(plan),
  };
}

function textOf(plan: Drawn): string {
  const { servers, otherServers, addressPool, protocols, networkPolicy, mfaExtension } = plan;
  return [
    `VPN clients get an address of ${addressPool.join(' and ')} and connect by ${protocols.join(' or ')}`,
    `to the gateway ${shortName(plan.gatewayId)} (${plan.sku}, ${plan.activeActive ? 'active-active' : 'active-standby'}), which is in GatewaySubnet ${plan.gatewaySubnetPrefix} of the virtual network ${shortName(plan.virtualNetworkId)}.`,
    ...servers.map(
      ({ address, host, score, secretName }) =>
        `It asks the NPS server ${shortName(host)} at ${address} with score ${score}, which knows it as RADIUS client ${plan.gatewaySubnetPrefix} by the secret ${secretName} in Key Vault.`,
    ),
    ...otherServers.map(
      ({ address, score }) =>
        `It still asks the RADIUS server ${address} with score ${score}, on a machine that the app does not configure.`,
    ),
    `The network policy is "${networkPolicy}".`,
    mfaExtension === 'skip'
      ? 'Nobody is asked for a second factor.'
      : 'NPS asks for the second factor with the MFA extension.',
  ].join(' ');
}
