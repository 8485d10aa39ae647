import type { TakenAway } from '../../../shared/gateway/model.ts';

/** What the plan removes: users will notice it. */
export function Removed({ of: list }: { readonly of: readonly TakenAway[] }) {
  if (list.length === 0) return <p class="good">Removes nothing that exists.</p>;
  return (
    <div class="removed">
      <h3>Removes</h3>
      <ul>
        {list.map(({ what, target, message }) => (
          <li key={what + target}>{message}</li>
        ))}
      </ul>
    </div>
  );
}
