import type { UserNotice } from '../../../shared/gateway/changes/notice-sentences.ts';

/** What users will notice of the other changes, each with its source. */
export function UsersNotice({ of: list }: { readonly of: readonly UserNotice[] }) {
  if (list.length === 0) return null;
  return (
    <>
      <h3>What users will also notice</h3>
      <ul>
        {list.map(({ change, target, message, source }) => (
          <li key={change + target}>
            {message}{' '}
            <a href={source} rel="noreferrer">
              Source
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
