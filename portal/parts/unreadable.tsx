import type { Problem } from '../../shared/core/errors.ts';
import { Problems } from './failure.tsx';
import { Notice } from './notice.tsx';

/** A list names what it could not read, so that nobody takes it for complete. */
export function Unreadable({ of: problems = [] }: { readonly of: readonly Problem[] | undefined }) {
  if (problems.length === 0) return null;
  const title =
    problems.length === 1
      ? 'One row of this list cannot be read'
      : `${problems.length} rows of this list cannot be read`;
  return (
    <Notice kind="bad" title={`${title}; it may not be whole`}>
      <Problems of={problems} />
    </Notice>
  );
}
