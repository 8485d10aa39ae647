const otherEngine = 'told by test/nps/run/runs.test.ts, which plays two runs at once on engines of its own';
const inLogs = 'told by test/nps/secret/logging.test.ts, which reads the logs of an engine of its own';

/** File, what was there, what was put there, and why a mutant of nps/private stays. */
export const inModule = [
  [
    'clients/radius-client-writes.ps1',
    "$parameters['ErrorAction'] = 'SilentlyContinue'",
    '',
    `only the logs differ; ${inLogs}`,
  ],
  [
    'clients/radius-client-writes.ps1',
    '59',
    '60',
    'makes no difference: a /26 has 59 addresses, and the next larger subnet 123',
  ],
  [
    'clients/radius-client-writes.ps1',
    '$want',
    '',
    'makes no difference: where no client has the name, none is left out for having it',
  ],
  ['clients/radius-client-writes.ps1', '$true', '$false', 'makes no difference: the list is only counted'],
  ['clients/radius-client-writes.ps1', '$false', '', 'makes no difference: no answer counts as false'],
  ['run/run.ps1', '-not [System.IO.File]::Exists($path)', '$true', otherEngine],
  ['run/run.ps1', '$note', '$true', otherEngine],
  ['run/run.ps1', '$note.started', '$false', otherEngine],
  ['run/run.ps1', '$null -ne $mutex', '$true', otherEngine],
  ['run/run.ps1', '$held', '$true', otherEngine],
  [
    'run/run.ps1',
    '$new -contains $name',
    '$true',
    'no story has a policy that somebody removes while a run undoes its own; the message would name the positions of the others too',
  ],
];
