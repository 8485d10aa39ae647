import { Fragment } from 'preact';
import type { Problem } from '../../shared/core/errors.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import type { AnswerTold, DeploymentRecord } from '../../shared/deployment/record/record.ts';
import { type Polled, usePolled } from '../app/polled.ts';
import { Problems } from '../parts/failure.tsx';
import { Notice } from '../parts/notice.tsx';
import { saveAs } from '../parts/save.ts';
import { Time } from '../parts/time.tsx';

export interface Evidence {
  readonly id: string;
  readonly sha256: string;
  readonly position: number;
  readonly record: DeploymentRecord | null;
  readonly problems: readonly Problem[];
}

/** The record. It is read again when the state of the deployment changes. */
function useRecord({ id, status, stages }: Deployment): Polled<Evidence> {
  const version = [status, ...stages.map((stage) => stage.status)].join();
  return usePolled<Evidence>(`deployments/${encodeURIComponent(id)}/record`, () => undefined, version);
}

/** What is kept for ever: who asked, who decided, who was told. The whole record can be saved as a file. */
export function RecordPart({ deployment }: { readonly deployment: Deployment }) {
  const { data, error } = useRecord(deployment);
  if (error?.status === 404 || (!data && !error)) return null;
  return (
    <section aria-labelledby="record">
      <h2 id="record">Record</h2>
      {error && !data && <Notice kind="bad" title={error.message} />}
      {data && (
        <>
          {data.problems.length > 0 && (
            <Notice kind="bad" title="The record is not complete">
              <Problems of={data.problems} />
            </Notice>
          )}
          {data.record && <People record={data.record} />}
          <p class="actions">
            <button
              type="button"
              onClick={() => saveAs(`${deployment.id}.json`, JSON.stringify(data, null, 2))}
            >
              Download the evidence
            </button>
            <span class="note id">SHA-256 {data.sha256}</span>
          </p>
        </>
      )}
    </section>
  );
}

const outcomes: Readonly<Record<AnswerTold['outcome'], string>> = {
  arrived: 'was sent',
  trying: 'is being sent',
  failed: 'could not be sent',
  'nowhere to answer': 'named no address to answer to',
};

function People({ record }: { readonly record: DeploymentRecord }) {
  const { order, decisions, answers, versions, kind } = record;
  const asked = order.requestedBy?.name ?? order.request.ticket.requestedBy;
  return (
    <dl class="facts">
      <dt>Kind</dt>
      <dd>{kind}</dd>
      <dt>Requested by</dt>
      <dd>{asked ?? <span class="dim">nobody named</span>}</dd>
      {decisions.map(({ at, approved, by, comment }) => (
        <Fragment key={at}>
          <dt>{approved ? 'Approved' : 'Rejected'} by</dt>
          <dd>
            {by}, <Time at={at} />
            {comment && ' '}
            {comment && <q>{comment}</q>}
          </dd>
        </Fragment>
      ))}
      {answers.map(({ ticket, at, outcome, failure }) => (
        <Fragment key={ticket.id + at}>
          <dt>Ticket {ticket.id}</dt>
          <dd>
            {outcomes[outcome]}, <Time at={at} /> {failure && <span class="bad">{failure.message}</span>}
          </dd>
        </Fragment>
      ))}
      <dt>Version</dt>
      <dd>{versions.app}</dd>
    </dl>
  );
}
