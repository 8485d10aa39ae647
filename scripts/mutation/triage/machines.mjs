const compiler = 'the compiler wants the question';
const ownId = 'makes no difference: the answer itself says its id';
const noMore = 'makes no difference: what is undefined is not sent, and not kept in a history';
const noSecret = 'makes no difference: no answer holds this text, and what is no secret need not be hidden';

/** File, what was there, what was put there, and why a mutant of shared/azure/machines stays. */
export const inMachines = [
  ['arc-machines.ts', 'id ?? hostId', '', ownId],
  [
    'arc-machines.ts',
    'properties?.agentVersion',
    '',
    `makes no difference: only the agent of a machine that is connected is asked for, and that is one of the properties; ${compiler}`,
  ],
  ['arc-machines.ts', '[]', '["', 'makes no difference: the text has no addresses'],
  ['arc-machines.ts', "''", '"Stryker', 'makes no difference: the text is no version either'],
  ['nps-servers.ts', '[]', '["', noSecret],
  ['run-command.ts', "'utf8'", '""', 'makes no difference: UTF-8 is the default'],
  ['run-command.ts', "''", '"Stryker', 'makes no difference: it is no state that has ended either'],
  ['run-command.ts', 'view.endTime === undefined', 'false', noMore],
  ['run-command.ts', 'view.startTime !== undefined', 'true', noMore],
  ['virtual-machines.ts', 'id ?? hostId', '', ownId],
  ['virtual-machines.ts', '[]', '["', 'makes no difference: the text has no id'],
];
