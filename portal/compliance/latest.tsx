import { useState } from 'preact/hooks';
import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { useMay } from '../app/context.ts';
import { quiet } from '../app/pace.ts';
import { usePolled } from '../app/polled.ts';
import { Reading } from '../app/reading.tsx';
import { home } from '../app/session.ts';
import { View } from '../app/view.tsx';
import { ReportContents } from './report.tsx';
import { RunDialog } from './run-dialog.tsx';
import { RunProgress } from './run-progress.tsx';

/** The last finished report, and a run that was asked for here. */
export function LatestCompliance() {
  const report = usePolled<ComplianceReport>('compliance/latest', () => quiet);
  const [isAsked, setAsked] = useState(false);
  // Runs over the same scope have the same id. So each run is followed from its own beginning.
  const [run, setRun] = useState<{ readonly id: string; readonly turn: number }>();
  const mayRun = useMay('POST', 'compliance/runs');
  return (
    <View title="Compliance">
      <div class="actions">
        {mayRun && (
          <button type="button" class="primary" onClick={() => setAsked(true)}>
            Check now
          </button>
        )}
        <a href={`${home}/compliance/reports`}>Older reports</a>
        <a href={`${home}/compliance/waivers`}>Waivers</a>
      </div>
      {run && <RunProgress key={run.turn} id={run.id} onEnd={report.refresh} />}
      {isAsked && (
        <RunDialog
          onClose={() => setAsked(false)}
          onStarted={(id) => setRun({ id, turn: (run?.turn ?? 0) + 1 })}
        />
      )}
      {report.error?.status === 404 ? (
        <p class="empty">
          There is no report yet. “Check now” makes the first one; after that the schedule does.
        </p>
      ) : (
        <Reading of={report} what="the report">
          {(shown) => <ReportContents report={shown} isLatest />}
        </Reading>
      )}
    </View>
  );
}
