import { useState } from 'preact/hooks';
import type { ComplianceFinding } from '../../../shared/compliance/assessment.ts';
import { useApi } from '../../app/context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { shortName } from '../../parts/names.ts';
import { PersonField, usePerson } from '../../parts/person.tsx';

interface WaiveDialogProps {
  readonly finding: Pick<ComplianceFinding, 'rule' | 'target' | 'severity'>;
  readonly title: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const aDay = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * aDay).toISOString().slice(0, 10);

/** Asks to accept a finding until a day. Who decided that, and why, is kept for ever. */
export function WaiveDialog({ finding, title, onClose, onDone }: WaiveDialogProps) {
  const api = useApi();
  const person = usePerson();
  const [owner, setOwner] = useState('');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(inDays(90));
  const { rule, target } = finding;
  const waive = async () => {
    await api.post('compliance/waivers', {
      rule,
      target,
      owner: owner.trim(),
      reason: reason.trim(),
      until,
      ...(person.name && { by: person.name }),
    });
    onDone();
  };
  return (
    <Dialog
      title="Waive this finding?"
      does="Waive it"
      isDangerous={finding.severity === 'high'}
      onClose={onClose}
      onConfirm={waive}
    >
      <p>
        <b>{title}</b>, at <span title={target}>{shortName(target)}</span>. This fixes nothing. From the next
        check the finding counts as waived, until the end of the day below. Then it counts again.
      </p>
      <div class="field">
        <label for="waiver-owner">Owner, who must fix it</label>
        <input
          id="waiver-owner"
          type="text"
          required
          maxLength={500}
          autocomplete="off"
          value={owner}
          aria-describedby="waiver-owner-hint"
          onInput={(event) => setOwner(event.currentTarget.value)}
        />
        <p class="hint" id="waiver-owner-hint">
          {person.isAsked
            ? 'Such as a mail address.'
            : 'A mail address or user principal name of somebody else, not yours.'}
        </p>
      </div>
      <div class="field">
        <label for="waiver-reason">Reason</label>
        <textarea
          id="waiver-reason"
          rows={2}
          required
          maxLength={500}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for="waiver-until">Until, the last day in UTC</label>
        <input
          id="waiver-until"
          type="date"
          required
          min={inDays(0)}
          value={until}
          onInput={(event) => setUntil(event.currentTarget.value)}
        />
      </div>
      <PersonField person={person} isRequired />
    </Dialog>
  );
}
