import type { Documents, SecretCatalogue, SecretPart } from '../../../shared/ports.ts';
import type { SecretEntry } from '../../../shared/secret/model.ts';
import { finalFailure } from './discovery.ts';
import { runFolder } from './run-folder.ts';

/**
 * Key Vault gives 25 names a request. With this number of requests a step takes a second or two, also when there are
 * very many secrets.
 */
const pagesAtOnce = 40;

type Listed = SecretPart | { readonly problem: string };

const secretsPart = (part: number) => `secrets/${part}`;

/** Keeps a part of the names of the secrets in Key Vault; true while there are more. */
export const listSecrets =
  (catalogue: SecretCatalogue, store: Documents) =>
  async ({ runId, part }: { readonly runId: string; readonly part: number }): Promise<boolean> => {
    const folder = runFolder(store, runId);
    const before = part === 0 ? undefined : await folder.read<SecretPart>(secretsPart(part - 1));
    const listed: Listed = await catalogue
      .part(pagesAtOnce, before?.continuation)
      .catch((error: unknown) => ({ problem: finalFailure(error).message }));
    await folder.write(secretsPart(part), listed);
    return 'entries' in listed && listed.continuation !== undefined;
  };

/** All that was kept. `problem` says why the names are not known. */
export async function secretsIn(
  folder: Pick<ReturnType<typeof runFolder>, 'read'>,
): Promise<{ readonly entries: readonly SecretEntry[]; readonly problem?: string }> {
  const entries: SecretEntry[] = [];
  for (let part = 0; ; part++) {
    const listed: Listed = await folder.read<Listed>(secretsPart(part));
    if ('problem' in listed) return { entries: [], problem: listed.problem };
    entries.push(...listed.entries);
    if (listed.continuation === undefined) return { entries };
  }
}
