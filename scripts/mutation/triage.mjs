/**
 * Why a mutant that no unit test notices stays: it makes no difference, or something else holds it. `was` and `became`
 * are compared as they begin.
 */
const reasons = [
  {
    file: 'shared/secret/checks/secret-checks.ts',
    was: 'probed.length === 0',
    why: 'makes no difference: the worst of no verdicts is "not applicable" too',
  },
  {
    file: 'shared/secret/due.ts',
    was: 'expiresAt !== undefined',
    became: 'true',
    why: 'makes no difference: no date is near its expiry when there is none; the compiler wants the question',
  },
  {
    file: 'shared/secret/due.ts',
    was: '[]',
    why: 'makes no difference: Key Vault has no secret of that name, and what has no date is not due',
  },
  {
    file: 'shared/secret/due.ts',
    was: '`',
    became: '`',
    why: 'makes no difference: a gateway is in the list once, so no two are equal',
  },
  {
    file: 'shared/secret/due.ts',
    was: "''",
    why: 'makes no difference: no subscription has this text as its id',
  },
  {
    file: 'shared/secret/rotation.ts',
    was: 'one.address < other.address',
    became: 'one.address <= other.address',
    why: 'makes no difference: two servers of a gateway have two addresses',
  },
  {
    file: 'nps/private/group-policies.ps1',
    was: "'not as wanted'",
    why: 'a gap: no story looks at this word of the sentence; the finding itself is held',
  },
  {
    file: 'nps/private/network-policy.ps1',
    was: '0',
    became: '1',
    why: 'a gap: no story has exactly one other RADIUS client there',
  },
];

export function reasonOf({ file, was, became }) {
  return reasons.find(
    (one) => one.file === file && was.startsWith(one.was ?? '') && became.startsWith(one.became ?? ''),
  )?.why;
}
