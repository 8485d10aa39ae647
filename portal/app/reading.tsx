import type { ComponentChildren } from 'preact';
import { Notice } from '../parts/notice.tsx';
import { Time } from '../parts/time.tsx';
import type { Polled } from './polled.ts';

interface ReadingProps<T> {
  readonly of: Polled<T>;
  readonly what: string;
  readonly children: (data: T) => ComponentChildren;
}

/**
 * Shows what was read. Before that, it says that it is being read. When it could not be read again, it also says why.
 */
export function Reading<T>({ of, what, children }: ReadingProps<T>) {
  const { data, error, reachedAt, refresh } = of;
  return (
    <>
      {error && (
        <Notice kind="bad" title={titleOf(error.status, what)}>
          <p>
            {error.message}
            {data !== undefined && reachedAt && (
              <>
                {' '}
                Shown is what was read at <Time at={reachedAt.toISOString()} />.
              </>
            )}
          </p>
          {error.status !== 403 && error.status !== 404 && (
            <button type="button" onClick={refresh}>
              Try now
            </button>
          )}
        </Notice>
      )}
      {data === undefined ? !error && <p role="status">Loading {what}…</p> : children(data)}
    </>
  );
}

function titleOf(status: number, what: string): string {
  if (status === 403) return 'Your role may not see this';
  if (status === 404) return 'Not found';
  if (status === 0) return 'The app is not reached';
  return `Could not read ${what}`;
}
