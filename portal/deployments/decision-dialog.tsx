import { useState } from 'preact/hooks';
import { unsaid } from '../../shared/core/finding.ts';
import type { ShownPlan } from '../../shared/deployment/shown-plan.ts';
import { ApiError } from '../app/api.ts';
import { useApi } from '../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { shortName } from '../parts/names.ts';
import { CommentField, PersonField, usePerson } from '../parts/person.tsx';
import { Others } from './plan/nps-changes.tsx';
import { Removed } from './plan/removed.tsx';
import { UsersNotice } from './plan/users-notice.tsx';
import { stageTitle } from './stages.tsx';

interface DecisionDialogProps {
  readonly id: string;
  readonly plan: ShownPlan;
  readonly approves: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/**
 * Decides on the plan that was shown when the dialog was opened. When the plan has changed meanwhile, the app refuses.
 */
export function DecisionDialog({ id, plan: newest, approves, onClose, onDone }: DecisionDialogProps) {
  const api = useApi();
  const person = usePerson();
  const [plan] = useState(newest);
  const [comment, setComment] = useState('');
  const changes = plan.steps.filter(({ action }) => action !== 'keep');
  const decide = async () => {
    const decision = {
      approved: approves,
      planDigest: plan.digest,
      ...(person.name && { by: person.name }),
      ...(comment.trim() && { comment: comment.trim() }),
    };
    try {
      await api.post(`deployments/${encodeURIComponent(id)}/approval`, decision);
    } catch (error) {
      onDone();
      if (!(error instanceof ApiError) || error.code !== 'PlanChanged') throw error;
      throw new ApiError(error.status, error.code, 'The plan has changed. Close this and read the new plan.');
    }
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
          <Removed of={plan.takesAway} />
          {'usersNotice' in plan && <UsersNotice of={unsaid(plan.usersNotice, plan.takesAway)} />}
          {plan.servers
            .filter(({ changes, otherRadiusClients = 0 }) => changes && otherRadiusClients > 0)
            .map((server) => (
              <div key={server.host} class="nps-server">
                <b>{shortName(server.host)}</b>
                <Others server={server} />
              </div>
            ))}
          <p>It is carried out immediately:</p>
          <ul>
            {changes.map(({ name, action, target }) => (
              <li key={name + target}>
                {action} {stageTitle(name)} <span class="id dim">{shortName(target)}</span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>Nothing is changed, and the ticket gets the answer that it was rejected.</p>
      )}
      <PersonField person={person} isRequired />
      <CommentField value={comment} onValue={setComment} />
      <p class="note id">Plan {plan.digest.slice(0, 12)}…</p>
    </Dialog>
  );
}
