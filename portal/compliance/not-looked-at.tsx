import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { shortName } from '../parts/names.ts';

const most = 100;

/** What could not be read counts as unknown, and this list names it. */
export function NotLookedAt({ report: { unchecked } }: { readonly report: ComplianceReport }) {
  if (unchecked.length === 0) return null;
  return (
    <section aria-labelledby="unchecked">
      <h2 id="unchecked">What was not checked</h2>
      <ul>
        {unchecked.slice(0, most).map(({ target, reason, rules = [] }) => (
          <li key={target + reason}>
            <b title={target}>{shortName(target)}</b>: {reason}
            {rules.length > 0 && <span class="dim"> ({rules.join(', ')})</span>}
          </li>
        ))}
      </ul>
      {unchecked.length > most && <p class="note">{unchecked.length - most} more.</p>}
    </section>
  );
}
