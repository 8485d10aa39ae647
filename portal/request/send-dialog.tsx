import { useLocation } from 'preact-iso';
import { unsaid } from '../../shared/core/finding.ts';
import { useApi } from '../app/context.ts';
import type { PlanShown } from '../deployments/plan/plan.tsx';
import { Removed } from '../deployments/plan/removed.tsx';
import { UsersNotice } from '../deployments/plan/users-notice.tsx';
import { addressOf } from '../deployments/table.tsx';
import { Dialog } from '../parts/dialog.tsx';

interface SendDialogProps {
  readonly request: Readonly<Record<string, unknown>>;
  readonly plan: PlanShown;
  readonly onClose: () => void;
}

export function SendDialog({ request, plan, onClose }: SendDialogProps) {
  const api = useApi();
  const { route } = useLocation();
  const reasons = plan.reasonsToAsk ?? [];
  const send = async () => {
    const { id } = await api.post<{ id: string }>('tickets', request);
    route(addressOf(id));
  };
  return (
    <Dialog
      title="Send this request?"
      does="Send"
      isDangerous={plan.takesAway.length > 0}
      onClose={onClose}
      onConfirm={send}
    >
      <Removed of={plan.takesAway} />
      <UsersNotice of={unsaid(plan.usersNotice ?? [], plan.takesAway)} />
      {reasons.length > 0 ? (
        <>
          <p>Nothing is changed until somebody has approved the plan:</p>
          <ul>
            {reasons.map(({ reason, message }) => (
              <li key={reason + message}>{message}</li>
            ))}
          </ul>
        </>
      ) : (
        <p>
          <b>No approval is needed: it is carried out immediately.</b> It takes about {plan.estimatedMinutes}{' '}
          minutes.
        </p>
      )}
    </Dialog>
  );
}
