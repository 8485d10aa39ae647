import { useEffect, useState } from 'preact/hooks';
import { statusText } from '../parts/status.tsx';
import { type Filters, isFiltered } from './filters.ts';

const choices = [
  ['', 'All'],
  ['AwaitingApproval', statusText('AwaitingApproval')],
  ['Pending,Running', 'Running'],
  ['Succeeded', 'Succeeded'],
  ['Failed', 'Failed'],
  ['Canceled', 'Canceled'],
  ['Rejected', 'Rejected'],
] as const;

const texts = [
  ['ticket', 'Ticket', 'whole number'],
  ['virtualNetwork', 'Virtual network', 'name or id'],
  ['gateway', 'Gateway', 'name or id'],
  ['requestedBy', 'Requested by', 'name as in the ticket'],
] as const;

interface FilterFormProps {
  readonly filters: Filters;
  readonly onFilters: (filters: Filters) => void;
}

export function FilterForm({ filters, onFilters }: FilterFormProps) {
  const [typed, setTyped] = useState(filters);
  // Every render makes a new object of filters. Only filters that differ replace what somebody types.
  const address = JSON.stringify(filters);
  useEffect(() => setTyped(filters), [address]);
  const set = (name: keyof Filters, value: string) => {
    const { continuation: _, ...next } = { ...typed, [name]: value };
    setTyped(next);
    return next;
  };
  return (
    <details class="folding" open={isWide() || isFiltered(filters)}>
      <summary>Filters</summary>
      <form
        class="filters"
        aria-label="Filters"
        onSubmit={(event) => {
          event.preventDefault();
          onFilters(typed);
        }}
      >
        <div class="field">
          <label for="status">Status</label>
          <select
            id="status"
            value={typed.status ?? ''}
            onChange={(event) => onFilters(set('status', event.currentTarget.value))}
          >
            {choices.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </div>
        {texts.map(([name, label, hint]) => (
          <div class="field" key={name}>
            <label for={name}>{label}</label>
            <input
              id={name}
              type="text"
              placeholder={hint}
              autocomplete="off"
              spellcheck={false}
              maxLength={1024}
              value={typed[name] ?? ''}
              onInput={(event) => set(name, event.currentTarget.value)}
            />
          </div>
        ))}
        {(['from', 'to'] as const).map((name) => (
          <div class="field" key={name}>
            <label for={name}>{name === 'from' ? 'Started from' : 'Started until'}</label>
            <input
              id={name}
              type="date"
              value={(typed[name] ?? '').slice(0, 10)}
              onInput={(event) => set(name, event.currentTarget.value)}
            />
          </div>
        ))}
        <div class="actions">
          <button type="submit">Search</button>
          <button type="button" onClick={() => onFilters({})}>
            Show all
          </button>
        </div>
      </form>
    </details>
  );
}

/** The same width as in the styles. */
const isWide = () => matchMedia('(min-width: 48.01rem)').matches;
