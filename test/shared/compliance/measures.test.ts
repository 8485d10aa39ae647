import { expect, it } from 'vitest';
import { measureFindings } from '../../../shared/compliance/measures.ts';
import { dashboard } from '../metrics.ts';

const seen = dashboard();

it('the open findings of the newest report are told by severity', async () => {
  measureFindings({ high: 7, medium: 1, low: 2, info: 3 });
  measureFindings({ high: 4, medium: 0, low: 2, info: 3 });
  expect(await seen()).toEqual([
    ['vpn_radius.findings', { severity: 'high' }, 4],
    ['vpn_radius.findings', { severity: 'medium' }, 0],
    ['vpn_radius.findings', { severity: 'low' }, 2],
    ['vpn_radius.findings', { severity: 'info' }, 3],
  ]);
});
