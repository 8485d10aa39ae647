import { expect, it } from 'vitest';
import { serviceNowStates, tableOfNumber } from '../../../../shared/deployment/tickets/servicenow-states.ts';

it.each([
  ['RITM0010001', 'sc_req_item'],
  ['req0010001', 'sc_request'],
  ['SCTASK0010001', 'sc_task'],
  ['INC0010001', 'incident'],
  ['CHG0010001', 'change_request'],
  ['CTASK0010001', 'change_task'],
  ['PRB0010001', undefined],
  ['0010001', undefined],
  ['INC', undefined],
  ['u_INC0010001', undefined],
  ['INC0010001-2', undefined],
])('the number %s is of the table %s', (number, table) => {
  expect(tableOfNumber(number)).toBe(table);
});

it('the setting replaces the states of the tables that it names, and no others', () => {
  const states = serviceNowStates.parse({ incident: { Succeeded: { state: '7' } }, u_vpn: {} });
  expect(states.incident).toEqual({ Succeeded: { state: '7' } });
  expect(states.u_vpn).toEqual({});
  expect(states.sc_req_item).toEqual({
    Running: { state: '2' },
    Succeeded: { state: '3' },
    Canceled: { state: '4' },
    Rejected: { state: '4' },
  });
  // A failed request item stays open for somebody, and a change goes to its review.
  expect(states.change_request).toMatchObject({ Failed: { state: '0' }, Succeeded: { state: '0' } });
});
