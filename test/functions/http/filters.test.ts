import { expect, it } from 'vitest';
import { filtersOf } from '../../../functions/http/filters.ts';

/** The filters of a query, or what is wrong with them. */
function read(query: string) {
  const filters = filtersOf({ url: `https://app.example/api/list?${query}` }, ['ticket', 'from', 'to']);
  try {
    const given = { ticket: filters.text('ticket'), ...filters.range('from', 'to') };
    filters.refuseIfWrong();
    return given;
  } catch (error) {
    const { target, details } = (error as { failure: { target?: string; details: { target: string }[] } })
      .failure;
    return { target, wrong: details.map((one) => one.target) };
  }
}

it('a day as an end is meant with all its hours; the key of the host is no filter', () => {
  expect(read('ticket=REQ1&from=2030-02-28&to=2030-02-28&code=secret')).toEqual({
    ticket: 'REQ1',
    from: new Date('2030-02-28T00:00:00.000Z'),
    to: new Date('2030-02-28T23:59:59.999Z'),
  });
  expect(read('from=2030-01-01T08:00:00%2B02:00')).toMatchObject({ from: new Date('2030-01-01T06:00:00Z') });
});

it.each([
  ['ticket=REQ1&ticket=REQ2', ['ticket']],
  ['from=2030-02-31', ['from']],
  ['from=2030-02-31T08:00:00Z', ['from']],
  ['to=2030-13-01', ['to']],
  ['from=2030-01-02&to=2030-01-01', ['from']],
  ['from=2030-01-01T25:00:00Z', ['from']],
  ['tickets=REQ1', ['tickets']],
  ['tickets=REQ1&from=now&to=2030-1-1', ['tickets', 'from', 'to']],
])('%s: refused, and all that is wrong is named', (query, wrong) => {
  expect(read(query)).toEqual({ target: wrong.length === 1 ? wrong[0] : undefined, wrong });
});
