import type { Row, Rows, Secrets } from '../../../shared/ports.ts';
import type { Secret } from '../../../shared/secret/model.ts';

/** Which version of each secret the app has agreed on. It is the same for all steps that store one at the same time. */
const partition = 'secret-version';

interface OpenSecret {
  /** The version that counts; undefined while there is none. An expired version counts until it is replaced. */
  readonly found: Secret | undefined;
  /** Stores a version. When another one was quicker, returns that one. */
  store(...version: NewVersion): Promise<Secret | undefined>;
}

type NewVersion = Parameters<Secrets['write']> extends [string, ...infer Rest] ? Rest : never;

/**
 * The secret that counts now. A step may run twice at once, and one of the two may be late. Key Vault then keeps two
 * versions, and takes neither back. The rule: **the first version that is entered in the app's own storage counts**.
 * The second one disables its own version, which names the other, and uses the other. So both bring the same version to
 * both sides.
 */
export async function openSecret(secrets: Secrets, rows: Rows, name: string): Promise<OpenSecret> {
  // Read before Key Vault is asked: when another step stores a version between the two reads, the entry shows it.
  const before = await rows.read<string>(partition, secretNameKey(name));
  const newest = await secrets.read(name, undefined, { mayBeExpired: true });
  const entered = before ?? (newest && (await enterLost(rows, name, newest)));
  return {
    found: newest && (await withoutTwin(secrets, name, newest, entered)),
    async store(...version) {
      const mine = await secrets.write(name, ...version);
      for (let now = entered; ; now = await rows.read<string>(partition, secretNameKey(name))) {
        // Another step found it before it was entered here.
        if (now?.value === mine) return readVersion(secrets, name, mine);
        const theirs =
          now && now.version !== entered?.version && (await readVersion(secrets, name, now.value));
        if (theirs) {
          await secrets.disable(name, mine, theirs.version);
          return theirs;
        }
        if (await enter(rows, now, name, mine)) return readVersion(secrets, name, mine);
      }
    },
  };
}

/** Enters a version whose writer did not: it died, or never learned that it had stored one. Returns what is entered then. */
async function enterLost(rows: Rows, name: string, newest: Secret): Promise<Row<string> | undefined> {
  if (newest.madeBy === undefined) return undefined;
  await enter(rows, undefined, name, newest.version);
  return rows.read<string>(partition, secretNameKey(name));
}

/**
 * A version whose writer died before it learned that another version of the same deployment had been entered. Another
 * try of the deployment stored it. A version that somebody stored with copied tags names the same try, and stays.
 */
async function withoutTwin(
  secrets: Secrets,
  name: string,
  newest: Secret,
  entered: Row<string> | undefined,
): Promise<Secret> {
  if (!entered || newest.madeBy === undefined || newest.version === entered.value) return newest;
  const first = await readVersion(secrets, name, entered.value);
  if (!first || !areTwins(first, newest)) return newest;
  await secrets.disable(name, newest.version, first.version);
  return first;
}

/**
 * Disables further versions that other tries of the same deployment have stored: nobody uses them. One whose writer never
 * learned that it had stored it may also be older than the version that counts.
 */
export async function disableTwins(
  secrets: Pick<Secrets, 'versions' | 'disable'>,
  name: string,
  counting: Secret,
): Promise<void> {
  for (const other of await secrets.versions(name))
    if (other.enabled && areTwins(counting, other))
      await secrets.disable(name, other.version, counting.version);
}

/** Two versions of one deployment, each stored by another try of it. */
const areTwins = (one: Stored, other: Stored) =>
  one.madeBy !== undefined && one.madeBy === other.madeBy && one.attempt !== other.attempt;

type Stored = Pick<Secret, 'madeBy' | 'attempt'>;

const readVersion = (secrets: Secrets, name: string, version: string) =>
  secrets.read(name, version, { mayBeExpired: true });

const enter = (rows: Rows, before: Row<string> | undefined, name: string, version: string) =>
  before ? rows.replace(partition, before, version) : rows.insert(partition, secretNameKey(name), version);

/** In Key Vault, names that differ only in capitals are the same name. */
const secretNameKey = (name: string) => name.toLowerCase();
