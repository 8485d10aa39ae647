import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { useApi, useMay } from '../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { shortName } from '../parts/names.ts';
import { addressOf } from './table.tsx';

/** Removes what this app made for a gateway, after somebody has approved the plan. */
export function RemoveButton({ gatewayId }: { readonly gatewayId: string }) {
  const api = useApi();
  const { route } = useLocation();
  const [isAsked, setAsked] = useState(false);
  const [keepsGateway, setKeepsGateway] = useState(false);
  if (!useMay('POST', 'removals')) return null;
  const remove = async () => {
    const { id } = await api.post<{ id: string }>('removals', {
      virtualNetworkGatewayId: gatewayId,
      ...(keepsGateway && { keepGateway: true }),
    });
    route(addressOf(id));
  };
  return (
    <>
      <button type="button" onClick={() => setAsked(true)}>
        Remove…
      </button>
      {isAsked && (
        <Dialog
          title={`Plan the removal of ${shortName(gatewayId)}?`}
          does="Plan the removal"
          isDangerous
          onClose={() => setAsked(false)}
          onConfirm={remove}
        >
          <p>
            A plan lists what this app made and would remove: the gateway or its point-to-site, and what is in
            the virtual network, on the NPS servers and in Key Vault. Nothing is removed until somebody has
            approved that plan. What others made stays.
          </p>
          <label class="choice">
            <input
              type="checkbox"
              checked={keepsGateway}
              onChange={(event) => setKeepsGateway(event.currentTarget.checked)}
            />{' '}
            Keep the gateway, and remove only point-to-site
          </label>
        </Dialog>
      )}
    </>
  );
}
