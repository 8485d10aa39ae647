import type { ApprovalReason, Guardrails } from '../../shared/deployment/guardrails/guardrails.ts';
import { usePolled } from '../app/polled.ts';
import { Reading } from '../app/reading.tsx';
import { shortName } from '../parts/names.ts';

type Shown = Omit<Guardrails, 'virtualNetworks'> & {
  readonly virtualNetworks: Guardrails['virtualNetworks'] | null;
  readonly always: {
    readonly npsMachines: readonly { readonly host: string }[];
    readonly npsMachineTag: string;
    readonly networkPolicies: readonly string[];
  };
};

const reasons: Readonly<Record<ApprovalReason, string>> = {
  takesAway: 'something that exists is removed',
  newSecretOnServer: 'a server with other RADIUS clients gets a new secret',
  sharedNps: 'other RADIUS clients of an NPS server are affected',
  newGateway: 'a gateway is created',
  costOver: 'the gateway costs more than the limit',
  always: 'always',
};

/** What the owner of the app allows, so that nobody has to find it out by trying. */
export function GuardrailsPart() {
  const read = usePolled<Shown>('guardrails', () => undefined);
  return (
    <section aria-labelledby="guardrails">
      <h2 id="guardrails">Guardrails</h2>
      <Reading of={read} what="the guardrails">
        {({ npsMachines, networkPolicies, mfaExtension, virtualNetworks, approval, always }) => (
          <dl class="facts">
            <dt>NPS machines</dt>
            <dd>
              {[...always.npsMachines, ...npsMachines].map(({ host }) => shortName(host)).join(', ')} and
              those tagged {always.npsMachineTag}
            </dd>
            <dt>Network policies</dt>
            <dd>{[...always.networkPolicies, ...networkPolicies].join(', ')}</dd>
            <dt>Without a second factor</dt>
            <dd>{mfaExtension.skip.map(shortName).join(', ') || 'nowhere'}</dd>
            <dt>Virtual networks</dt>
            <dd>{virtualNetworks ? networksText(virtualNetworks) : 'all that the app may read'}</dd>
            <dt>An approval is needed when</dt>
            <dd>
              {approval.when.map((reason) => reasons[reason]).join('; ') || 'the ticket says so'}
              {approval.costOver !== undefined && ` (${approval.costOver} US dollars a month)`}
            </dd>
          </dl>
        )}
      </Reading>
    </section>
  );
}

function networksText({
  subscriptions,
  resourceGroups,
  tags,
}: NonNullable<Guardrails['virtualNetworks']>): string {
  return [
    ...subscriptions.map((one) => `subscription ${one}`),
    ...resourceGroups.map((one) => `resource group ${shortName(one)}`),
    ...Object.entries(tags).map(([name, value]) => `tag ${name}=${value}`),
  ].join(', ');
}
