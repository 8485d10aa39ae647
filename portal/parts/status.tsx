const marks: Readonly<
  Record<string, { readonly mark: string; readonly kind: string; readonly text?: string }>
> = {
  Pending: { mark: '○', kind: 'dim' },
  Running: { mark: '◔', kind: 'busy' },
  AwaitingApproval: { mark: '?', kind: 'mind', text: 'Waits for approval' },
  Succeeded: { mark: '✓', kind: 'good' },
  NotReached: { mark: '–', kind: 'dim', text: 'Not reached' },
  Skipped: { mark: '–', kind: 'dim' },
  Failed: { mark: '✗', kind: 'bad' },
  Rejected: { mark: '✗', kind: 'bad' },
  Canceled: { mark: '■', kind: 'dim' },
  compliant: { mark: '✓', kind: 'good', text: 'Compliant' },
  nonCompliant: { mark: '✗', kind: 'bad', text: 'Not compliant' },
  current: { mark: '✓', kind: 'good', text: 'Counts' },
  expired: { mark: '✗', kind: 'bad', text: 'Expired' },
  withdrawn: { mark: '■', kind: 'dim', text: 'Withdrawn' },
  unknown: { mark: '?', kind: 'mind', text: 'Unknown' },
};

export const statusText = (status: string): string => marks[status]?.text ?? status;

/** A state in words, with a sign and a colour: none of the three is shown alone. */
export function Status({ is }: { readonly is: string }) {
  const { mark, kind } = marks[is] ?? { mark: '·', kind: 'dim' };
  return (
    <span class={`status ${kind}`}>
      <span aria-hidden="true">{mark}</span> {statusText(is)}
    </span>
  );
}
