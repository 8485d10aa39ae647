import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { useMay } from '../../app/context.ts';
import { quiet } from '../../app/pace.ts';
import { usePolled } from '../../app/polled.ts';
import { Reading } from '../../app/reading.tsx';
import { home } from '../../app/session.ts';
import { View } from '../../app/view.tsx';
import { shortName } from '../../parts/names.ts';
import { Pages } from '../../parts/pages.tsx';
import { Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { Unreadable } from '../../parts/unreadable.tsx';
import type { ShownWaiver, WaiverPage } from './shown-waiver.ts';
import { WithdrawDialog } from './withdraw-dialog.tsx';

const here = `${home}/compliance/waivers`;

/** Waivers that are kept as records. Those in tags and settings are only in the report. */
export function WaiverList() {
  const { continuation } = useLocation().query;
  const search = continuation ? `?continuation=${encodeURIComponent(continuation)}` : '';
  const page = usePolled<WaiverPage>(`compliance/waivers${search}`, () => quiet);
  const [withdrawn, setWithdrawn] = useState<string>();
  return (
    <View title="Waivers">
      <p>
        Findings that somebody has accepted for some time. To waive a finding, go to the finding in{' '}
        <a href={`${home}/compliance`}>the report</a>.
      </p>
      <Reading of={page} what="waivers">
        {({ waivers, continuation: older, problems }) => (
          <>
            <Unreadable of={problems} />
            {waivers.length === 0 ? (
              <p class="empty">No waiver is kept as a record.</p>
            ) : (
              <WaiverTable waivers={waivers} onWithdraw={setWithdrawn} />
            )}
            <Pages
              isLater={Boolean(continuation)}
              newest={here}
              older={older && `${here}?continuation=${encodeURIComponent(older)}`}
            />
          </>
        )}
      </Reading>
      {withdrawn && (
        <WithdrawDialog id={withdrawn} onClose={() => setWithdrawn(undefined)} onDone={page.refresh} />
      )}
    </View>
  );
}

interface WaiverTableProps {
  readonly waivers: readonly ShownWaiver[];
  readonly onWithdraw: (id: string) => void;
}

function WaiverTable({ waivers, onWithdraw }: WaiverTableProps) {
  const mayWithdraw = useMay('POST', 'compliance/waivers/{id}/withdrawal');
  return (
    <table class="waivers">
      <caption class="unseen">Waivers, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">State</th>
          <th scope="col" class="roomy">
            Why
          </th>
          <th scope="col" class="roomy">
            Decided by
          </th>
        </tr>
      </thead>
      <tbody>
        {waivers.map(({ id, rule, target, owner, reason, until, by, at, state, withdrawn }) => (
          <tr key={id}>
            <th scope="row">
              {rule}
              <p class="note">
                at <span title={target}>{shortName(target)}</span>
              </p>
              <p class="note narrow anywhere">
                {by} for {owner}: {reason}
              </p>
            </th>
            <td>
              <Status is={state} />
              <p class="note">until {until}</p>
              {withdrawn && (
                <p class="note anywhere">
                  by {withdrawn.by}, <Time at={withdrawn.at} />
                  {withdrawn.comment && ' '}
                  {withdrawn.comment && <q>{withdrawn.comment}</q>}
                </p>
              )}
              {!withdrawn && mayWithdraw && (
                <button type="button" onClick={() => onWithdraw(id)}>
                  Withdraw…
                </button>
              )}
            </td>
            <td class="roomy anywhere">
              {reason} <p class="note">owner: {owner}</p>
            </td>
            <td class="roomy anywhere">
              {by}
              <p class="note">
                <Time at={at} />
              </p>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
