import { useLocation } from 'preact-iso';
import type { ReportSummary } from '../../shared/compliance/report/report.ts';
import type { Problem } from '../../shared/core/errors.ts';
import { quiet } from '../app/pace.ts';
import { usePolled } from '../app/polled.ts';
import { Reading } from '../app/reading.tsx';
import { home } from '../app/session.ts';
import { View } from '../app/view.tsx';
import { Pages } from '../parts/pages.tsx';
import { Time } from '../parts/time.tsx';
import { Unreadable } from '../parts/unreadable.tsx';
import { scoreOf } from './score.tsx';

interface Page {
  readonly reports: readonly ReportSummary[];
  readonly continuation?: string;
  readonly problems?: readonly Problem[];
}

const here = `${home}/compliance/reports`;

export function ReportList() {
  const { continuation } = useLocation().query;
  const search = continuation ? `?continuation=${encodeURIComponent(continuation)}` : '';
  const page = usePolled<Page>(`compliance/reports${search}`, () => quiet);
  return (
    <View title="Compliance reports">
      <Reading of={page} what="reports">
        {({ reports, continuation: older, problems }) => (
          <>
            <Unreadable of={problems} />
            {reports.length === 0 ? (
              <p class="empty">There is no report yet.</p>
            ) : (
              <ReportTable reports={reports} />
            )}
            <Pages
              isLater={Boolean(continuation)}
              newest={here}
              older={older && `${here}?continuation=${encodeURIComponent(older)}`}
            />
          </>
        )}
      </Reading>
    </View>
  );
}

function ReportTable({ reports }: { readonly reports: readonly ReportSummary[] }) {
  return (
    <table>
      <caption class="unseen">Reports, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Checked</th>
          <th scope="col">Compliant</th>
          <th scope="col">High</th>
          <th scope="col" class="roomy">
            New
          </th>
          <th scope="col" class="roomy">
            Gone
          </th>
          <th scope="col" class="roomy">
            Started by
          </th>
        </tr>
      </thead>
      <tbody>
        {reports.map(({ id, endedAt, summary, startedBy, new: added, resolved }) => (
          <tr key={id}>
            <th scope="row">
              <a href={`${here}/${encodeURIComponent(id)}`}>
                <Time at={endedAt} />
              </a>
            </th>
            <td>{summary.gateways.total === 0 ? 'no gateway' : `${scoreOf(summary.gateways)} %`}</td>
            <td>{summary.findings.high}</td>
            <td class="roomy">{added}</td>
            <td class="roomy">{resolved}</td>
            <td class="roomy anywhere">{startedBy.name}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
