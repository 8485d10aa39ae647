import { useLocation } from 'preact-iso';
import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { type FindingFilters, findingFilterNames, findingFiltersOf } from './finding-filters.ts';

/** Filters at once, because the whole report is here already. The chosen filters are in the address. */
export function FindingFilterForm({ report }: { readonly report: ComplianceReport }) {
  const { path, query, route } = useLocation();
  const filters = findingFiltersOf(query);
  const set = (name: keyof FindingFilters, value: string) => {
    const next = { ...filters, [name]: value };
    const search = new URLSearchParams(
      findingFilterNames.flatMap((one) => (next[one] ? [[one, next[one]] as [string, string]] : [])),
    );
    route(search.size > 0 ? `${path}?${search}` : path, true);
  };
  const used = [...new Set(report.findings.map(({ rule }) => rule))].sort();
  const choice = (
    name: keyof FindingFilters,
    label: string,
    values: readonly (readonly [string, string])[],
  ) => (
    <div class="field">
      <label for={`finding-${name}`}>{label}</label>
      <select
        id={`finding-${name}`}
        value={filters[name] ?? ''}
        onChange={(event) => set(name, event.currentTarget.value)}
      >
        <option value="">All</option>
        {values.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
  const plain = (values: readonly string[]) => values.map((value) => [value, value] as const);
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      {choice('severity', 'Severity', plain(['high', 'medium', 'low', 'info']))}
      {choice('state', 'State', [
        ['open', 'Open'],
        ['waived', 'Waived'],
        ['unconfirmed', 'Not confirmed'],
      ])}
      {choice(
        'gateway',
        'Gateway',
        report.gateways.map(({ id, name }) => [id.toLowerCase(), name] as const),
      )}
      {choice('rule', 'Rule', plain(used))}
      <div class="field">
        <label for="finding-text">Text</label>
        <input
          id="finding-text"
          type="search"
          value={filters.text ?? ''}
          onInput={(event) => set('text', event.currentTarget.value)}
        />
      </div>
    </form>
  );
}
