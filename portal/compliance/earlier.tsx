import { useRoute } from 'preact-iso';
import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { usePolled } from '../app/polled.ts';
import { Reading } from '../app/reading.tsx';
import { View } from '../app/view.tsx';
import { ReportContents } from './report.tsx';

export function EarlierReport() {
  const id = useRoute().params.id ?? '';
  const report = usePolled<ComplianceReport>(`compliance/reports/${encodeURIComponent(id)}`, () => undefined);
  return (
    <View title="Compliance report">
      <Reading of={report} what="the report">
        {(shown) => <ReportContents report={shown} />}
      </Reading>
    </View>
  );
}
