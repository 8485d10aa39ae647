import type { MigrationPlan } from '../../../shared/deployment/contract.ts';

/** The path of a migration: what it means for users, what goes at the end, and the way back. */
export function Migration({ of: plan }: { readonly of: MigrationPlan | undefined }) {
  if (!plan) return null;
  const { title, part, forUsers, goBack, atTheEnd, source } = plan;
  return (
    <>
      <h3>Migration: {title}</h3>
      <p>{forUsers}</p>
      {atTheEnd && part === 'first' && (
        <p>
          <b>When somebody says that users have moved:</b> {atTheEnd}
        </p>
      )}
      <p>
        <b>To go back:</b> {goBack}{' '}
        <a href={source} rel="noreferrer">
          Source
        </a>
      </p>
    </>
  );
}
