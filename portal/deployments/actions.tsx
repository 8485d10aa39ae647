import { useState } from 'preact/hooks';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { useMay } from '../app/context.ts';
import { home } from '../app/session.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { DecisionDialog } from './decision-dialog.tsx';
import { usePlan } from './plan/plan.tsx';

interface ActionsProps {
  readonly deployment: Deployment;
  readonly onDone: () => void;
}

type Asked = 'approve' | 'reject' | 'cancel';

/** What the caller's role may do now. The app refuses everything else, even when a page shows it. */
export function Actions({ deployment, onDone }: ActionsProps) {
  const { id, status } = deployment;
  const [asked, setAsked] = useState<Asked>();
  const mayDecide = useMay('POST', 'deployments/{id}/approval') && status === 'AwaitingApproval';
  const mayCancel =
    useMay('POST', 'deployments/{id}/cancel') && ['Pending', 'Running', 'AwaitingApproval'].includes(status);
  const plan = usePlan(deployment).data;
  const close = () => setAsked(undefined);
  const maySendAgain = useMay('POST', 'tickets') && ['Failed', 'Canceled', 'Rejected'].includes(status);
  if (!mayDecide && !mayCancel && !maySendAgain) return null;
  return (
    <section aria-label="What you can do" class="actions">
      {mayDecide && (
        <>
          <button type="button" class="primary" disabled={!plan} onClick={() => setAsked('approve')}>
            Approve this plan
          </button>
          <button type="button" disabled={!plan} onClick={() => setAsked('reject')}>
            Reject
          </button>
        </>
      )}
      {mayCancel && (
        <button type="button" onClick={() => setAsked('cancel')}>
          Cancel
        </button>
      )}
      {maySendAgain && (
        <a class="button" href={`${home}/new?again=${encodeURIComponent(id)}`}>
          Send again…
        </a>
      )}
      {plan && (asked === 'approve' || asked === 'reject') && (
        <DecisionDialog id={id} plan={plan} approves={asked === 'approve'} onClose={close} onDone={onDone} />
      )}
      {asked === 'cancel' && <CancelDialog id={id} onClose={close} onDone={onDone} />}
    </section>
  );
}
