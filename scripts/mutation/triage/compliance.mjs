const noOtherCase = 'makes no difference: either compares without case';
const compiler = 'the compiler wants the question';

/** File, what was there, what was put there, and why a mutant of shared/compliance stays. */
export const inCompliance = [
  [
    'assessment.ts',
    "id === 'waiver-expired'",
    'true',
    'makes no difference: it is the first of the two rules',
  ],
  ['merge.ts', '[]', '["', 'makes no difference: the text is no rule, and has no id of a finding'],
  ['merge.ts', 'rule !== undefined', 'true', `makes no difference: undefined is no rule; ${compiler}`],
  ['merge.ts', 'one.id', 'one.id', 'makes no difference: an id is in the list once, so no two are equal'],
  [
    'merge.ts',
    'one.rule < other.rule',
    'one.rule <=',
    'makes no difference: the line before asks whether they are equal',
  ],
  [
    'merge.ts',
    'one.target < other.target',
    'one.target <=',
    'makes no difference: a rule is found once at a resource',
  ],
  ['networks-around.ts', 'one.by.toLowerCase()', 'one.by.toUpperCase()', noOtherCase],
  ['repair-window.ts', "'custom'", '""', 'makes no difference: nobody reads what kind of issue it is'],
  [
    'repair-window.ts',
    'from < to',
    'from <= to',
    'makes no difference: a window that begins when it ends is refused',
  ],
  [
    'repair-window.ts',
    'opening > at',
    'opening >= at',
    'makes no difference: the line before asks whether it is open at this moment',
  ],
  ['repair.ts', '[]', '["', 'makes no difference: a text is no finding, and has no rule'],
  [
    'repair.ts',
    'ruleOf.get',
    '',
    `makes no difference: a report has only findings of rules that exist; ${compiler}`,
  ],
  ['report/report.ts', 'target.toLowerCase()', 'target.toUpperCase()', noOtherCase],
  ['run-id.ts', '[]', '["', 'makes no difference: the year stands in the second place, which stays empty'],
  ['scope.ts', "'custom'", '""', 'makes no difference: nobody reads what kind of issue it is'],
  ['scope.ts', 'id.toLowerCase()', 'id.toUpperCase()', noOtherCase],
  [
    'scope.ts',
    "' '",
    '""',
    'makes no difference: an id begins with a slash or has a fixed length, so no two lists become one text',
  ],
  [
    'shared-pools.ts',
    '[]',
    '["',
    'makes no difference: a text has no beginning and no end, so it meets nothing',
  ],
  [
    'sign-in-path.ts',
    "'-'",
    '""',
    'makes no difference: no rule that a gate names in full begins the name of another',
  ],
  [
    'survey.ts',
    "'require'",
    '""',
    'makes no difference: it is only asked whether all users of a server skip the second factor',
  ],
  [
    'survey.ts',
    '/^(ikev2|openvpn)$/i',
    '',
    'makes no difference: Azure has no other tunnel type of such a name',
  ],
  [
    'survey.ts',
    'pointToSite?.groups',
    'pointToSite.groups',
    `makes no difference: what asks RADIUS has point-to-site; ${compiler}`,
  ],
  ['survey.ts', '`', '', noOtherCase],
  ['survey.ts', '[]', '["', 'makes no difference: a text is no server, no group and no prefix'],
  [
    'waivers/recorded-waiver.ts',
    '[]',
    '["',
    'makes no difference: the year stands in the second place, which stays empty',
  ],
  ['waivers/waivers.ts', "'.'", '""', 'makes no difference: a field of a tag is one word'],
  [
    'waivers/waivers.ts',
    'one.until < other.until',
    'one.until <=',
    'makes no difference: of two that ended on one day, either is told',
  ],
];
