import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { waiverSentence } from '../../shared/compliance/waivers/waiver-sentence.ts';
import { fixSentence } from '../../shared/core/check.ts';
import { shortName } from '../parts/names.ts';
import { Time } from '../parts/time.tsx';
import type { ShownWaiver } from './waivers/shown-waiver.ts';

interface FindingItemProps {
  readonly finding: ComplianceReport['findings'][number];
  readonly rule: ComplianceReport['rules'][number] | undefined;
  /** A waiver that was decided after the report, or that the report counts already. */
  readonly decided: ShownWaiver | undefined;
  /** Undefined when the viewer may not waive. */
  readonly onWaive?: () => void;
}

const states = { open: '', waived: 'waived', unconfirmed: 'not confirmed this time' } as const;

/** A waiver that has run out or cannot be followed is a finding too. It is fixed where the waiver is. */
const isWaivable = ({ rule, status }: FindingItemProps['finding']) =>
  status === 'open' && !rule.startsWith('waiver-');

export function FindingItem({ finding, rule, decided, onWaive }: FindingItemProps) {
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
          <dd>{fixSentence(rule)}</dd>
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
        {repair &&
          `, ${repair.status === 'planned' ? 'repair planned' : 'not repaired automatically'}: ${repair.detail}`}
      </p>
      {waiver && <p class="note">{waiverSentence(waiver)}</p>}
      {decided && status !== 'waived' && (
        <p class="mind">{waiverSentence(decided)}. It counts with the next check.</p>
      )}
      {onWaive && !decided && isWaivable(finding) && (
        <p class="actions">
          <button type="button" onClick={onWaive}>
            Waive…
          </button>
        </p>
      )}
    </li>
  );
}
