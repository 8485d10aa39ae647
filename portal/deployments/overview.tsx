import type { Deployment } from '../../shared/deployment/contract.ts';
import { Failure } from '../parts/failure.tsx';
import { Time } from '../parts/time.tsx';

const running = ['Pending', 'Running'];

export function Overview({ deployment }: { readonly deployment: Deployment }) {
  const {
    id,
    ticket,
    virtualNetworkId,
    status,
    percent,
    startedAt,
    endedAt,
    expectedEndAt,
    decideBy,
    error,
  } = deployment;
  return (
    <section aria-label="Overview">
      {error && <Failure error={error} />}
      {running.includes(status) && (
        <div class="progress">
          <progress max={100} value={percent} aria-label="Progress" /> {percent} %
        </div>
      )}
      <dl class="facts">
        <dt>Ticket</dt>
        <dd>
          {ticket.id} <span class="dim">({ticket.system})</span>
        </dd>
        <dt>Virtual network</dt>
        <dd class="id">{virtualNetworkId}</dd>
        <dt>Started</dt>
        <dd>
          <Time at={startedAt} />
        </dd>
        {endedAt ? (
          <>
            <dt>Ended</dt>
            <dd>
              <Time at={endedAt} />
            </dd>
          </>
        ) : (
          expectedEndAt && (
            <>
              <dt>Expected end</dt>
              <dd>
                <Time at={expectedEndAt} />
              </dd>
            </>
          )
        )}
        {decideBy && (
          <>
            <dt>Decide by</dt>
            <dd>
              <Time at={decideBy} /> <span class="dim">(rejected after that)</span>
            </dd>
          </>
        )}
        <dt>Deployment</dt>
        <dd class="id">{id}</dd>
      </dl>
    </section>
  );
}
