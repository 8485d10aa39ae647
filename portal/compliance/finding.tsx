import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { shortName } from '../parts/names.ts';
import { Time } from '../parts/time.tsx';

interface FindingItemProps {
  readonly finding: ComplianceReport['findings'][number];
  readonly rule: ComplianceReport['rules'][number] | undefined;
}

const states = { open: '', waived: 'waived', unconfirmed: 'not confirmed this time' } as const;

export function FindingItem({ finding, rule }: FindingItemProps) {
  const { severity, status, target, evidence, firstSeenAt, waiver, ticket, repair } = finding;
  return (
    <li class={`finding ${severity}`}>
      <h3>
        <span class={`severity ${severity}`}>{severity}</span> {rule?.title ?? finding.rule}
      </h3>
      <p>
        <b title={target}>{shortName(target)}</b> <span class="dim">{finding.rule}</span>{' '}
        {states[status] && <span class="mind">{states[status]}</span>}
      </p>
      <ul>
        {evidence.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {rule && (
        <dl class="facts">
          <dt>Why</dt>
          <dd>{rule.why}</dd>
          <dt>Fix</dt>
          <dd>{rule.fix}</dd>
          <dt>Source</dt>
          <dd>
            <a href={rule.source} rel="noreferrer">
              {rule.source}
            </a>
          </dd>
        </dl>
      )}
      <p class="note">
        Since <Time at={firstSeenAt} />
        {ticket && `, ticket ${ticket}`}
        {waiver && `, waived by ${waiver.owner} until ${waiver.until}: ${waiver.reason}`}
        {repair &&
          `, ${repair.status === 'planned' ? 'repair planned' : 'not repaired by itself'}: ${repair.detail}`}
      </p>
    </li>
  );
}
