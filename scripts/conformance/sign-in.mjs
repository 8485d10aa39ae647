import { az } from '../az.mjs';

/** The caller's own sign-in of the Azure CLI: which subscription, where Resource Manager is, and a token for it. */
export function signIn(subscription) {
  const chosen = subscription ? ['--subscription', subscription] : [];
  const { id: subscriptionId, tenantId, user } = az('account', 'show', ...chosen);
  const { name: cloud, endpoints } = az('cloud', 'show');
  const endpoint = endpoints.resourceManager;
  let held;
  // A token lives for about an hour, and a gateway may take longer.
  const token = () => {
    if (!held || Date.now() - held.at > 20 * 60_000)
      held = { at: Date.now(), ...az('account', 'get-access-token', ...chosen, '--resource', endpoint) };
    return held.accessToken;
  };
  return { subscriptionId, tenantId, user: user?.name, cloud, endpoint, token };
}

/** A recording must not show whose subscription it was, or where it was asked. */
export function hide(know, { subscriptionId, tenantId, user, endpoint }, group, machine) {
  const nobody = '00000000-0000-0000-0000-000000000000';
  know(subscriptionId, nobody);
  know(tenantId, nobody);
  know(user, 'someone');
  know(group, 'rg-vpn-radius-conformance');
  know(new URL(endpoint).origin, 'https://management.azure.com');
  if (!machine) return;
  const parts = machine.id.split('/');
  know(parts[4], 'rg-nps', 3);
  know(parts[8], 'nps-server', 3);
}
