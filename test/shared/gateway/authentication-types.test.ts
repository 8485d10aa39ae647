import { describe, expect, it } from 'vitest';
import {
  authenticationTypes,
  authenticationTypesOf,
  canStandTogether,
  usesRadius,
} from '../../../shared/gateway/authentication-types.ts';
import type { PointToSite } from '../../../shared/gateway/model.ts';

const nothing: PointToSite = { addressPool: [], protocols: [], authenticationTypes: [], radiusServers: [] };
const radiusServers = [{ address: '10.0.1.4', score: 30 }];

describe('how users sign in', () => {
  it.each<[string, PointToSite | undefined, string[]]>([
    ['no point-to-site', undefined, []],
    ['nothing configured', nothing, []],
    [
      'what is told counts',
      { ...nothing, authenticationTypes: ['Certificate'], radiusServers },
      ['Certificate'],
    ],
    ['not told, with a server', { ...nothing, radiusServers }, ['Radius']],
    ['not told, with a root certificate', { ...nothing, rootCertificates: ['corp'] }, ['Certificate']],
    ['not told, with no certificate left', { ...nothing, rootCertificates: [] }, []],
    [
      'not told, with all of it',
      { ...nothing, radiusServers, rootCertificates: ['corp'], entraTenant: 'https://login/t' },
      ['Radius', 'Certificate', 'AAD'],
    ],
  ])('%s', (_, pointToSite, expected) => {
    expect(authenticationTypes(pointToSite)).toEqual(expected);
    expect(usesRadius(pointToSite ? { pointToSite } : {})).toBe(expected.includes('Radius'));
  });
});

describe('the authentication types of a gateway that gets RADIUS', () => {
  const held = (types: string[], protocols: string[]) => ({
    ...nothing,
    authenticationTypes: types,
    protocols,
  });

  it.each<[string, string[], PointToSite | undefined, { types: string[]; inTheWay: string[] }]>([
    ['a new one', ['IkeV2'], undefined, { types: ['Radius'], inTheWay: [] }],
    ['one with RADIUS', ['IkeV2'], held(['radius'], ['IkeV2']), { types: ['radius'], inTheWay: [] }],
    [
      'certificates stay beside OpenVPN alone',
      ['openvpn'],
      held(['Certificate'], ['OpenVPN']),
      { types: ['Radius', 'Certificate'], inTheWay: [] },
    ],
    [
      'certificates are in the way of IKEv2',
      ['OpenVPN', 'IkeV2'],
      held(['Certificate'], ['OpenVPN', 'IkeV2']),
      { types: ['Radius'], inTheWay: ['Certificate'] },
    ],
    [
      'what is beside RADIUS already stays',
      ['OpenVPN', 'IkeV2'],
      held(['AAD', 'Radius'], ['OpenVPN', 'ikev2']),
      { types: ['AAD', 'Radius'], inTheWay: [] },
    ],
    [
      'but not beside a protocol that is new',
      ['OpenVPN', 'IkeV2'],
      held(['AAD', 'Radius'], ['OpenVPN']),
      { types: ['Radius'], inTheWay: ['AAD'] },
    ],
  ])('%s', (_, protocols, current, expected) => {
    expect(authenticationTypesOf(protocols, current)).toEqual(expected);
  });
});

describe('what can stand together', () => {
  it.each<[boolean, string[], string[]]>([
    [true, ['Radius'], ['IkeV2']],
    [true, [], ['IkeV2']],
    [true, ['Radius', 'Certificate', 'AAD'], ['openvpn']],
    [false, ['Radius', 'Certificate'], ['IkeV2']],
    [false, ['Radius', 'AAD'], ['IkeV2']],
    [true, ['Radius', 'aad'], ['OpenVPN', 'IkeV2']],
    [false, ['Radius', 'Certificate'], ['OpenVPN', 'IkeV2']],
    [false, ['Radius', 'Certificate', 'AAD'], ['OpenVPN', 'IkeV2']],
    [false, ['Radius', 'AAD'], ['OpenVPN', 'IkeV2', 'SSTP']],
    [false, ['Radius', 'AAD'], ['OpenVPN', 'SSTP']],
  ])('%s: %j with %j', (expected, types, protocols) => {
    expect(canStandTogether(types, protocols)).toBe(expected);
  });
});
