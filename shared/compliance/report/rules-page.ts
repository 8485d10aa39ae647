import { severities } from '../../core/check.ts';
import { npsCheckOf } from '../../nps/checks/table.ts';
import { catalogue } from '../catalogue.ts';

/** docs/rules.md, made from the rules themselves. */
export function rulesPage(): string {
  const lines = [
    '# Rules of the compliance check',
    '',
    '<!-- Made by scripts/rules-page.mjs from shared/compliance/: change the rules there. -->',
    '',
    'Every rule looks at one gateway, one NPS server or the records of one VNet and says that it complies, what is wrong, that it has no business here,',
    'or that it could not look: what cannot be read is **unknown**, never compliant. A finding of high severity that is new',
    'becomes a ticket (`COMPLIANCE_TICKETS`), and the ticket is closed when the finding is gone. Rules marked *repaired* may be',
    'mended by the check itself (`COMPLIANCE_REMEDIATE=safe`, within `COMPLIANCE_REPAIR_WINDOW`), through the same steps as a',
    'deployment, with a plan first, and only where nothing else would change that could cut users off.',
    '',
    'Plan, the stage `verify` and this check read the same table: the same facts give the same verdict. A rule that a plan makes as',
    'well says under which codes; a plan stops at what cannot work, and warns of the rest.',
    '',
    'The 30 seconds that a gateway waits for an answer of NPS, while Microsoft asks for 60 with the MFA extension, are no rule:',
    'they cannot be changed. Users have less than 30 seconds to approve a sign-in. What the gateway sends again meanwhile asks no',
    'second time: the extension discards it. Several prompts for one sign-in mean that the client dialled again, or that another',
    'RADIUS server was asked after the first had not answered in time.',
    '',
    '## Waivers',
    '',
    'Who decides to live with a finding says so in a tag of the gateway or of its VNet, named `vpn-radius-waive-<rule>`:',
    '',
    '```',
    'vpn-radius-waive-radius-single-server = owner=anna@example.com; reason=second NPS in March; until=2027-03-31',
    '```',
    '',
    'or in the setting `COMPLIANCE_WAIVERS`: a JSON list, or the path of a file that holds one. Without `target`, an entry is',
    'about everything; with it, about that resource and what is beneath it, such as a subscription.',
    '',
    '```json',
    '[{"rule": "mfa-version", "target": "/subscriptions/…", "owner": "anna@example.com", "reason": "update planned", "until": "2027-03-31"}]',
    '```',
    '',
    'or as a record: on the operations page, at the finding, or with `POST /compliance/waivers`. It says who decided it, which reports',
    'and CSV repeat; with `AUTH_MODE=entra` that takes the role Approver, and nobody decides as owner of the same waiver. A record is',
    'never changed; withdrawn (`POST /compliance/waivers/{id}/withdrawal`), it counts no longer and stays to be read.',
    '',
    'A waiver counts to the end of its day in UTC. From then on the finding is open again, and that the waiver has expired is',
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
        ? ['A deployment that leaves it behind is not Succeeded (stage `verify`).', '']
        : []),
      `Source: <${source}>`,
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
