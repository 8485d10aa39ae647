import { describe, expect, it } from 'vitest';
import { unknown, violated } from '../../../../shared/core/check.ts';
import type { RadiusClientFacts, RadiusServerFacts } from '../../../../shared/nps/checks/facts.ts';
import { npsCheckOf } from '../../../../shared/nps/checks/table.ts';
import {
  failing,
  radiusClientRules,
  verdictOf,
  worthTelling,
} from '../../../../shared/nps/checks/verdicts.ts';
import { npsState } from '../../compliance/facts.ts';
import { gatewayId, npsId } from '../../hub.ts';

const answer = (state: object = {}, more: object = {}) => ({
  host: npsId,
  state: npsState(state),
  findings: [],
  findingsOmitted: 0,
  ...more,
});
const ike = { protocols: ['IkeV2'] };
const check = (id: string) => npsCheckOf.get(id)!;
const withoutRole = { server: { npasInstalled: false } };

describe('what a check says when the server found nothing', () => {
  it.each<[string, string, object, object, object]>([
    ['all is well', 'nps-firewall', {}, {}, { is: 'compliant' }],
    ['the role is not there', 'nps-firewall', withoutRole, {}, unknown('The role NPAS is not installed.')],
    [
      'the server left it out',
      'nps-firewall',
      { firewallOpen: undefined },
      {},
      unknown('The server did not report its firewall rules.'),
    ],
    [
      'the server does not know it',
      'nps-firewall',
      { firewallOpen: null },
      {},
      unknown('The server did not report its firewall rules.'),
    ],
    ['it has the client', 'radius-client-address', {}, { client: 'VPNGW-HUB' }, { is: 'compliant' }],
    ['it has no such client', 'radius-client-address', {}, { client: 'other' }, { is: 'notApplicable' }],
    [
      'there are no clients without the role',
      'radius-client-address',
      withoutRole,
      { client: 'other' },
      unknown('The role NPAS is not installed.'),
    ],
  ])('%s', (_, id, state, about, expected) => {
    expect(verdictOf(check(id), answer(state), { ...ike, ...about })).toEqual(expected);
  });

  it('but its answer was cut', () => {
    expect(verdictOf(check('nps-service'), answer({}, { findingsOmitted: 1 }), ike)).toEqual(
      unknown('The answer of the server was too long to contain everything that it found.'),
    );
  });
});

it('what a newer module finds stops no deployment, and is told', () => {
  const findings = [{ id: 'of-a-newer-module', message: 'New.' }];
  expect(failing(findings)).toEqual([]);
  expect(worthTelling(findings)).toEqual(findings);
});

const facts = (servers: RadiusServerFacts[], more: Partial<RadiusClientFacts> = {}): RadiusClientFacts => ({
  gateway: { id: gatewayId, pointToSite: ike },
  usesRadius: true,
  gatewaySubnetPrefix: '10.0.255.0/27',
  servers,
  ...more,
});
const missing = (more: object) =>
  answer({}, { findings: [{ id: 'radius-client-missing', message: 'No client.', ...more }] });

describe('a rule of a gateway on its NPS servers', () => {
  const rule = radiusClientRules.find(({ id }) => id === 'radius-client-missing')!;
  const known = { address: '10.0.1.4', host: npsId };
  const ofThis = missing({ client: 'vpngw-hub' });

  it.each<[string, RadiusClientFacts, object]>([
    ['names the server', facts([{ ...known, answer: ofThis }]), violated('nps-01: No client.')],
    [
      'is not about another gateway of the server',
      facts([{ ...known, answer: missing({ client: 'vpngw-other' }) }]),
      { is: 'compliant' },
    ],
    [
      'says nothing without RADIUS',
      facts([{ ...known, answer: ofThis }], { usesRadius: false }),
      { is: 'notApplicable' },
    ],
    [
      'needs the prefix of GatewaySubnet',
      facts([{ ...known, answer: ofThis }], { gatewaySubnetPrefix: undefined }),
      unknown('The prefix of GatewaySubnet could not be read.'),
    ],
    [
      'says why there is no prefix',
      facts([known], { gatewaySubnetPrefix: undefined, networkProblem: 'The VNet is gone.' }),
      unknown('The VNet is gone.'),
    ],
    ['names a server that was not asked', facts([known]), unknown('nps-01 was not asked.')],
    [
      'names by its address a server of which no machine is known',
      facts([{ address: '10.0.1.4' }]),
      unknown('10.0.1.4 was not asked.'),
    ],
    [
      'holds for a gateway without point-to-site',
      facts([{ ...known, answer: ofThis }], { gateway: { id: gatewayId } }),
      violated('nps-01: No client.'),
    ],
  ])('%s', (_, given, expected) => expect(rule.check(given)).toEqual(expected));
});

it.each([
  [['IkeV2'], 'compliant'],
  [['OpenVPN'], 'notApplicable'],
])('a rule of the server knows the tunnel types of the gateway: %s', (protocols, is) => {
  expect(verdictOf(check('blast-radius-message-authenticator'), answer(), { protocols })).toMatchObject({
    is,
  });
});
