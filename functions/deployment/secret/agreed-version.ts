import type { Row, Rows, Secrets } from '../../../shared/ports.ts';
import type { Secret } from '../../../shared/secret/model.ts';

/** Which version of each secret the app has agreed on, for all who stored one at the same time. */
const partition = 'secret-version';

interface OpenSecret {
  /** The version that counts; undefined while there is none. An expired one counts until it is replaced. */
  readonly found: Secret | undefined;
  /** Stores a version, unless somebody has been quicker: then returns theirs. */
  store(...version: NewVersion): Promise<Secret | undefined>;
}

type NewVersion = Parameters<Secrets['write']> extends [string, ...infer Rest] ? Rest : never;

/**
 * The secret as it counts now. A step may run twice at once, and one of the two be late: Key Vault then keeps two versions,
 * and takes none of them back. The rule: **the first that is entered in the app's own storage counts**; whoever comes second
 * disables its own version, which names the other, and uses the other. So both bring the same version to both sides.
 */
export async function openSecret(secrets: Secrets, rows: Rows, name: string): Promise<OpenSecret> {
  // Before Key Vault is asked: whoever stores between the two questions is noticed by the entry.
  const entered = await rows.read<string>(partition, keyOf(name));
  const newest = await secrets.read(name, undefined, { evenExpired: true });
  return {
    found: newest && (await withoutTwin(secrets, name, newest, entered)),
    async store(...version) {
      const mine = await secrets.write(name, ...version);
      for (let before = entered; ; before = await rows.read<string>(partition, keyOf(name))) {
        const theirs =
          before && before.version !== entered?.version && (await readVersion(secrets, name, before.value));
        if (theirs) {
          await secrets.disable(name, mine, theirs.version);
          return theirs;
        }
        if (await enter(rows, before, name, mine)) return readVersion(secrets, name, mine);
      }
    },
  };
}

/** A version whose writer died before it learned that its twin, of the same deployment, had been entered. */
async function withoutTwin(
  secrets: Secrets,
  name: string,
  newest: Secret,
  entered: Row<string> | undefined,
): Promise<Secret> {
  if (!entered || newest.madeBy === undefined || newest.version === entered.value) return newest;
  const first = await readVersion(secrets, name, entered.value);
  if (first?.madeBy !== newest.madeBy) return newest;
  await secrets.disable(name, newest.version, first.version);
  return first;
}

const readVersion = (secrets: Secrets, name: string, version: string) =>
  secrets.read(name, version, { evenExpired: true });

const enter = (rows: Rows, before: Row<string> | undefined, name: string, version: string) =>
  before ? rows.replace(partition, before, version) : rows.insert(partition, keyOf(name), version);

/** Key Vault's names are the same in capitals. */
const keyOf = (name: string) => name.toLowerCase();
