import type { Severity } from '../core/check.ts';
import { level } from '../core/instruments.ts';

/** The open findings of the newest report. */
export function measureFindings(open: Readonly<Record<Severity, number>>): void {
  for (const [severity, number] of Object.entries(open))
    level('vpn_radius.findings', 'Open findings of the newest compliance report.', number, { severity });
}
