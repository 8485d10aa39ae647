import { expect, it } from 'vitest';
import { only, problem, unsaid, warning } from '../../../shared/core/finding.ts';
import { logLine, ticketName } from '../../../shared/core/log-line.ts';

it.each([
  ['problem', problem],
  ['warning', warning],
] as const)('a %s has what a report says only where that differs', (kind, made) => {
  const plain = { kind, code: 'Code', message: 'Message.', target: 'field' };
  expect(made('Code', 'Message.', 'field')).toEqual(plain);
  expect(made('Code', 'Message.', 'field', 'In the report.')).toEqual({
    ...plain,
    evidence: 'In the report.',
  });
});

it('those of one kind come as problems, without what only a report says', () => {
  const findings = [problem('A', 'One.', 'a', 'e'), warning('B', 'Two.', 'b')];
  expect(only('problem', findings)).toEqual([{ code: 'A', message: 'One.', target: 'a' }]);
  expect(only('warning', findings)).toEqual([{ code: 'B', message: 'Two.', target: 'b' }]);
});

it('what another list says already is not said again', () => {
  const [one, two] = [{ message: 'One.' }, { message: 'Two.' }];
  expect(unsaid([one, two], [{ message: 'One.' }])).toEqual([two]);
  expect(unsaid([one, two], [{ message: 'One.' }, { message: 'Another.' }])).toEqual([two]);
});

it('a line of the log has a subject without spaces, so that queries can cut it', () => {
  expect(
    logLine('VpnRadius.Planned', 'a  name\twith spaces', {
      ticket: ticketName({ system: 'jira', id: 'NET-1' }),
    }),
  ).toBe('VpnRadius.Planned anamewithspaces {"ticket":"jira/NET-1"}');
});
