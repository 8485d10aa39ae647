const compiler = 'the compiler wants the question';
const noVersion = 'makes no difference: the text is no version';

/** File, what was there, what was put there, and why a mutant of shared/azure/vault stays. */
export const inVault = [
  ['reserved-secrets.ts', '[]', '["', 'makes no difference: no secret can have this name'],
  [
    'secret-catalogue.ts',
    "'nextLinkPolicy'",
    '""',
    'makes no difference: nobody asks for the policy by its name',
  ],
  [
    'secrets.ts',
    'response?.headers',
    'response.headers',
    `makes no difference: what was read had an answer; ${compiler}`,
  ],
  ['secrets.ts', '[]', '["', noVersion],
  ['stand-in.ts', '[]', '["', noVersion],
  [
    'stand-in.ts',
    'createdOn?.getTime',
    'createdOn.getTime',
    `makes no difference: Key Vault tells the time of each version; ${compiler}`,
  ],
];
