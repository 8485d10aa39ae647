import type { Problem } from '../core/errors.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from './request.ts';

type Tags = Readonly<Record<string, string>>;

const prefix = 'vpn-radius-';

/** Each tag, and where its value goes in the request. Lists are separated by commas or spaces: tags hold no brackets. */
const tagged: Readonly<Record<string, (value: string) => unknown>> = {
  sku: (value) => ({ gateway: { sku: value } }),
  'active-active': (value) => ({ gateway: { activeActive: truth(value) } }),
  pool: (value) => ({ pointToSite: { addressPool: value === 'auto' ? value : list(value) } }),
  protocols: (value) => ({ pointToSite: { protocols: list(value) } }),
  'gateway-subnet': (value) => ({ gatewaySubnetPrefix: value }),
  'secret-name': (value) => ({ radius: { secretName: value } }),
  approval: (value) => ({ approval: { required: truth(value) } }),
};

/** Whether a VNet asks for point-to-site VPN with RADIUS. */
export function optsIn(tags: Tags): boolean {
  return Object.entries(tags).some(
    ([name, value]) => name.toLowerCase() === 'vpn-radius' && value.toLowerCase() === 'enabled',
  );
}

/**
 * The request that a VNet's tags make. A tag with a wrong value, or one that nobody knows, is a problem that names the tag;
 * the request then holds only what could be read, so that the refusal has a place to be told.
 */
export function requestFromTags(
  virtualNetworkId: string,
  tags: Tags,
  ticketId: string,
): { readonly request: VpnGatewayRequest; readonly problems: readonly Problem[] } {
  const base = { ticket: { system: 'webhook', id: ticketId }, virtualNetworkId };
  const problems: Problem[] = [];
  let request = vpnGatewayRequest.parse(base);
  for (const [name, value] of Object.entries(tags)) {
    const wish = name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length).toLowerCase() : undefined;
    if (wish === undefined || wish.startsWith('waive-')) continue;
    const make = tagged[wish];
    if (!make) {
      problems.push({
        code: 'TagUnknown',
        message: `The tag ${name} is not known: use ${Object.keys(tagged)
          .map((known) => prefix + known)
          .join(', ')}.`,
        target: name,
      });
      continue;
    }
    const parsed = vpnGatewayRequest.safeParse(merged(request, make(value.trim())));
    if (parsed.success) request = parsed.data;
    for (const { message } of parsed.error?.issues ?? [])
      problems.push({
        code: 'TagInvalid',
        message: `The tag ${name} has the value "${value}": ${message}.`,
        target: name,
      });
  }
  return { request, problems };
}

function merged(request: VpnGatewayRequest, wish: unknown): unknown {
  const result: Record<string, unknown> = { ...request };
  for (const [field, value] of Object.entries(wish as Record<string, unknown>)) {
    const before = result[field];
    result[field] = typeof value === 'object' && typeof before === 'object' ? { ...before, ...value } : value;
  }
  return result;
}

const list = (value: string) => value.split(/[,;\s]+/).filter(Boolean);
const truth = (value: string) =>
  ({ true: true, required: true, yes: true, false: false, no: false })[value.toLowerCase()] ?? value;
