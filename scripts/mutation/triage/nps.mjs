const otherEngine = 'told by test/nps/run/runs.test.ts, which plays two runs at once on engines of its own';
const inLogs = 'told by test/nps/secret/logging.test.ts, which reads the logs of an engine of its own';

const keyStore =
  'the key store is a part of Windows; the stand-in gives a server its one key, whatever it is asked for';
const opened =
  'told by test/nps/secret/logging.test.ts, which sends a secret that is encrypted for its server';
const noNetwork = 'nothing is sent over a network in a story';

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
  ['secret/secret-key.ps1', '24', '', keyStore],
  ['secret/secret-key.ps1', '$parameters.', '', keyStore],
  ['secret/secret-key.ps1', "'VpnNps'", '', keyStore],
  ['secret/secret-key.ps1', '5', '', keyStore],
  ['secret/secret-key.ps1', '2048', '', keyStore],
  [
    'secret/secret-key.ps1',
    '$false',
    '$true',
    'makes no difference: of what is exported only the modulus is told; and this key cannot be exported',
  ],
  ['secret/secret-key.ps1', '$rsa.Dispose()', '', 'makes no difference that a test could see: memory'],
  ['secret/secret-key.ps1', '$true', '$false', opened],
  ['secret/secret-key.ps1', '$secure', '', opened],
  [
    'mfa/mfa-installer.ps1',
    "'exe'",
    '',
    'Windows runs a file by its extension; the stand-in runs every file',
  ],
  ['mfa/mfa-installer.ps1', '[System.Net.ServicePointManager]', '', noNetwork],
  ['mfa/mfa-installer.ps1', '-bor', '-band', noNetwork],
  ['mfa/mfa-installer.ps1', '300', '301', noNetwork],
  [
    'mfa/mfa-installer.ps1',
    'Test-Path',
    '$true',
    'makes no difference: what is not there is not removed, and says nothing',
  ],
  ['run/run.ps1', '-not [System.IO.File]::Exists($path)', '', otherEngine],
  ['run/run.ps1', '-not [System.IO.File]::Exists($path)', '(', otherEngine],
  ['run/run.ps1', '$note', '', otherEngine],
  ['run/run.ps1', "'Set'", '', otherEngine],
  ['run/run.ps1', '[System.IO.File]::WriteAllText', '', otherEngine],
  ['run/run.ps1', '[System.IO.File]::Exists($path)', '$false', otherEngine],
  ['run/run.ps1', '[System.IO.File]::Delete($path)', '', otherEngine],
  ['run/run.ps1', 'Write-VpnNpsRunNote $Run', '', otherEngine],
  ['run/run.ps1', 'throw (New-VpnNpsError', '', otherEngine],
  ['run/run.ps1', '"$who works', '', otherEngine],
  ['run/run.ps1', '$null -eq $Mutex', '$true', otherEngine],
  ['run/run.ps1', '$Mutex.ReleaseMutex()', '', otherEngine],
  ['run/run.ps1', 'Start-Sleep', '', otherEngine],
  ['run/run.ps1', "'VpnNps'", '', otherEngine],
  ['run/run.ps1', '120', '121', 'makes no difference but a second of waiting'],
  ['run/run.ps1', '1', '2', 'makes no difference but a second of waiting'],
  [
    'run/run.ps1',
    '[System.IO.File]::Exists($path)',
    '$true',
    'makes no difference: nothing that is not there is deleted',
  ],
  ['run/run.ps1', '"$env:ProgramFiles"', '', 'only lets imagined servers wait for each other'],
  ['run/run.ps1', '0', '1', 'makes no difference: another part of the hash names the mutex'],
  ['run/run.ps1', '$Mutex.Dispose()', '', 'makes no difference that a test could see: memory'],
  ['run/run.ps1', "'name'", '', 'was a gap in this run; test/nps/run/failures.ts looks at it since then'],
  [
    'run/run.ps1',
    '$policy.name',
    '',
    'was a gap in this run; test/nps/run/failures.ts looks at it since then',
  ],
  [
    'run/run.ps1',
    'Read-VpnNpsNetworkPolicies',
    '',
    'was a gap in this run; test/nps/run/failures.ts looks at it since then',
  ],
  [
    'run/run.ps1',
    "'left-changed'",
    '',
    'was a gap in this run; test/nps/run/failures.ts looks at it since then',
  ],
  ['run/run.ps1', "', '", '', 'no story has two settings that could not be put back'],
  ['run/run.ps1', '$false', '', 'makes no difference: no answer counts as false'],
];
