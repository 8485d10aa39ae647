import { isIPv4 } from 'node:net';
import { containsCidr, expandCidr, overlapCidr, parseCidr } from 'cidr-tools';
import type { NpsServerState, RadiusClient } from '../state.ts';
import { type DesiredClient, type DesiredState, NpsError } from './desired-state.ts';
import { type Change, changeOf, type Difference, finding, sameText } from './difference.ts';

const isPrefix = (address: string) => isIPv4(address.split('/')[0] ?? '');
const withLength = (address: string) => (address.includes('/') ? address : `${address}/32`);
export const sameAddress = (a: string, b: string) => withLength(a) === withLength(b);
export const covers = (outer: string, inner: string) =>
  isPrefix(outer) && containsCidr(withLength(outer), withLength(inner));

/** Azure keeps the first four addresses of a subnet and its last one. A gateway instance has one of the others. */
export function usableAddresses(prefix: string): string[] {
  return [...expandCidr(prefix)].slice(4, -1);
}

/**
 * The clients that are used for a wanted one. This is the client itself. Where NPS takes no prefixes, it is one client
 * for each of its addresses. When somebody made a client for exactly its address under another name, it is that client,
 * which is adopted.
 */
export function standingFor(
  wish: DesiredClient,
  clients: readonly RadiusClient[],
  wanted: readonly DesiredClient[],
) {
  const named = clients.find(({ name }) => sameText(name, wish.name));
  const single = clients.filter(({ name, address }) => sameText(name, `${wish.name}-${address}`));
  const adopted =
    named || single.length > 0
      ? undefined
      : clients.find(
          ({ name, address }) =>
            sameAddress(address, wish.address) && !wanted.some((one) => sameText(one.name, name)),
        );
  return { named: named ?? adopted, single, adopted: adopted !== undefined };
}

/** Clients made by hand inside the wanted prefix: NPS uses the narrowest client that contains an address. */
export function narrowerClients(
  wish: DesiredClient,
  clients: readonly RadiusClient[],
  wanted: readonly DesiredClient[],
): RadiusClient[] {
  return clients.filter(
    ({ name, address }) =>
      isPrefix(address) &&
      !wanted.some((one) => sameText(one.name, name)) &&
      !sameText(name, `${wish.name}-${address}`) &&
      Number(parseCidr(withLength(address)).prefix) > Number(parseCidr(withLength(wish.address)).prefix) &&
      covers(wish.address, address),
  );
}

/**
 * The clients of others, which share everything that NPS keeps for the whole server. Gateways that were set up before
 * are not among them.
 */
export function otherClients(
  { radiusClients, gatewayClients }: Pick<NpsServerState, 'radiusClients' | 'gatewayClients'>,
  { radiusClients: wanted }: Pick<DesiredState, 'radiusClients'>,
): RadiusClient[] {
  const ours = wanted.flatMap((wish) => {
    const { named, single } = standingFor(wish, radiusClients, wanted);
    return [named, ...single, ...narrowerClients(wish, radiusClients, wanted)];
  });
  return radiusClients.filter(
    (client) => !ours.includes(client) && !gatewayClients.includes(`${client.name} ${client.address}`),
  );
}

/** Whether the wanted client is set up already: it, or a client of its gateway, was set up before. */
export const stands = (
  wish: DesiredClient,
  clients: readonly RadiusClient[],
  wanted: readonly DesiredClient[],
): boolean => {
  const { named, single } = standingFor(wish, clients, wanted);
  return named !== undefined || single.length > 0;
};

/** Whether this gateway or another one has been set up on this server before. */
export function hasGateways(
  { radiusClients, gatewayClients }: Pick<NpsServerState, 'radiusClients' | 'gatewayClients'>,
  { radiusClients: wanted }: Pick<DesiredState, 'radiusClients'>,
): boolean {
  return (
    radiusClients.some(({ name, address }) => gatewayClients.includes(`${name} ${address}`)) ||
    wanted.some((wish) => stands(wish, radiusClients, wanted))
  );
}

/** What the module notes on the server after it has set up its clients. */
export function noteGateways(state: NpsServerState, { radiusClients: wanted }: DesiredState): void {
  const there = state.radiusClients.map(({ name, address }) => `${name} ${address}`);
  const ours = wanted.flatMap((wish) => {
    const { named, single } = standingFor(wish, state.radiusClients, wanted);
    return [...(named ? [named] : []), ...single].map(({ name, address }) => `${name} ${address}`);
  });
  const kept = state.gatewayClients.filter((entry) => there.includes(entry));
  state.gatewayClients = [...new Set([...kept, ...ours])].sort();
}

export function radiusClientDifferences(
  state: NpsServerState,
  desired: DesiredState,
  secret: string | undefined,
): Difference[] {
  const wanted = desired.radiusClients;
  return wanted.flatMap((wish): Difference[] => {
    const part = 'radius client' as const;
    const target = `radiusClients.${wish.name}`;
    const conflict = conflictOf(wish, state.radiusClients, wanted);
    if (conflict)
      return [{ part, changes: [], finding: finding('radius-client-conflict', conflict, wish.name), target }];
    const standing = standingFor(wish, state.radiusClients, wanted);
    const { named, single, adopted } = standing;
    const planned = secret ?? named?.secret ?? single[0]?.secret;
    const narrow = narrowerClients(wish, state.radiusClients, wanted).filter(
      (client) => !client.enabled || client.secret !== planned,
    );
    const found: Difference[] = [];
    if (narrow.length > 0) {
      const names = narrow.map(({ name, address }) => `'${name}' (${address})`).join(', ');
      const message = `NPS takes ${names} before a client for ${wish.address}, and the secrets differ: NPS would refuse requests from there.`;
      found.push({
        part,
        changes: [],
        finding: finding('radius-client-narrower', message, wish.name),
        target,
      });
    }
    if (!named && single.length === 0) return [...found, added(wish, secret)];
    if (!named) return [...found, ...changedSingles(wish, single, secret)];
    if (adopted) {
      const message = `The RADIUS client '${named.name}' has the address ${wish.address}, the subnet of ${wish.name}.`;
      found.push({ part, changes: [], finding: finding('radius-client-other-name', message, wish.name) });
    }
    const first = sameAddress(named.address, wish.address)
      ? []
      : [
          own(
            'client-address',
            named.name,
            `radiusClient ${named.name}: address ${named.address} -> ${wish.address}`,
          ),
        ];
    return [
      ...found,
      ...changed(wish, [...first, ...propertyChanges(wish, named, secret)], (s) => put(s, wish, secret)),
    ];
  });
}

/** Somebody may have disabled a client to keep its gateway out, so enabling it again needs an approval. */
const own = (kind: string, name: string, what: string): Change =>
  changeOf(`${kind}:${name}`, what, 'own', { restart: true, asks: kind === 'client-enabled' });

function conflictOf(
  wish: DesiredClient,
  clients: readonly RadiusClient[],
  wanted: readonly DesiredClient[],
): string | undefined {
  const { named, adopted } = standingFor(wish, clients, wanted);
  // A gateway subnet that grew or shrank overlaps its earlier prefix. Any other address belongs to another device of
  // the same name.
  if (named && !(isPrefix(named.address) && overlapCidr(named.address, wish.address))) {
    return `A RADIUS client named '${named.name}' already exists with the address ${named.address}, which does not overlap ${wish.address}. Rename or remove it, or choose another name.`;
  }
  if (adopted) return undefined;
  const other = clients.find(
    ({ name, address }) =>
      sameAddress(address, wish.address) && !wanted.some((ours) => sameText(ours.name, name)),
  );
  return (
    other &&
    `The address ${wish.address} already belongs to the RADIUS client '${other.name}', and '${wish.name}' exists as well. Remove one of them.`
  );
}

const noSecret = (wish: DesiredClient) =>
  new NpsError(
    'SecretInvalid',
    `The RADIUS client '${wish.name}' cannot be added without a shared secret.`,
    'SharedSecret',
  );

function added(wish: DesiredClient, secret: string | undefined): Difference {
  const message = `No RADIUS client named '${wish.name}' for ${wish.address}: NPS drops the requests of the gateway.`;
  return {
    part: 'radius client',
    changes: [own('client-added', wish.name, `radiusClient ${wish.name}: added ${wish.address}`)],
    finding: finding('radius-client-missing', message, wish.name),
    ...(secret === undefined && { refusal: noSecret(wish) }),
    apply: (state) => put(state, wish, secret),
  };
}

/** Writes the client, or one client for each address when the edition refuses a prefix. */
function put(state: NpsServerState, wish: DesiredClient, secret: string | undefined): undefined {
  const { named } = standingFor(wish, state.radiusClients, [wish]);
  const enabled = wish.enabled && (named?.enabled ?? true);
  const written = { ...wish, enabled, secret: secret ?? named?.secret ?? '' };
  const isRefused = state.refusesPrefixes && wish.address.includes('/');
  if (!isRefused && named) Object.assign(named, written, { name: named.name });
  else if (!isRefused) state.radiusClients.push(written);
  else {
    const addresses = usableAddresses(wish.address);
    if (addresses.length > 59)
      throw new Error(`${addresses.length} clients for single addresses are too many`);
    state.radiusClients = state.radiusClients.filter((client) => client !== named);
    for (const address of addresses) {
      state.radiusClients.push({ ...written, address, name: `${wish.name}-${address}` });
    }
  }
}

function propertyChanges(wish: DesiredClient, held: RadiusClient, secret: string | undefined): Change[] {
  const of = (kind: string, what: string) => own(kind, held.name, `radiusClient ${held.name}: ${what}`);
  return [
    ...(sameText(held.vendor, wish.vendor)
      ? []
      : [of('client-vendor', `vendor ${held.vendor} -> ${wish.vendor}`)]),
    ...(held.authAttributeRequired === wish.authAttributeRequired
      ? []
      : [
          of(
            'client-signature',
            `authAttributeRequired ${held.authAttributeRequired} -> ${wish.authAttributeRequired}`,
          ),
        ]),
    ...(held.enabled === wish.enabled
      ? []
      : [of(wish.enabled ? 'client-enabled' : 'client-disabled', wish.enabled ? 'enabled' : 'disabled')]),
    ...(secret === undefined || held.secret === secret
      ? []
      : [of('client-secret', 'shared secret replaced')]),
  ];
}

const findingOf: Readonly<Record<string, string>> = {
  'client-enabled': 'radius-client-disabled',
  'client-disabled': 'radius-client-options',
  'client-address': 'radius-client-address',
  'client-added': 'radius-client-address',
  'client-removed': 'radius-client-address',
  'client-vendor': 'radius-client-options',
  'client-signature': 'radius-client-options',
  'client-secret': 'radius-secret-nps',
};

/** One finding for each kind of change. One write fixes all of them. Only the enabling needs an approval. */
function changed(
  wish: DesiredClient,
  changes: readonly Change[],
  apply: NonNullable<Difference['apply']>,
  refusal?: NpsError,
): Difference[] {
  if (changes.length === 0) return [];
  const part = 'radius client' as const;
  const told = new Map<string, Difference>();
  for (const { id, what } of changes) {
    const check = findingOf[id.split(':')[0]!]!;
    const message =
      check === 'radius-client-disabled'
        ? `The RADIUS client '${wish.name}' is disabled: NPS drops the requests of the gateway.`
        : `The RADIUS client '${wish.name}' is not as wanted: ${what.slice(what.indexOf(': ') + 2)}.`;
    if (!told.has(check)) told.set(check, { part, changes: [], finding: finding(check, message, wish.name) });
  }
  const written = changes.filter(({ asks }) => !asks);
  const asked = changes.filter(({ asks }) => asks);
  return [
    ...(written.length > 0 ? [{ part, changes: written, apply, ...(refusal && { refusal }) }] : []),
    ...(asked.length > 0 ? [{ part, changes: asked, apply: enable(wish) }] : []),
    ...told.values(),
  ];
}

const enable = (wish: DesiredClient) => (state: NpsServerState) => {
  const { named, single } = standingFor(wish, state.radiusClients, [wish]);
  for (const client of [...(named ? [named] : []), ...single]) client.enabled = true;
  return undefined;
};

function changedSingles(
  wish: DesiredClient,
  held: readonly RadiusClient[],
  secret: string | undefined,
): Difference[] {
  const wanted = usableAddresses(wish.address);
  const missing = wanted.filter((address) => !held.some((client) => client.address === address));
  const left = held.filter(({ address }) => !wanted.includes(address));
  const kept = held.filter((client) => !left.includes(client));
  const label = `radiusClient ${wish.name}`;
  const each = new Map<string, Change>();
  for (const client of kept) {
    for (const { id, what } of propertyChanges(wish, client, secret)) {
      const kind = id.split(':')[0]!;
      const sentence = what.replace(
        `radiusClient ${client.name}:`,
        `${label}, each of ${kept.length} single addresses:`,
      );
      if (!each.has(kind)) each.set(kind, own(kind, wish.name, sentence));
    }
  }
  const changes = [
    ...(missing.length > 0
      ? [
          own(
            'client-added',
            wish.name,
            `${label}: added ${missing.length} clients for single addresses of ${wish.address}`,
          ),
        ]
      : []),
    ...(left.length > 0
      ? [
          own(
            'client-removed',
            wish.name,
            `${label}: removed ${left.length} clients for addresses outside ${wish.address}`,
          ),
        ]
      : []),
    ...each.values(),
  ];
  const apply = (state: NpsServerState) => {
    const gone = left.map(({ name }) => name);
    const stay = kept.map(({ name }) => name);
    const { vendor, authAttributeRequired } = wish;
    const properties = { vendor, authAttributeRequired, ...(secret !== undefined && { secret }) };
    state.radiusClients = state.radiusClients
      .filter(({ name }) => !gone.includes(name))
      .map((client) =>
        stay.includes(client.name)
          ? { ...client, ...properties, enabled: wish.enabled && client.enabled }
          : client,
      );
    // When somebody has disabled all of them, one more client would let the gateway in again.
    const enabled = wish.enabled && (kept.length === 0 || kept.some((client) => client.enabled));
    for (const address of missing) {
      state.radiusClients.push({
        ...wish,
        enabled,
        secret: secret ?? '',
        address,
        name: `${wish.name}-${address}`,
      });
    }
    return undefined;
  };
  return changed(
    wish,
    changes,
    apply,
    missing.length > 0 && secret === undefined ? noSecret(wish) : undefined,
  );
}
