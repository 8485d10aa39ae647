import { expect, it } from 'vitest';
import type { GatewayReportFacts } from '../../../../shared/compliance/facts.ts';
import { addressPoolChecks } from '../../../../shared/gateway/checks/address-pool-checks.ts';
import { gateway, gatewayFacts, pointToSite } from '../../compliance/facts.ts';

const verdict = (id: string, more: Partial<GatewayReportFacts>) =>
  addressPoolChecks.find((one) => one.id === id)!.check(gatewayFacts(more));
const pool = (...addressPool: string[]) => ({
  gateway: gateway({ pointToSite: pointToSite({ addressPool }) }),
});
const { pointToSite: _, ...siteToSite } = gateway();

it('a gateway without point-to-site has no pool to check', () => {
  for (const { id } of addressPoolChecks)
    expect(verdict(id, { gateway: siteToSite }), id).toEqual({ is: 'notApplicable' });
});

it('a pool inside GatewaySubnet overlaps both', () => {
  expect(verdict('address-pool-overlap', pool('10.0.255.0/28'))).toEqual({
    is: 'violated',
    evidence: [
      '10.0.255.0/28 overlaps the VNet hub (10.0.0.0/16).',
      '10.0.255.0/28 overlaps GatewaySubnet (10.0.255.0/27).',
    ],
  });
});

it.each<[number, string[], string | undefined]>([
  [0, [], undefined],
  [1, ['one'], 'The pool 172.16.1.0/24, 172.16.2.0/24 overlaps the pool of one.'],
  [2, ['one', 'two'], 'The pool 172.16.1.0/24, 172.16.2.0/24 overlaps the pool of one, two.'],
  [9, ['one', 'two'], 'The pool 172.16.1.0/24, 172.16.2.0/24 overlaps the pool of one, two and 7 more.'],
])('%i gateways with the same pool are told by the first ones %j', (count, first, sentence) => {
  const facts = { ...pool('172.16.1.0/24', '172.16.2.0/24'), sharedPool: { count, first } };
  expect(verdict('address-pool-shared', facts)).toEqual(
    sentence === undefined ? { is: 'compliant' } : { is: 'violated', evidence: [sentence] },
  );
});

it.each([
  ['It is forbidden.', 'It is forbidden.'],
  [undefined, 'The VNet could not be read.'],
])('where the VNet could not be read nothing is known of its pool: %s', (networkProblem, reason) => {
  const facts = { ...pool('172.16.1.0/24'), virtualNetwork: undefined, networkProblem };
  expect(verdict('address-pool-overlap', facts)).toEqual({ is: 'unknown', reason });
});
