import type { Problem } from '../../shared/core/errors.ts';
import type { Row, Rows, SpoiltRow } from '../../shared/ports.ts';

/** The most that table storage gives at a time. */
const largestPage = 1000;

/** Every row of a partition in the order of the keys, after the key `after`. Rows that are spoilt come too. */
export async function* everyRow<T>(
  rows: Pick<Rows, 'page'>,
  partition: string,
  {
    after,
    limit = largestPage,
  }: { readonly after?: string | undefined; readonly limit?: number | undefined } = {},
): AsyncGenerator<Row<T> | SpoiltRow> {
  for (let last = after; ; ) {
    const page = await rows.page<T>(partition, { after: last, limit });
    yield* page;
    if (page.length < limit) return;
    last = page.at(-1)!.key;
  }
}

const pageSize = 50;
/** A page reads at most this many rows. When few of them fit, the page is short, and names where to go on. */
const mostRows = 1000;

export interface Walk<T, R> {
  /** Only rows after the one key and before the other. Without them: all rows, the newest first. */
  readonly after: string | undefined;
  readonly before?: string | undefined;
  /** What a list shows of a row; undefined when the row was not asked for. */
  readonly shown: (value: T) => R | undefined;
  /** The id that belongs to a key; undefined when the key is spoilt. */
  readonly idIn: (key: string) => string | undefined;
}

export interface Found<R> {
  readonly found: readonly R[];
  /** The id of the last row that was read, when there are more behind it. */
  readonly continuation?: string;
  /** Rows that cannot be read, by name. */
  readonly problems?: readonly Problem[];
}

/** A page of a list. Its keys begin with the inverted time, so the newest comes first. */
export async function newestFirst<T, R>(
  rows: Pick<Rows, 'page'>,
  partition: string,
  { after, before, shown, idIn }: Walk<T, R>,
): Promise<Found<R>> {
  const found: R[] = [];
  const problems: Problem[] = [];
  const page = (continuation?: string): Found<R> => ({
    found,
    ...(continuation && { continuation }),
    ...(problems.length > 0 && { problems }),
  });
  let last = after;
  let lastId = after && idIn(after);
  for (let looked = 0; looked < mostRows; ) {
    const limit = pageSize + 1;
    const read = await rows.page<T>(partition, { after: last, before, limit });
    for (const row of read) {
      const one = 'problem' in row ? undefined : shown(row.value);
      if (!('problem' in row) && one === undefined) continue;
      if (found.length === pageSize) return page(lastId);
      if ('problem' in row) problems.push(row.problem);
      else found.push(one!);
      last = row.key;
      lastId = idIn(row.key) ?? lastId;
    }
    if (read.length < limit) return page();
    last = read.at(-1)!.key;
    lastId = idIn(last) ?? lastId;
    looked += read.length;
  }
  return page(lastId);
}
