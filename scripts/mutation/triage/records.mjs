const reads = 'makes no difference but in the number of reads';
const inOrder = 'makes no difference: documents are listed in the order of their names';
const isNone = (what) => `makes no difference: the text is ${what}`;
const onlyMemory = 'makes no difference but in memory: the turns of a process that ends go with it';
const fiftyOne = 'makes no difference: rows are read 51 at a time, so never exactly a thousand';

/** File, what was there, what was put there, and why a mutant of functions/records stays. */
export const inRecords = [
  [
    'answers.ts',
    'from < further.length',
    'from <=',
    'makes no difference: behind the end there is no ticket',
  ],
  ['cards.ts', "'0'", '""', 'makes no difference: the number has thirteen digits until the year 2255'],
  [
    'cards.ts',
    'now?.summary',
    'now.summary',
    'a card goes only when its records are too old to be kept, and nobody changes it then',
  ],
  ['cards.ts', '[]', '["', 'makes no difference: nobody asks for the list of this text'],
  ['chain/chain-verification.ts', '[]', '["', isNone('no place')],
  ['chain/chain-verification.ts', 'part && head', 'false', reads],
  [
    'chain/chain-verification.ts',
    'head?.last.position ?? 0',
    'head?.last.position && 0',
    'makes no difference: the last place of the head is noted too',
  ],
  [
    'chain/chain-verification.ts',
    'position < oldest',
    'position <= oldest',
    'makes no difference: the oldest is there, so it was passed over before',
  ],
  ['chain/chain-verification.ts', '[...there].filter(', '[...there].filter(', inOrder],
  ['chain/chain-verification.ts', '(a, b) => a - b', '() => undefined', inOrder],
  ['chain/chain-verification.ts', 'a - b', 'a + b', inOrder],
  [
    'chain/chain-verification.ts',
    'from < positions.length',
    'from <=',
    'makes no difference: behind the end there is no record',
  ],
  [
    'chain/chain-verification.ts',
    '/\\/(\\d{8})\\.json$/',
    '/\\/(\\d{8})\\.json/',
    'makes no difference: the name is compared as a whole afterwards',
  ],
  ['chain/chain-verification.ts', '{ limit: most }', '{}', reads],
  ['chain/chain-verification.ts', 'entry && !index.noted.has(position)', 'entry ||', reads],
  ['chain/chain-verification.ts', 'index.noted.get(position)?.entry', 'false', reads],
  [
    'chain/chain-verification.ts',
    '{ return undefined; }',
    '{}',
    'makes no difference: without a value it is undefined too',
  ],
  ['creation-times.ts', '[]', '["', 'makes no difference: so few times are not used'],
  [
    'chain/evidence.ts',
    'newest?.document?.record',
    '',
    'makes no difference: the newest is one that has a document; the compiler wants the question',
  ],
  [
    'deployed.ts',
    'brought?.servers',
    '',
    'makes no difference: a migration that brought nothing and rotates nothing keeps nothing (ended.ts)',
  ],
  ...[
    ['[]', '["'],
    ['!order.migrates || order.rotates || brought', 'true'],
    ["'ended'", '""'],
  ].map(([was, became]) => [
    'ended.ts',
    was,
    became,
    'was a gap in this run; test/functions/records/ended.test.ts holds it since then',
  ]),
  ['every-row.ts', 'after && idIn(after)', '', 'only told when all keys of a page are spoilt'],
  ['every-row.ts', 'looked < mostRows', 'looked <=', fiftyOne],
  ['find.ts', 'looked < mostRows', 'looked <=', fiftyOne],
  [
    'find.ts',
    '[...next.keys()].sort().slice(0, limit)',
    '',
    'only matters where most of the running deployments of a page have ended meanwhile',
  ],
  [
    'find.ts',
    '!isWanted && !problem',
    'false',
    'only matters where the rest of a list does not fit: one more page, which is empty',
  ],
  [
    'find.ts',
    'gateway',
    'false',
    'makes no difference but in the number of reads: another list holds the same',
  ],
  ['find.ts', '[]', '["', isNone('no ticket')],
  ['lock.ts', '{ if (turns.get(key) === settled)', '{}', onlyMemory],
  ['lock.ts', 'turns.get(key) === settled', 'false', onlyMemory],
  [
    'own-checks.ts',
    'one.value.at < other.value.at',
    'one.value.at <=',
    'makes no difference: of two that asked in the same moment either may come first',
  ],
];
