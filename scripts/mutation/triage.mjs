import { inCompliance } from './triage/compliance.mjs';
import { inConfig } from './triage/config.mjs';
import { inDeployment } from './triage/deployment.mjs';
import { inMachines } from './triage/machines.mjs';
import { inNetwork } from './triage/network.mjs';
import { inModule } from './triage/nps.mjs';
import { inRecords } from './triage/records.mjs';
import { inTicketing } from './triage/ticketing.mjs';
import { inVault } from './triage/vault.mjs';
import { inWire } from './triage/wire.mjs';

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
  ...rowsOf('shared/compliance', inCompliance),
  ...rowsOf('shared/deployment', inDeployment),
  ...rowsOf('shared/ticketing', inTicketing),
  ...rowsOf('shared/azure/network', inNetwork),
  ...rowsOf('functions/records', inRecords),
  ...rowsOf('shared/azure/machines', inMachines),
  ...rowsOf('shared/azure/wire', inWire),
  ...rowsOf('shared/azure/vault', inVault),
  ...rowsOf('shared', inConfig),
  ...rowsOf('shared/gateway', [
    [
      'code/bicep.ts',
      '!single && !radiusServers',
      'false',
      'was a gap in this run; test/shared/gateway/code/found.ts has a gateway without client settings since then',
    ],
    [
      'rebase.ts',
      'was?.groups',
      'was.groups',
      'was a gap in this run; test/shared/gateway/rebase.test.ts gives the first groups to a gateway without point-to-site since then',
    ],
    [
      'rebase.ts',
      'is?.groups',
      'is.groups',
      'was a gap in this run; test/shared/gateway/rebase.test.ts gives the first groups to a gateway without point-to-site since then',
    ],
    [
      'code/arm-values.ts',
      'value === null',
      'false',
      'makes no difference: what is null was left out before (resources.ts)',
    ],
    [
      'code/arm-values.ts',
      'value === undefined',
      'false',
      'makes no difference: an answer in JSON has nothing undefined',
    ],
    ['code/bicep.ts', '/\\/subnets', '', 'makes no difference: the id of a subnet ends with its name'],
    [
      'code/bicep.ts',
      'value === null',
      'false',
      'makes no difference: what is null was left out before (resources.ts)',
    ],
    ['code/hcl.ts', '`$', '``', 'makes no difference: no argument is a map of maps'],
    [
      'code/resources.ts',
      'own === ofAddresses',
      'true',
      'makes no difference: only an address has DNS settings',
    ],
    ['code/resources.ts', 'false', 'true', 'makes no difference: at that place a resource has no id'],
    [
      'code/resources.ts',
      'value === null',
      'false',
      'makes no difference: what is null is left out by the line below',
    ],
    ['code/resources.ts', "typeof member === 'string'", 'true', 'makes no difference: a type is a text'],
    [
      'code/resources.ts',
      'member === undefined',
      'false',
      'makes no difference: an answer in JSON has nothing undefined',
    ],
    [
      'code/resources.ts',
      'Array.isArray(member)',
      '',
      'makes no difference: these members are lists, and an empty one has no entries',
    ],
    ['code/resources.ts', 'member.length > 0', '', 'makes no difference: an empty list has no entries'],
    [
      'code/resources.ts',
      'member.every',
      'member.some',
      'makes no difference: Azure gives a list of parts or of references, never both in one',
    ],
    [
      'checks/group-checks.ts',
      'true',
      'false',
      'makes no difference: a report reads the sentence of a finding, not whether it stops',
    ],
    ['checks/group-checks.ts', '[]', '["', 'makes no difference: a text is no group that was asked for'],
    [
      'checks/radius-checks.ts',
      '[]',
      '["',
      'makes no difference: the types are told only where there is point-to-site, which has a list',
    ],
    [
      'authentication-types.ts',
      'current?.protocols',
      'current.protocols',
      'makes no difference: what has RADIUS is there; the compiler wants the question',
    ],
    [
      'changes/sku.ts',
      'parts(one)?.size',
      'parts(one).size',
      'makes no difference: the line asks before whether there is a size; the compiler wants the question',
    ],
    [
      'changes/sku.ts',
      '[]',
      '["',
      'makes no difference: the size stands in the second place, which stays empty',
    ],
    [
      'changes/sku.ts',
      'from.size < secondGeneration',
      '',
      'makes no difference: there is no VpnGw4 or VpnGw5 of the first generation',
    ],
    ['changes/sku.ts', "''", '"', 'makes no difference: no generation has such a name'],
    ['changes/user-notices.ts', '[]', '["', 'makes no difference: no server has this text as its address'],
    [
      'checks/address-pool-checks.ts',
      "''",
      '"',
      'makes no difference: only "auto" reads the supernet, and a report does not choose',
    ],
    [
      'checks/virtual-network-checks.ts',
      '[]',
      '["',
      'makes no difference: the rules of a report look neither at pools nor at connections',
    ],
    [
      'checks/virtual-network-checks.ts',
      'pointToSite?.addressPool ?? []',
      '',
      'makes no difference: the rules of a report do not look at pools',
    ],
    [
      'checks/request-findings.ts',
      'wish.sku',
      'true',
      'makes no difference: without a SKU there is no size to compare; the compiler wants the question',
    ],
    ['groups/pools.ts', '[]', '["', 'makes no difference: a text is no pool that was asked for'],
    [
      'groups/pools.ts',
      'at < groups.indexOf(group)',
      'at <= ',
      'makes no difference: a group has the same pool as itself, and the same pool is allowed',
    ],
    [
      'groups/pools.ts',
      "asked === 'auto'",
      'false',
      'makes no difference: a pool that the app chooses overlaps nothing, whichever it is',
    ],
    [
      'groups/pools.ts',
      "'auto'",
      '""',
      'makes no difference: a pool that the app chooses overlaps nothing, whichever it is',
    ],
    [
      'groups/wished-groups.ts',
      'named !== undefined',
      'true',
      'makes no difference: where nothing is named, what was asked for before is what is asked for',
    ],
    ['groups/wished-groups.ts', '[]', '["', 'makes no difference: a text is no priority'],
    [
      'rebase.ts',
      'String(value).toLowerCase()',
      'String(value).toUpperCase()',
      'makes no difference: either compares without case',
    ],
    [
      'rebase.ts',
      'same(planned, asked)',
      'false',
      'makes no difference: what the next lines add is then nothing',
    ],
    [
      'rebase.ts',
      "'active-active'",
      '""',
      'makes no difference: of two modes, both can only have chosen the same one',
    ],
  ]),
  ...rowsOf('shared/nps', [
    ['checks/given.ts', "''", '"', 'makes no difference: no RADIUS client has this text as its name'],
    ['checks/machine-checks.ts', '[]', '["', 'makes no difference: no machine has this text as its address'],
    ['checks/verdicts.ts', "''", '"', 'makes no difference: a server that answered has a machine'],
    ['checks/verdicts.ts', '[]', '["', 'makes no difference: this text is no tunnel type'],
    [
      'checks/verdicts.ts',
      'gateway.pointToSite?.protocols',
      '',
      'makes no difference: no check of a RADIUS client asks for the tunnel types',
    ],
    ['checks/powershell.ts', '', '', 'makes no difference: no text of the table has an apostrophe'],
    ['held-client.ts', '', '', 'makes no difference: the map is kept only to save work'],
    [
      'nps-test-answer.ts',
      '[]',
      '["',
      'makes no difference: one entry is fewer than a part may have, as none is',
    ],
    [
      'nps-tests.ts',
      'host.toLowerCase()',
      'host.toUpperCase()',
      'makes no difference: either compares without case',
    ],
    [
      'nps-tests.ts',
      'networkPolicy.toLowerCase()',
      'networkPolicy.toUpperCase()',
      'makes no difference: either compares without case',
    ],
    [
      'nps-tests.ts',
      'gatewayId.toLowerCase()',
      'gatewayId.toUpperCase()',
      'makes no difference: either compares without case',
    ],
    [
      'nps-tests.ts',
      'name.toLowerCase()',
      'name.toUpperCase()',
      'makes no difference: either compares without case',
    ],
    [
      'nps-tests.ts',
      '[]',
      '["',
      'makes no difference: the text is then the same for every gateway without user groups',
    ],
    [
      'nps-tests.ts',
      "' '",
      '""',
      'makes no difference: tunnel types have fixed names, so no two wishes become one text',
    ],
    [
      'nps-tests.ts',
      'one.length + length <= longest',
      '',
      'makes no difference: the limit is far below what a command line takes',
    ],
    [
      'planned-changes.ts',
      '[]',
      '["',
      'makes no difference: a text is no finding, and no change has it as its id',
    ],
    [
      'radius/user-password.ts',
      'at < input.length',
      'at <= ',
      'makes no difference: a buffer takes nothing behind its end',
    ],
    [
      'radius/user-password.ts',
      'i < at + 16',
      'i <= ',
      'makes no difference: the next block writes that octet again, and a buffer takes nothing behind its end',
    ],
    ['radius/user-password.ts', "'output'", '""', 'makes no difference: only whether it is "input" is asked'],
    ['radius/user-password.ts', "'utf8'", '""', 'makes no difference: UTF-8 is the default'],
    [
      'run-failure.ts',
      '/\\s*[\\r\\n]+\\s*/g',
      '/\\s*[',
      'makes no difference: the blanks around take the other line ends',
    ],
    ['secret-proof.ts', "'utf8'", '""', 'makes no difference: UTF-8 is the default'],
    ['sealed-secret.ts', "'utf8'", '""', 'makes no difference: UTF-8 is the default'],
  ]),
  ...rowsOf('shared/core', [
    [
      'redacted.ts',
      'scheme || 1',
      'true',
      'makes no difference: the letters of the scheme are then passed one by one',
    ],
    [
      'check.ts',
      'last?.facts !== facts',
      'true',
      'makes no difference: what was found is remembered only to save work',
    ],
    ['check.ts', '[]', '["', 'makes no difference: of a verdict, nothing else is read'],
    [
      'durable.ts',
      'canceled && !canceled.isRaised',
      'false',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      '!canceled.isRaised',
      '',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      '[task, canceled.task]',
      '[]',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      '!task.isCompleted && !task.isFaulted',
      '',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      'task.isFaulted',
      'false',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      'branches.length === 0',
      'false',
      'durable-functions refuses an empty list, the unit tests do not',
    ],
    [
      'durable.ts',
      'hasEnded(task)',
      '',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      '!hasEnded(task)',
      '',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      'task.isCompleted || task.isFaulted',
      '',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    ['errors.ts', '[]', '["', 'makes no difference: a text has no message'],
    ['redacted.ts', '[]', '["', 'makes no difference: no text holds this one'],
    [
      'redacted.ts',
      'longestFirst.at(-1)?.length ?? 0',
      '',
      'makes no difference: the shortcut for short texts only saves work',
    ],
    [
      'redacted.ts',
      'text.length < shortest',
      'false',
      'makes no difference: the shortcut for short texts only saves work',
    ],
    ['redacted.ts', "'utf8'", '""', 'makes no difference: UTF-8 is the default'],
    ['redacted.ts', 'at < text.length', 'at <= ', 'makes no difference: behind the end there is no letter'],
    [
      'redacted.ts',
      '7 + secure',
      '7 - secure',
      'makes no difference: the slash that is not passed then is looked at, and changes nothing',
    ],
    [
      'redacted.ts',
      'code >= 0x80',
      '',
      'makes no difference: below 0x80 every white space is below 0x21 too, and 0x80 is none',
    ],
    [
      'durable.ts',
      '{ yield context.df.Task.any',
      '{}',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    [
      'durable.ts',
      '[one!.all, other!.all]',
      '[]',
      'only seen where a task ends later than it is waited for: the stories of test/flows play the replay of durable-functions, the unit tests settle a task at once',
    ],
    ['resource-id.ts', "''", '"', 'makes no difference: this text is no name of any part either'],
    ['sealed.ts', "'utf8'", '""', 'makes no difference: UTF-8 is the default'],
    [
      'wrong-fields.ts',
      'one.some(isOfAnotherType)',
      'one.every(isOfAnotherType)',
      'makes no difference: what is of another type has this one problem only',
    ],
    [
      'wrong-fields.ts',
      "issue.code === 'invalid_type'",
      'true',
      'makes no difference: only a wrong type says what was received',
    ],
  ]),
  ...rowsOf('nps/private', inModule),
];

export function reasonOf({ file, was, became }) {
  return reasons.find(
    (one) => one.file === file && was.startsWith(one.was ?? '') && became.startsWith(one.became ?? ''),
  )?.why;
}

/** File, what was there, what was put there, and the reason. */
function rowsOf(folder, rows) {
  return rows.map(([file, was, became, why]) => ({ file: `${folder}/${file}`, was, became, why }));
}
