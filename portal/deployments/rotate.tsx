import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { useApi, useMay } from '../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { shortName } from '../parts/names.ts';
import { addressOf } from './table.tsx';

/** A new shared secret for a gateway and its NPS servers; it is a deployment of its own. */
export function RotateButton({ gatewayId }: { readonly gatewayId: string }) {
  const api = useApi();
  const { route } = useLocation();
  const [isAsked, setAsked] = useState(false);
  if (!useMay('POST', 'rotations')) return null;
  const rotate = async () => {
    const { id } = await api.post<{ id: string }>('rotations', { virtualNetworkGatewayId: gatewayId });
    route(addressOf(id));
  };
  return (
    <>
      <button type="button" onClick={() => setAsked(true)}>
        New shared secret…
      </button>
      {isAsked && (
        <Dialog
          title={`A new shared secret for ${shortName(gatewayId)}?`}
          does="Rotate the secret"
          isDangerous
          onClose={() => setAsked(false)}
          onConfirm={rotate}
        >
          <p>
            The gateway and its NPS servers get a new secret from Key Vault. Connected users stay connected.
            Nobody can sign in during the minutes in which one side has the old secret and the other side has
            the new one.
          </p>
        </Dialog>
      )}
    </>
  );
}
