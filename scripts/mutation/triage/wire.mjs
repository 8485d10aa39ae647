const compiler = 'the compiler wants the question';
const textIs = (what) => `makes no difference: the text is ${what}`;
const notSent = 'makes no difference: what is undefined is not sent';
const onlyTime = 'makes no difference: a store that is not in use only costs time';

/** File, what was there, what was put there, and why a mutant of shared/azure/wire stays. */
export const inWire = [
  [
    'access.ts',
    'default: return undefined;',
    '',
    'makes no difference: what has no case returns nothing either',
  ],
  ['access.ts', '[]', '["', textIs('no subscription and no action')],
  ['access.ts', "''", '"', textIs('no subscription, no action and no token')],
  ['access.ts', "{ token: '' }", '{}', 'makes no difference: what has no token says nothing of who signs in'],
  ['access.ts', '{ return undefined; }', '{}', 'makes no difference: nothing is undefined too'],
  [
    'connection.ts',
    '{ name: tracingPolicyName }',
    '{}',
    'makes no difference: the policy that then stays only costs time',
  ],
  ['correlation.ts', 'atWork++', '', onlyTime],
  ['correlation.ts', '--atWork', '', onlyTime],
  ['correlation.ts', '{ // Before', '', onlyTime],
  ['credential.ts', 'status < 300', '', 'makes no difference: 300 is not told of at all'],
  ['credential.ts', 'wait !== undefined', 'true', notSent],
  ['errors.ts', "''", '"', textIs('no code, no name of an error and no frame')],
  ['errors.ts', '[]', '["', textIs('no secret')],
  ['errors.ts', 'wait === undefined', 'false', notSent],
  [
    'loopback.ts',
    '/^127',
    '/127',
    'makes no difference: the URL of a host that ends with numbers is an address, or none',
  ],
  ['connection.ts', 'subscriptionId.toLowerCase()', '', 'makes no difference: either compares without case'],
  [
    'operation.ts',
    'answer?.headers',
    'answer.headers',
    `makes no difference: what was started has an answer; ${compiler}`,
  ],
  ['one-attempt.ts', "''", '"', textIs('no code of a connection that broke')],
  ['request-telemetry.ts', '[]', '["', 'makes no difference: what is read stands behind the first place'],
  ['retry-after.ts', "''", '"', textIs('no time')],
  ['sensible-answer.ts', "''", '"', textIs('no kind of content')],
  [
    'sensible-answer.ts',
    '/\\/providers\\/[^/]+\\/(.+)$/i.exec(pathname)?.[1]?.split',
    '',
    `makes no difference: what is found has this part; ${compiler}`,
  ],
  [
    'sensible-answer.ts',
    '/\\/providers\\/[^/]+\\/(.+)$/i',
    '',
    'makes no difference: a path is one line, and all of its rest is taken',
  ],
  [
    'sensible-answer.ts',
    '/^locations$/i',
    '',
    'makes no difference: no type that the app reads is named alike',
  ],
  [
    'sensible-answer.ts',
    '/^instanceView$/i',
    '',
    'makes no difference: no type that the app reads is named alike',
  ],
  [
    'request-telemetry.ts',
    '/\\/providers',
    '',
    'makes no difference: a path has no question mark, and all of its rest is taken',
  ],
  ['request-telemetry.ts', '!namespace || !rest', '', 'makes no difference: both are found, or none'],
  [
    'request-telemetry.ts',
    'type?.toLowerCase',
    '',
    `makes no difference: what is split has a first part; ${compiler}`,
  ],
  ['retry-after.ts', 'after', 'true', 'makes no difference: what is undefined is no time'],
  ['said.ts', 'key === undefined', 'false', 'makes no difference: no member is named undefined'],
  [
    'sensible-answer.ts',
    '/^\\/secrets',
    '',
    'makes no difference: the app asks a vault for nothing below or above these paths',
  ],
  [
    'sensible-answer.ts',
    '/\\/',
    '',
    'makes no difference: the app asks for nothing below or above such a path',
  ],
];
