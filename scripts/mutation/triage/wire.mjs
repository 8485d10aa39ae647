const compiler = 'the compiler wants the question';
const noText = (what) => `makes no difference: the text is ${what}`;
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
  ['access.ts', '[]', '["', noText('no subscription and no action')],
  ['access.ts', "''", '"', noText('no subscription, no action and no token')],
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
  ['errors.ts', "''", '"', noText('no code, no name of an error and no frame')],
  ['errors.ts', '[]', '["', noText('no secret')],
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
  ['one-attempt.ts', "''", '"', noText('no code of a connection that broke')],
  ['request-telemetry.ts', '[]', '["', 'makes no difference: what is read stands behind the first place'],
  ['retry-after.ts', "''", '"', noText('no time')],
  ['sensible-answer.ts', "''", '"', noText('no kind of content')],
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
];
