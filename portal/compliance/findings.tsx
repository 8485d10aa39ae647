import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { FindingItem } from './finding.tsx';
import { FindingFilterForm } from './finding-filter-form.tsx';
import { findingFiltersOf, findingsOf } from './finding-filters.ts';

const page = 50;

export function Findings({ report }: { readonly report: ComplianceReport }) {
  const { query } = useLocation();
  const [shown, setShown] = useState(page);
  const found = findingsOf(report, findingFiltersOf(query));
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      <FindingFilterForm report={report} />
      <p role="status">
        {found.length} of {report.findings.length}
      </p>
      {report.findings.length === 0 && <p class="empty">Nothing was found.</p>}
      <ul class="findings">
        {found.slice(0, shown).map((finding) => (
          <FindingItem key={finding.id} finding={finding} rule={rules.get(finding.rule)} />
        ))}
      </ul>
      {found.length > shown && (
        <button type="button" onClick={() => setShown(shown + page)}>
          Show more
        </button>
      )}
    </section>
  );
}
