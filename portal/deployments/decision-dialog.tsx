import { useState } from 'preact/hooks';
import type { ShownPlan } from '../../shared/deployment/shown-plan.ts';
import { useApi } from '../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { shortName } from '../parts/names.ts';
import { CommentField, PersonField, usePerson } from './person.tsx';
import { stageTitle } from './stages.tsx';
import { TakesAway } from './takes-away.tsx';

interface DecisionDialogProps {
  readonly id: string;
  readonly plan: ShownPlan;
  readonly approves: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Decides on the plan that stood there when the dialog was opened: if it is another by then, the app refuses. */
export function DecisionDialog({ id, plan: newest, approves, onClose, onDone }: DecisionDialogProps) {
  const api = useApi();
  const person = usePerson();
  const [plan] = useState(newest);
  const [comment, setComment] = useState('');
  const changes = plan.steps.filter(({ action }) => action !== 'keep');
  const decide = async () => {
    await api.post(`deployments/${encodeURIComponent(id)}/approval`, {
      approved: approves,
      planDigest: plan.digest,
      ...(person.name && { by: person.name }),
      ...(comment.trim() && { comment: comment.trim() }),
    });
    onDone();
  };
  return (
    <Dialog
      title={approves ? 'Approve this plan?' : 'Reject this plan?'}
      does={approves ? 'Approve' : 'Reject'}
      isDangerous={approves && plan.takesAway.length > 0}
      onClose={onClose}
      onConfirm={decide}
    >
      {approves ? (
        <>
          <TakesAway of={plan.takesAway} />
          <p>It is carried out at once:</p>
          <ul>
            {changes.map(({ name, action, target }) => (
              <li key={name + target}>
                {action} {stageTitle(name)} <span class="id dim">{shortName(target)}</span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>Nothing is changed, and the ticket is told that it was rejected.</p>
      )}
      <PersonField person={person} isRequired />
      <CommentField value={comment} onValue={setComment} />
      <p class="note id">Plan {plan.digest.slice(0, 12)}…</p>
    </Dialog>
  );
}
