import { expect, it } from 'vitest';
import { type Drawn, pictureOf } from '../../../../portal/deployments/plan/picture-layout.ts';

const server = (number: number) => ({
  address: `10.0.1.${number}`,
  host: `/subscriptions/1/virtualMachines/nps-${number}`,
  score: 30,
  secretName: 'radius-hub',
  kind: 'vm' as never,
  location: 'westeurope',
});
const plan: Drawn = {
  virtualNetworkId: '/subscriptions/1/virtualNetworks/hub',
  gatewayId: '/subscriptions/1/virtualNetworkGateways/vpngw-hub',
  gatewaySubnetPrefix: '10.0.255.0/27',
  publicIpIds: ['/subscriptions/1/publicIPAddresses/pip'],
  sku: 'VpnGw1AZ',
  activeActive: false,
  addressPool: ['172.16.201.0/24'],
  protocols: ['IkeV2'],
  servers: [server(4), server(5)],
  otherServers: [{ address: '10.9.9.9', score: 10 }],
  networkPolicy: 'own',
  mfaExtension: 'require',
};

it('holds all of the plan, each thing inside the picture and no server over another', () => {
  const { boxes, width, height, arrows, text } = pictureOf(plan);
  const servers = boxes.filter(({ kind }) => kind === 'server');
  expect(servers.map(({ lines }) => lines[0])).toEqual(['nps-4', 'nps-5', '10.9.9.9']);
  for (const box of boxes) {
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
  }
  for (const [index, one] of servers.entries())
    for (const other of servers.slice(index + 1)) expect(one.y + one.height).toBeLessThan(other.y);
  expect(arrows.filter(({ text: told }) => told.startsWith('RADIUS'))).toHaveLength(3);
  for (const word of [
    'hub',
    'vpngw-hub',
    '10.0.255.0/27',
    '172.16.201.0/24',
    'nps-5',
    '10.9.9.9',
    'radius-hub',
    'own',
  ])
    expect(text).toContain(word);
});

it('shows no second factor where nobody is asked for one, and says so', () => {
  const { boxes, text } = pictureOf({ ...plan, mfaExtension: 'skip' });
  expect(boxes.some(({ kind }) => kind === 'mfa')).toBe(false);
  expect(text).toContain('Nobody is asked for a second factor.');
});
