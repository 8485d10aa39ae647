import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ComplianceFinding } from '../../shared/compliance/assessment.ts';
import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { useMay } from '../app/context.ts';
import { quiet } from '../app/pace.ts';
import { usePolled } from '../app/polled.ts';
import { isSameResource } from '../parts/names.ts';
import { FindingItem } from './finding.tsx';
import { FindingFilterForm } from './finding-filter-form.tsx';
import { findingFiltersOf, findingsOf } from './finding-filters.ts';
import type { WaiverPage } from './waivers/shown-waiver.ts';
import { WaiveDialog } from './waivers/waive-dialog.tsx';

const page = 50;

interface FindingsProps {
  readonly report: ComplianceReport;
  readonly isLatest: boolean;
}

export function Findings({ report, isLatest }: FindingsProps) {
  const { query } = useLocation();
  const mayWaive = useMay('POST', 'compliance/waivers') && isLatest;
  const decided = usePolled<WaiverPage>(
    isLatest ? 'compliance/waivers?state=current' : undefined,
    () => quiet,
  );
  const [asked, setAsked] = useState<ComplianceFinding>();
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
          <FindingItem
            key={finding.id}
            finding={finding}
            rule={rules.get(finding.rule)}
            decided={decided.data?.waivers.find(
              ({ rule, target }) => rule === finding.rule && isSameResource(target, finding.target),
            )}
            {...(mayWaive && { onWaive: () => setAsked(finding) })}
          />
        ))}
      </ul>
      {asked && (
        <WaiveDialog
          finding={asked}
          title={rules.get(asked.rule)?.title ?? asked.rule}
          onClose={() => setAsked(undefined)}
          onDone={decided.refresh}
        />
      )}
      {found.length > shown && (
        <button type="button" onClick={() => setShown(shown + page)}>
          Show more
        </button>
      )}
    </section>
  );
}
