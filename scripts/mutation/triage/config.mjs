/** File, what was there, what was put there, and why a mutant of shared/config.ts stays. */
export const inConfig = [
  ['config.ts', '/[,;\\s]+/', '/[,;\\s]/', 'makes no difference: empty entries are left out'],
  [
    'config.ts',
    'value?.trim',
    'value.trim',
    'makes no difference: an environment has no undefined value; the compiler wants the question',
  ],
  [
    'config.ts',
    '/^(\\w+)\\.?(.*)$/',
    '/',
    'makes no difference: what is wrong always begins with the name of a setting',
  ],
  [
    'config.ts',
    "''",
    '"Stryker was here!"',
    'makes no difference: an environment has no setting of this name',
  ],
  ['config.ts', '/[^\\w.-]+/', '/[^\\w.-]/', 'makes no difference: empty parts are too short to count'],
  ['config.ts', '[]', '["', 'makes no difference: no sentence has this text'],
  ['config.ts', "'custom'", '""', 'makes no difference: nobody reads what kind of issue it is'],
  ['config.ts', "'utf8'", '""', 'makes no difference: JSON.parse makes a text of bytes, and they are UTF-8'],
];
