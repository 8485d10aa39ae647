import type { CheckText } from '../../core/check.ts';

const exemptions = 'https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure';

/** What may be wrong with a waiver. `waivers.ts` finds it. */
export const waiverRules: readonly CheckText[] = [
  {
    id: 'waiver-expired',
    severity: 'medium',
    title: 'A waiver has expired',
    why: 'Somebody accepted a finding until this day. The finding counts again, so somebody has to decide again.',
    fix: 'Fix the finding, or decide again with a new date. Withdraw the waiver when it is not needed any more.',
    source: exemptions,
  },
  {
    id: 'waiver-invalid',
    severity: 'low',
    title: 'A waiver is not valid',
    why: 'A waiver needs a known rule, an owner, a reason and a day on which it expires. A waiver that lacks one of them waives nothing.',
    fix: 'Write it as vpn-radius-waive-<rule> = "owner=NAME; reason=TEXT; until=YYYY-MM-DD".',
    source: exemptions,
  },
];
