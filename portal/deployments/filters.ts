/** The filters of `GET /deployments`, under the same names in the address of the page. */
const filterNames = ['status', 'ticket', 'virtualNetwork', 'gateway', 'requestedBy', 'from', 'to'] as const;
export type Filters = Partial<Record<(typeof filterNames)[number] | 'continuation', string>>;

export function filtersInAddress(query: Readonly<Record<string, string>>): Filters {
  return given([...filterNames, 'continuation'].map((name) => [name, query[name]?.trim()]));
}

/** `?status=Failed&…`, or nothing. The order is fixed, so the same filters have one address. */
export function searchOf(filters: Filters): string {
  const search = new URLSearchParams(
    given([...filterNames, 'continuation'].map((name) => [name, filters[name as keyof Filters]])),
  );
  return search.size > 0 ? `?${search}` : '';
}

export const isFiltered = (filters: Filters) => filterNames.some((name) => filters[name]);

function given(entries: readonly (readonly [string, string | undefined])[]): Record<string, string> {
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}
