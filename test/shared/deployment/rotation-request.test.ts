import { expect, it } from 'vitest';
import { rotationRequest } from '../../../shared/deployment/rotation-request.ts';
import { gateway, hubId, npsId, request } from '../hub.ts';

const ticket = { id: 'REQ1', requestedBy: 'anna' };
const standing = gateway();
const held = (...addresses: string[]) =>
  gateway({
    pointToSite: {
      ...standing.pointToSite!,
      protocols: ['SSTP', 'IkeV2'],
      radiusServers: addresses.map((address) => ({ address, score: 30 })),
    },
  });
const asked = request({ nps: { networkPolicy: 'VPN of the staff' } });

it('a rotation asks for the gateway as it is, and finds the machine of each server', () => {
  const defaults = [
    { address: '10.0.1.4', host: '/default' },
    { address: '10.0.1.5', host: '/second' },
  ];
  const its = rotationRequest(
    held('10.0.1.4', '10.0.1.5'),
    hubId,
    ticket,
    { asked, secretName: 'radius-x' },
    defaults,
  );
  expect(its.problems).toEqual([]);
  expect(its.request).toMatchObject({
    ticket: { system: 'webhook', id: 'rotation-REQ1', requestedBy: 'anna' },
    virtualNetworkId: hubId,
    gateway: { name: 'vpngw-hub' },
    pointToSite: { addressPool: standing.pointToSite!.addressPool, protocols: ['SSTP', 'IkeV2'] },
    nps: { networkPolicy: 'VPN of the staff' },
    radius: {
      secretName: 'radius-x',
      servers: [
        { address: '10.0.1.4', score: 30, host: npsId },
        { address: '10.0.1.5', score: 30, host: '/second' },
      ],
    },
  });
});

it('its ticket is no longer than a ticket may be', () => {
  const { request: its } = rotationRequest(held('10.0.1.4'), hubId, { id: 'x'.repeat(125) }, { asked }, []);
  expect(its.ticket.id).toHaveLength(128);
  expect(its.radius.secretName).toBeUndefined();
});

const target = 'virtualNetworkGatewayId';
it.each([
  [
    'there is no server',
    [],
    {
      code: 'RadiusServersMissing',
      message: 'vpngw-hub has no RADIUS server, so it has no shared secret to rotate.',
      target,
    },
  ],
  [
    'nobody knows the machine',
    ['10.0.1.4', '10.0.1.9'],
    {
      code: 'NpsHostUnknown',
      message:
        'It is not known which machine the RADIUS server 10.0.1.9 of vpngw-hub is. Add it with its host to DEFAULT_NPS_SERVERS, or send a ticket for the VNet that names it in radius.servers.',
      target,
    },
  ],
])('nothing is rotated where %s', (_, addresses, problem) => {
  expect(rotationRequest(held(...addresses), hubId, ticket, { asked }, []).problems).toEqual([problem]);
  const { pointToSite: _pointToSite, ...without } = standing;
  expect(rotationRequest(without, hubId, ticket, {}, []).problems).toMatchObject([
    { code: 'RadiusServersMissing' },
  ]);
});
