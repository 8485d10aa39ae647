import { isIPv4 } from 'node:net';
import { expandCidr, overlapCidr } from 'cidr-tools';
import { type DesiredClient, type DesiredState, NpsError } from './desired-state.ts';
import { type Difference, finding, sameText } from './difference.ts';
import type { NpsServerState, RadiusClient } from './state.ts';

const isPrefix = (address: string) => isIPv4(address.split('/')[0] ?? '');
const withLength = (address: string) => (address.includes('/') ? address : `${address}/32`);
const sameAddress = (a: string, b: string) => withLength(a) === withLength(b);

/** Azure keeps the first four addresses of a subnet and its last; a gateway instance has one of the others. */
export function usableAddresses(prefix: string): string[] {
  return [...expandCidr(prefix)].slice(4, -1);
}

/** The clients that stand for a wanted one: itself, or, where NPS takes no prefixes, one for each of its addresses. */
export function standingFor(wish: DesiredClient, clients: readonly RadiusClient[]) {
  return {
    named: clients.find(({ name }) => sameText(name, wish.name)),
    single: clients.filter(({ name, address }) => sameText(name, `${wish.name}-${address}`)),
  };
}

/** The clients of others: they share everything that NPS keeps for the whole server. */
export function otherClients(
  { radiusClients }: NpsServerState,
  desired: Pick<DesiredState, 'radiusClients'>,
): RadiusClient[] {
  const ours = desired.radiusClients.flatMap((wish) => {
    const { named, single } = standingFor(wish, radiusClients);
    return [named, ...single];
  });
  return radiusClients.filter((client) => !ours.includes(client));
}

export function radiusClientDifferences(
  state: NpsServerState,
  desired: DesiredState,
  secret: string | undefined,
): Difference[] {
  return desired.radiusClients.flatMap((wish) => {
    const conflict = conflictOf(wish, state.radiusClients, desired.radiusClients);
    if (conflict) {
      const fix = 'Resolve the conflict on the server, then apply again.';
      const refusal = new NpsError('RadiusClientConflict', conflict, `radiusClients.${wish.name}`);
      return {
        part: 'radius client',
        changes: [],
        finding: finding('radius-client-differs', 'high', conflict, fix),
        refusal,
      };
    }
    const { named, single } = standingFor(wish, state.radiusClients);
    if (named)
      return changed(
        wish,
        [named],
        secret,
        sameAddress(named.address, wish.address) ? [] : [addressChange(wish, named)],
      );
    if (single.length > 0) return changedSingles(wish, single, secret);
    return added(wish, secret);
  });
}

function addressChange(wish: DesiredClient, held: RadiusClient): string {
  return `radiusClient ${held.name}: address ${held.address} -> ${wish.address}`;
}

function conflictOf(
  wish: DesiredClient,
  clients: readonly RadiusClient[],
  wanted: readonly DesiredClient[],
): string | undefined {
  const { named } = standingFor(wish, clients);
  // A gateway subnet that grew or shrank overlaps what it was; anything else is another device of the same name.
  if (named && !(isPrefix(named.address) && overlapCidr(named.address, wish.address))) {
    return `RADIUS client ${named.name} exists with ${named.address}, which has nothing to do with ${wish.address}.`;
  }
  const other = clients.find(
    ({ name, address }) =>
      sameAddress(address, wish.address) && !wanted.some((ours) => sameText(ours.name, name)),
  );
  return other && `${wish.address} already belongs to RADIUS client ${other.name}.`;
}

const noSecret = (wish: DesiredClient) =>
  new NpsError(
    'SecretInvalid',
    `RADIUS client ${wish.name} cannot be added without a shared secret.`,
    'SharedSecret',
  );

function added(wish: DesiredClient, secret: string | undefined): Difference {
  const message = `There is no RADIUS client ${wish.name} (${wish.address}): NPS discards what the gateway sends.`;
  return {
    part: 'radius client',
    changes: [`radiusClient ${wish.name}: added ${wish.address}`],
    finding: finding('radius-client-missing', 'high', message, 'Apply the desired state.'),
    ...(secret === undefined && { refusal: noSecret(wish) }),
    apply: (state) => put(state, wish, secret),
  };
}

/** Writes the client, or one for each address where the edition refuses a prefix. */
function put(state: NpsServerState, wish: DesiredClient, secret: string | undefined): undefined {
  const { named } = standingFor(wish, state.radiusClients);
  const written = { ...wish, secret: secret ?? named?.secret ?? '' };
  const refused = state.refusesPrefixes && wish.address.includes('/');
  if (!refused && named) Object.assign(named, written);
  else if (!refused) state.radiusClients.push(written);
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

function propertyChanges(wish: DesiredClient, held: RadiusClient, secret: string | undefined): string[] {
  return [
    sameText(held.vendor, wish.vendor) ? '' : `vendor ${held.vendor} -> ${wish.vendor}`,
    held.authAttributeRequired === wish.authAttributeRequired
      ? ''
      : `authAttributeRequired -> ${wish.authAttributeRequired}`,
    held.enabled === wish.enabled ? '' : wish.enabled ? 'enabled' : 'disabled',
    secret === undefined || held.secret === secret ? '' : 'shared secret replaced',
  ]
    .filter(Boolean)
    .map((change) => `radiusClient ${held.name}: ${change}`);
}

function changed(
  wish: DesiredClient,
  held: readonly RadiusClient[],
  secret: string | undefined,
  first: readonly string[],
  apply: Difference['apply'] = (state) => put(state, wish, secret),
  refusal?: NpsError,
): Difference[] {
  const changes = [...first, ...held.flatMap((client) => propertyChanges(wish, client, secret))];
  if (changes.length === 0) return [];
  const disabled = wish.enabled && held.some(({ enabled }) => !enabled);
  const problem = disabled
    ? finding(
        'radius-client-disabled',
        'high',
        `RADIUS client ${wish.name} is disabled.`,
        'Apply the desired state.',
      )
    : finding(
        'radius-client-differs',
        'high',
        `RADIUS client ${wish.name}: ${changes.slice(0, 3).join('; ')}`,
        'Apply the desired state.',
      );
  return [{ part: 'radius client', changes, finding: problem, apply, ...(refusal && { refusal }) }];
}

function changedSingles(
  wish: DesiredClient,
  held: readonly RadiusClient[],
  secret: string | undefined,
): Difference[] {
  const wanted = usableAddresses(wish.address);
  const missing = wanted.filter((address) => !held.some((client) => client.address === address));
  const left = held.filter(({ address }) => !wanted.includes(address));
  const kept = held.filter((client) => !left.includes(client));
  const first = [
    missing.length > 0
      ? `radiusClient ${wish.name}: added ${missing.length} clients for single addresses`
      : '',
    left.length > 0 ? `radiusClient ${wish.name}: removed ${left.length} clients for single addresses` : '',
  ].filter(Boolean);
  const apply = (state: NpsServerState) => {
    const gone = left.map(({ name }) => name);
    const stay = kept.map(({ name }) => name);
    const { vendor, authAttributeRequired, enabled } = wish;
    const properties = { vendor, authAttributeRequired, enabled, ...(secret !== undefined && { secret }) };
    state.radiusClients = state.radiusClients
      .filter(({ name }) => !gone.includes(name))
      .map((client) => (stay.includes(client.name) ? { ...client, ...properties } : client));
    for (const address of missing) {
      state.radiusClients.push({ ...wish, secret: secret ?? '', address, name: `${wish.name}-${address}` });
    }
    return undefined;
  };
  const refusal = missing.length > 0 && secret === undefined ? noSecret(wish) : undefined;
  return changed(wish, kept, secret, first, apply, refusal);
}
