import { type Problem, refused } from '../core/errors.ts';
import type { Order } from './contract.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from './request.ts';
import { wishFingerprint } from './wish-fingerprint.ts';

type Tags = Readonly<Record<string, string>>;

const prefix = 'vpn-radius-';

/**
 * Each tag, and the place of its value in the request. Commas or spaces separate the entries of a list, because tags
 * hold no brackets.
 */
const tagged: Readonly<Record<string, (value: string) => unknown>> = {
  sku: (value) => ({ gateway: { sku: value } }),
  'active-active': (value) => ({ gateway: { activeActive: truth(value) } }),
  pool: (value) => ({
    pointToSite: { addressPool: value.toLowerCase() === 'auto' ? 'auto' : listIn(value) },
  }),
  protocols: (value) => ({ pointToSite: { protocols: listIn(value) } }),
  'gateway-subnet': (value) => ({ gatewaySubnetPrefix: value }),
  approval: (value) => ({ approval: { required: truth(value) } }),
};

const yes = ['enabled', 'true', 'yes', 'on', '1'];
const no = ['disabled', 'false', 'no', 'off', '0', ''];

/** Whether a VNet asks for point-to-site VPN with RADIUS: its tag says so, or has a value that cannot be understood. */
export function optInOf(tags: Tags): { readonly tag: string; readonly value: string } | undefined {
  const [tag, value] = Object.entries(tags).find(([name]) => name.toLowerCase() === 'vpn-radius') ?? [];
  if (tag === undefined || value === undefined || no.includes(value.trim().toLowerCase())) return undefined;
  return { tag, value };
}

/**
 * The order that the tags of a VNet make. Undefined when they ask for nothing. Tags that cannot be followed make an
 * order that fails.
 */
export function orderFromTags(
  { id, tags }: { readonly id: string; readonly tags: Tags },
  ticketId: string,
): Order | undefined {
  if (!optInOf(tags)) return undefined;
  const { request, problems } = requestFromTags(id, tags, ticketId);
  const sentences = problems.map(({ message }) => message).join(' ');
  return {
    request,
    fingerprint: wishFingerprint(request),
    isSeen: true,
    tries: 1,
    ...(problems.length > 0 && {
      refused: refused(
        'InvalidTags',
        `Nothing was written, because the VNet's tags are not valid. ${sentences}`,
        problems,
      ).failure,
    }),
  };
}

/**
 * The request that a VNet's tags make. A tag with a wrong value, or an unknown tag, is a problem that names the tag.
 * The request then holds only what could be read, so that the refusal can be reported.
 */
export function requestFromTags(
  virtualNetworkId: string,
  tags: Tags,
  ticketId: string,
): { readonly request: VpnGatewayRequest; readonly problems: readonly Problem[] } {
  const base = { ticket: { system: 'webhook', id: ticketId }, virtualNetworkId };
  const problems: Problem[] = [];
  let request = vpnGatewayRequest.parse(base);
  const optIn = optInOf(tags);
  if (optIn && !yes.includes(optIn.value.trim().toLowerCase()))
    problems.push({
      code: 'TagInvalid',
      message: `The tag ${optIn.tag} has the value "${optIn.value}". Write enabled, or write disabled when the VNet needs no VPN.`,
      target: optIn.tag,
    });
  for (const [name, value] of Object.entries(tags)) {
    const wish = name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length).toLowerCase() : undefined;
    if (wish === undefined || wish.startsWith('waive-')) continue;
    const make = Object.hasOwn(tagged, wish) ? tagged[wish] : undefined;
    if (wish === 'secret-name') {
      problems.push({
        code: 'TagNotAllowed',
        message: `The tag ${name} is not allowed: a person who may tag a VNet could give its gateway the secret of another gateway. Remove the tag. The gateway gets its own secret, and a ticket may name one (radius.secretName).`,
        target: name,
      });
      continue;
    }
    if (!make) {
      problems.push({
        code: 'TagUnknown',
        message: `The tag ${name} is not known. Use ${Object.keys(tagged)
          .map((known) => prefix + known)
          .join(', ')}.`,
        target: name,
      });
      continue;
    }
    const parsed = vpnGatewayRequest.safeParse(withTagWish(request, make(value.trim())));
    if (parsed.success) request = parsed.data;
    for (const { message } of parsed.error?.issues ?? [])
      problems.push({
        code: 'TagInvalid',
        message: `The tag ${name} has the value "${value}": ${message.replace(/\.$/, '')}.`,
        target: name,
      });
  }
  return { request, problems };
}

function withTagWish(request: VpnGatewayRequest, wish: unknown): unknown {
  const result: Record<string, unknown> = { ...request };
  for (const [field, value] of Object.entries(wish as Record<string, unknown>)) {
    const before = result[field];
    result[field] = typeof value === 'object' && typeof before === 'object' ? { ...before, ...value } : value;
  }
  return result;
}

const listIn = (value: string) => value.split(/[,;\s]+/).filter(Boolean);

/** The words of the opt-in tag. A word that is none of them is refused by the schema. */
function truth(value: string): boolean | string {
  const word = value.toLowerCase();
  if (yes.includes(word) || word === 'required') return true;
  return word !== '' && no.includes(word) ? false : value;
}
