import type { Row, Rows, SpoiltRow } from '../../shared/ports.ts';

/** The most that table storage gives at a time. */
const largestPage = 1000;

/** Every row of a partition in the order of the keys, those after `after`, spoilt ones too. */
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
