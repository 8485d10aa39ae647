import type { TakenAway } from '../../../shared/gateway/model.ts';

/** What the plan takes away: users will notice it. */
export function TakesAway({ of: list }: { readonly of: readonly TakenAway[] }) {
  if (list.length === 0) return <p class="good">Takes away nothing that exists.</p>;
  return (
    <div class="takes-away">
      <h3>Takes away</h3>
      <ul>
        {list.map(({ what, target, message }) => (
          <li key={what + target}>{message}</li>
        ))}
      </ul>
    </div>
  );
}
