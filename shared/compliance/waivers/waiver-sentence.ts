import type { Waiver } from './waivers.ts';

/** Who accepts the finding, who decided that, and until when. */
export function waiverSentence({
  owner,
  reason,
  until,
  by,
}: Pick<Waiver, 'owner' | 'reason' | 'until' | 'by'>) {
  return `Waived by ${by ? `${by} for ${owner}` : owner} until ${until}: ${reason}`;
}
