import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { useApi, useMay } from '../app/context.ts';
import { usePolled } from '../app/polled.ts';
import { View } from '../app/view.tsx';
import type { Evidence } from '../deployments/record.tsx';
import { Notice } from '../parts/notice.tsx';
import { Addresses } from './addresses.tsx';
import { AskedServers } from './asked-servers.tsx';
import { useDryRun } from './dry-run.ts';
import { FormFields } from './form.tsx';
import { GuardrailsPart } from './guardrails.tsx';
import { Planned } from './planned.tsx';
import { SendDialog } from './send-dialog.tsx';
import { emptyWish, placed, requestOf, type Wish, wishOfTicket } from './wish.ts';

/** Writes a ticket by hand. What it would do is shown beside it. */
export function NewRequest() {
  const { query } = useLocation();
  const { authMode } = useApi().session;
  const mayPlan = useMay('POST', 'deployments/plan');
  const again = usePolled<Evidence>(
    query.again ? `deployments/${encodeURIComponent(query.again)}/record` : undefined,
    () => undefined,
  );
  const earlier = again.data?.record?.order.request;
  const [wish, setWish] = useState<Wish>({ ...emptyWish, virtualNetworkId: query.virtualNetwork ?? '' });
  const [isAsked, setAsked] = useState(false);
  useEffect(() => {
    if (earlier) setWish(wishOfTicket(earlier));
  }, [earlier]);

  const isWebhook = earlier?.ticket.system === 'webhook';
  const request = useMemo(
    () => requestOf({ ...wish, ticketId: wish.ticketId || 'draft' }, isWebhook ? earlier?.ticket : undefined),
    [wish, earlier, isWebhook],
  );
  const run = useDryRun(mayPlan && wish.virtualNetworkId.trim() ? request : undefined);
  const { at, elsewhere } = placed(run.problems);
  if (!mayPlan) {
    return (
      <View title="New request">
        <Notice kind="bad" title="Your role may not request a deployment">
          <p>You need the role Requester or Operator.</p>
        </Notice>
      </View>
    );
  }
  return (
    <View title={query.again ? 'Send again' : 'New request'}>
      {earlier && !isWebhook && (
        <Notice kind="mind" title={`This request came from ${earlier.ticket.system}`}>
          <p>
            Sent from here, the ticket {earlier.ticket.id} is not answered. To have it answered, send it again
            from {earlier.ticket.system}.
          </p>
        </Notice>
      )}
      {again.error && <Notice kind="bad" title={again.error.message} />}
      <div class="request">
        <form
          aria-label="Request"
          onSubmit={(event) => {
            event.preventDefault();
            if (run.plan) setAsked(true);
          }}
        >
          <FormFields wish={wish} problems={at} onWish={(change) => setWish({ ...wish, ...change })} />
          <p class="actions">
            <button type="submit" class="primary" disabled={!run.plan || !wish.ticketId.trim()}>
              Send the request
            </button>
            {authMode === 'key' && <span class="note">The record will say that a function key sent it.</span>}
          </p>
        </form>
        <div class="beside">
          <Planned run={run} elsewhere={elsewhere} hasNetwork={wish.virtualNetworkId.trim() !== ''} />
          {run.plan && <AskedServers request={request} />}
          {run.addresses && (
            <Addresses
              of={run.addresses}
              onPool={(addressPool) => setWish({ ...wish, addressPool })}
              onSubnet={(gatewaySubnetPrefix) => setWish({ ...wish, gatewaySubnetPrefix })}
            />
          )}
          <GuardrailsPart />
        </div>
      </div>
      {isAsked && run.plan && (
        <SendDialog request={request} plan={run.plan} onClose={() => setAsked(false)} />
      )}
    </View>
  );
}
