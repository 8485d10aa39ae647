import type { Waiver } from './waivers.ts';

/** Who lives with a finding, who decided that, and how long. */
export function waiverSentence({
  owner,
  reason,
  until,
  by,
}: Pick<Waiver, 'owner' | 'reason' | 'until' | 'by'>) {
  return `Waived by ${by ? `${by} for ${owner}` : owner} until ${until}: ${reason}`;
}
