import { expect, it } from 'vitest';
import { findingFiltersOf, findingsOf } from '../../../portal/compliance/finding-filters.ts';
import { filtersInAddress, isFiltered, searchOf } from '../../../portal/deployments/filters.ts';

it('an address says the same filters again, and nothing that is no filter', () => {
  const query = { to: '2030-01-02', ticket: ' REQ1 ', status: '', code: 'a-key', continuation: 'vpn-1' };
  const filters = filtersInAddress(query);
  expect(searchOf(filters)).toBe('?ticket=REQ1&to=2030-01-02&continuation=vpn-1');
  expect(filtersInAddress(Object.fromEntries(new URLSearchParams(searchOf(filters))))).toEqual(filters);
  expect(searchOf({})).toBe('');
  expect([isFiltered(filters), isFiltered({ continuation: 'vpn-1' })]).toEqual([true, false]);
});

it('findings of a gateway are those of its NPS servers too, the worst first', () => {
  const finding = (rule: string, severity: 'high' | 'low', target: string) => ({
    id: rule,
    rule,
    severity,
    status: 'open' as const,
    target,
    evidence: [`about ${rule}`],
    firstSeenAt: '',
    checkedAt: '',
  });
  const gateway = {
    id: '/S/gw',
    name: 'gw',
    status: 'nonCompliant' as const,
    findings: 1,
    passed: [],
    checkedAt: '',
    location: '',
    sku: '',
    deployed: true,
    npsServers: ['/s/nps'],
  };
  const report = {
    gateways: [gateway],
    findings: [
      finding('one', 'low', '/s/gw'),
      finding('two', 'high', '/s/NPS'),
      finding('three', 'high', '/s/other'),
    ],
  };
  const rules = (query: Record<string, string>) =>
    findingsOf(report, findingFiltersOf(query)).map(({ rule }) => rule);
  expect(rules({})).toEqual(['two', 'three', 'one']);
  expect(rules({ gateway: '/s/gw' })).toEqual(['two', 'one']);
  expect(rules({ text: 'ABOUT THREE' })).toEqual(['three']);
  expect(rules({ severity: 'low', state: 'waived' })).toEqual([]);
});
