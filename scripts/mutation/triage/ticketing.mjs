const compiler = 'the compiler wants the question';
const utf8 = 'makes no difference: UTF-8 is the default';
const secondPlace = 'makes no difference: what is read stands in the second place, which stays empty';
const redirects = 'makes no difference: a redirect has failed already';
const noMore = 'makes no difference: what is undefined is not sent';

/** File, what was there, what was put there, and why a mutant of shared/ticketing stays. */
export const inTicketing = [
  ['answers.ts', 'retryAfterSeconds !== undefined', 'true', noMore],
  ['callbacks.ts', 'received.status >= 300', 'received.status > 300', redirects],
  [
    'credential.ts',
    "'clientCredentials'",
    '""',
    'makes no difference: it is only asked whether the credential is a fixed one',
  ],
  ['credential.ts', '[]', '["', secondPlace],
  ['credential.ts', "'utf8'", '""', utf8],
  ['finding-tickets.ts', 'default:', '', 'makes no difference: what has no case returns nothing either'],
  [
    'finding-tickets.ts',
    '[]',
    '["',
    'makes no difference: the text is no record, no issue and no transition',
  ],
  [
    'https.ts',
    '/^\\[|\\]$/g',
    '',
    'makes no difference: only an address in brackets has brackets, and they are at its ends',
  ],
  [
    'https.ts',
    "''",
    '"Stryker',
    'makes no difference: it is no time to wait either; and Node.js asks for all addresses, so the first one alone is not asked for',
  ],
  ['https.ts', 'found[0]', '', 'Node.js asks for all addresses, unless its autoSelectFamily is switched off'],
  ['https.ts', 'retryAfterSeconds !== undefined', 'true', noMore],
  ['jira.ts', '[]', '["', 'makes no difference: the text is no comment and no transition'],
  ['jira.ts', "''", '"Stryker', 'makes no difference: the text is no marker'],
  [
    'jira.ts',
    'JSON.stringify(marker)',
    'JSON.stringify(marker)',
    'makes no difference: the marker is a line of its own, so it is a text of its own in the document',
  ],
  ['note.ts', '[]', '["', 'makes no difference'],
  ['servicenow-own-note.ts', '[]', '["', 'makes no difference: the text is no entry and no account'],
  ['servicenow.ts', '[]', '["', secondPlace],
  ['servicenow.ts', 'key === undefined', 'false', `makes no difference: no table is known then; ${compiler}`],
  [
    'servicenow.ts',
    "''",
    '"Stryker',
    'makes no difference: the text is no marker, and every record has a sys_id',
  ],
  ['ticket-system.ts', 'body !== undefined', 'true', noMore],
  ['ticket-system.ts', 'status >= 300', 'status > 300', redirects],
];
