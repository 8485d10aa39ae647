const otherEngine = 'told by test/nps/run/runs.test.ts, which plays two runs at once on engines of its own';
const inLogs = 'told by test/nps/secret/logging.test.ts, which reads the logs of an engine of its own';

const keyStore =
  'the key store is a part of Windows; the stand-in gives a server its one key, whatever it is asked for';
const opened =
  'told by test/nps/secret/logging.test.ts, which sends a secret that is encrypted for its server';
const noNetwork = 'nothing is sent over a network in a story';

const installerSince = 'was a gap in this run; test/nps/mfa/mfa-extension.ts looks at it since then';
const secretSince = 'was a gap in this run; test/nps/clients/radius-clients.ts looks at it since then';

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
  ['mfa/mfa-installer.ps1', '$Sha256.ToLowerInvariant()', '', installerSince],
  ['mfa/mfa-installer.ps1', '$signature.SignerCertificate.Subject', '', installerSince],
  ['mfa/mfa-installer.ps1', '$Installer.source', '', installerSince],
  ['mfa/mfa-installer.ps1', '-match', '', installerSince],
  ['mfa/mfa-installer.ps1', "'^https://'", '', installerSince],
  ['mfa/mfa-installer.ps1', '$_.Exception.Message', '', installerSince],
  ['mfa/mfa-installer.ps1', '3010', '', installerSince],
  ['mfa/mfa-installer.ps1', "'mfaInstaller'", '', installerSince],
  ['secret/secret-key.ps1', "'The secret was encrypted", '', secretSince],
  ['secret/secret-key.ps1', "'SharedSecret'", '', secretSince],
];
