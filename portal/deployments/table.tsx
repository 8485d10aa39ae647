import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import { home } from '../app/session.ts';
import { shortName } from '../parts/names.ts';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';

export const addressOf = (id: string) => `${home}/deployments/${encodeURIComponent(id)}`;

export function DeploymentTable({ deployments }: { readonly deployments: readonly DeploymentSummary[] }) {
  return (
    <table class="deployments">
      <caption class="unseen">Deployments, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Virtual network</th>
          <th scope="col">Status</th>
          <th scope="col">Ticket</th>
          <th scope="col" class="roomy">
            Requested by
          </th>
          <th scope="col" class="roomy">
            Started
          </th>
          <th scope="col" class="roomy">
            Ended
          </th>
        </tr>
      </thead>
      <tbody>
        {deployments.map((one) => (
          <Row key={one.id} deployment={one} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ deployment }: { readonly deployment: DeploymentSummary }) {
  const {
    id,
    virtualNetworkId,
    status,
    percent,
    ticket,
    requestedBy,
    startedAt,
    endedAt,
    expectedEndAt,
    error,
  } = deployment;
  return (
    <tr>
      <th scope="row">
        <a href={addressOf(id)} title={virtualNetworkId}>
          {shortName(virtualNetworkId)}
        </a>
        <p class="note narrow">
          <Time at={startedAt} />
        </p>
        {error && <p class="note">{error.message}</p>}
      </th>
      <td>
        <Status is={status} />
        {status === 'Running' && <span class="note"> {percent} %</span>}
      </td>
      <td class="anywhere">{ticket.id}</td>
      <td class="roomy anywhere">{requestedBy ?? <span class="dim">nobody named</span>}</td>
      <td class="roomy">
        <Time at={startedAt} />
      </td>
      <td class="roomy">
        {endedAt || !expectedEndAt ? (
          <Time at={endedAt} />
        ) : (
          <>
            expected <Time at={expectedEndAt} />
          </>
        )}
      </td>
    </tr>
  );
}
