import type { Failure as Told } from '../../shared/core/errors.ts';
import { Notice } from './notice.tsx';

/** Everything that is known of a failure: Microsoft's support asks for the ids. */
export function Failure({ error }: { readonly error: Omit<Told, 'transient' | 'retryAfterSeconds'> }) {
  const { code, message, target, details = [], correlationId, requestId } = error;
  return (
    <Notice kind="bad" title={message}>
      <dl class="facts">
        <dt>Code</dt>
        <dd>{code}</dd>
        {target && (
          <>
            <dt>About</dt>
            <dd class="id">{target}</dd>
          </>
        )}
        {(correlationId || requestId) && (
          <>
            <dt>For Microsoft support</dt>
            <dd class="id">
              {correlationId && `correlation id ${correlationId} `}
              {requestId && `request id ${requestId}`}
            </dd>
          </>
        )}
      </dl>
      <Problems of={details} />
    </Notice>
  );
}

export function Problems({
  of: problems,
}: {
  readonly of: readonly Pick<Told, 'code' | 'message' | 'target'>[];
}) {
  if (problems.length === 0) return null;
  return (
    <ul class="problems">
      {problems.map(({ code, message, target }) => (
        <li key={`${code} ${target} ${message}`}>
          {message} {target && <span class="id dim">{target}</span>}
        </li>
      ))}
    </ul>
  );
}
