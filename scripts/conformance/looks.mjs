import { readFileSync } from 'node:fs';
import { gatewayLooks } from './gateway-looks.mjs';
import { refusals } from './refusals.mjs';

/** How each assumed line is checked, in the necessary order. What `nps/verify` asks is checked by its own ids. */
export const looks = [...refusals, ...gatewayLooks];

const why = (reason, ...ids) => ids.map((id) => [id, reason]);

/** Why a line is not checked. */
const notLookedAt = new Map([
  ...why('SSTP alone is refused already, so a request for both shows nothing', 'SstpAndOpenVpnCannotCoexist'),
  ...why(
    'needs an Entra tenant that is prepared for it',
    'VpnClientConfigurationMultipleAuthenticationTypesNotAllowed',
  ),
  ...why(
    'needs a gateway without point-to-site, which takes one more hour',
    'VpnClientConfigurationNotFound',
  ),
  ...why('needs an Arc machine that is switched off', 'MachineNotConnected'),
  ...why('would disturb the run command on a machine that others use', 'run-command-busy'),
  ...why('depends on chance', 'reference-updating'),
  ...why('needs the same gateway to be written and read with each api-version', 'defaults-by-version'),
  ...why('needs an identity that may read nothing', 'graph-without-rights'),
  ...why(
    'needs a gateway with a Basic address, which can no longer be made',
    'migration-times',
    'migration-codes',
    'migration-address-id',
    'migration-updating',
  ),
  ...why('needs the app on the real Functions host under load', 'queue-delays'),
  ...why(
    'changes the server: run nps/verify with -Change on a server that nobody needs',
    'delete-policy-alone',
    'prefix-accepted',
    'limit-proxy-state',
    'own-policy',
    'netsh-keeps-attributes',
    'netsh-lists',
    'netsh-order',
    'secret-characters',
    'import-restores',
  ),
  ...why(
    'needs RADIUS requests to a real NPS',
    'removed-client-known',
    'narrowest-client',
    'disabled-narrower-client',
    'class-content',
    'unknown-suffix',
  ),
  ...why('needs a person who does not answer a push message', 'unanswered-push'),
  ...why(
    'needs a VPN client that signs in: events 6272 and 6273 of NPS show this',
    'gateway-attributes',
    'openvpn-is-pap',
    'message-authenticator-with-pap',
    'servers-by-score',
  ),
]);

/** The checks that `nps/verify` makes without `-Change`. */
export function npsIds(root) {
  const script = readFileSync(`${root}nps/verify/Test-NpsAssumptions.ps1`, 'utf8');
  const [reading] = script.split('if (-not $Change)');
  return [...reading.matchAll(/Test-Assumption '([\w-]+)'/g)].map(([, id]) => id);
}

/** Every id that is checked, or that is not checked for a reason. */
export const knownIds = (root) =>
  new Set([...looks.map(({ id }) => id), 'event-at-end', ...npsIds(root), ...notLookedAt.keys()]);

/** Why an id has no result. */
export const whyNot = (id, root, nps) =>
  notLookedAt.get(id) ?? (npsIds(root).includes(id) && nps === undefined ? 'needs --nps' : 'was not reached');
