import { severities } from '../../core/check.ts';
import { npsCheckOf } from '../../nps/checks/table.ts';
import { catalogue } from '../catalogue.ts';

/** docs/rules.md, made from the rules themselves. */
export function rulesPage(): string {
  const lines = [
    '# Rules of the compliance check',
    '',
    '<!-- Made by scripts/pages/rules-page.mjs from shared/compliance/: change the rules there. -->',
    '',
    'Every rule checks one gateway, one NPS server or the records of one VNet. It says that it complies, what is wrong, that the rule does not apply,',
    'or that it could not be checked. What cannot be read is **unknown**, never compliant. A new finding of high severity',
    'becomes a ticket (`COMPLIANCE_TICKETS`). The ticket is closed when the finding has gone or is waived. When the waiver ends, there is a new ticket. The check may repair rules marked',
    '*repaired* (`COMPLIANCE_REMEDIATE=safe`, within `COMPLIANCE_REPAIR_WINDOW`). A repair has the same steps as a',
    'deployment. It begins with a plan, and it is made only when nothing else changes that could disconnect users.',
    '',
    'The plan, the stage `verify` and this check use the same table, so the same facts give the same verdict. When a plan uses a rule',
    'too, the rule names its codes. A plan stops at what cannot work, and warns of the rest.',
    '',
    'A gateway waits 30 seconds for an answer of NPS, but Microsoft recommends 60 seconds with the MFA extension. There is no rule for this,',
    'because the 30 seconds cannot be changed. Users have less than 30 seconds to approve a sign-in. The gateway repeats its request in the meantime.',
    'The extension discards the repetition and does not ask again. Several prompts for one sign-in mean that the client dialled again, or that the gateway asked another',
    'RADIUS server because the first one had not answered in time.',
    '',
    '## Waivers',
    '',
    'To accept a finding, set a tag on the gateway or on its VNet. Its name is `vpn-radius-waive-<rule>`:',
    '',
    '```',
    'vpn-radius-waive-radius-single-server = owner=anna@example.com; reason=second NPS in March; until=2027-03-31',
    '```',
    '',
    'Or use the setting `COMPLIANCE_WAIVERS`: a JSON list, or the path of a file with such a list. An entry without `target`',
    'applies to everything. An entry with `target` applies to that resource and everything below it, such as a subscription.',
    '',
    '```json',
    '[{"rule": "mfa-version", "target": "/subscriptions/…", "owner": "anna@example.com", "reason": "update planned", "until": "2027-03-31"}]',
    '```',
    '',
    'Or make a record: on the operations page at the finding, or with `POST /compliance/waivers`. The record says who decided. Reports',
    'and CSV repeat this. With `AUTH_MODE=entra` the caller needs the role Approver, and nobody can decide on a waiver whose owner they are. A record is',
    'never changed. After its withdrawal (`POST /compliance/waivers/{id}/withdrawal`) the waiver no longer counts, but it can still be read.',
    '',
    'A waiver counts until the end of its day in UTC. After that the finding is open again. There is also a finding which says that the waiver has expired.',
    'a finding of its own.',
    '',
    '## Overview',
    '',
    '| rule | severity | about | |',
    '| --- | --- | --- | --- |',
    ...[...catalogue]
      .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))
      .map(
        ({ id, severity, about, repair }) =>
          `| [\`${id}\`](#${id}) | ${severity} | ${about} | ${repair ? 'repaired' : ''} |`,
      ),
    '',
    ...catalogue.flatMap(({ id, severity, title, why, fix, migration, source, about, repair, codes }) => [
      `## ${id}`,
      '',
      `**${title}.** Severity ${severity}, about ${about === 'NPS server' ? 'an' : 'a'} ${about}.${repair ? ' *Repaired.*' : ''}`,
      '',
      `Why: ${why}`,
      '',
      `Fix: ${fix}`,
      ...(migration ? ['', `Migration: [\`${migration}\`](migrations.md#${migration}).`] : []),
      '',
      ...(codes ? [`In a plan: ${codes.map((code) => `\`${code}\``).join(', ')}.`, ''] : []),
      ...(npsCheckOf.get(id)?.fails
        ? [
            'When a deployment leaves this finding open, the deployment is not Succeeded (stage `verify`).',
            '',
          ]
        : []),
      `Source: <${source}>`,
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
