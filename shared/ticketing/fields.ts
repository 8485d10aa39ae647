import * as z from 'zod';

/** How the text of a ticket field becomes the value that the request has there. */
type Kind = 'text' | 'flag' | 'whole' | 'list' | 'json';

const kinds: Readonly<Record<string, Kind>> = {
  kind: 'text',
  virtualNetworkGatewayId: 'text',
  keepGateway: 'flag',
  'ticket.id': 'text',
  'ticket.callbackUrl': 'text',
  'ticket.requestedBy': 'text',
  virtualNetworkId: 'text',
  gatewaySubnetPrefix: 'text',
  'gateway.name': 'text',
  'gateway.sku': 'text',
  'gateway.activeActive': 'flag',
  'pointToSite.addressPool': 'list',
  'pointToSite.protocols': 'list',
  'radius.servers': 'json',
  'radius.servers.0.address': 'text',
  'radius.servers.0.score': 'whole',
  'radius.servers.0.host': 'text',
  'radius.servers.1.address': 'text',
  'radius.servers.1.score': 'whole',
  'radius.servers.1.host': 'text',
  'radius.secretName': 'text',
  'nps.networkPolicy': 'text',
  'nps.mfaExtension': 'text',
  'approval.required': 'flag',
  'approval.timeoutDays': 'whole',
};

/** A field of the other system, or a value that every ticket gets: `{"value": true}`. */
export type FieldSource = string | { readonly value: unknown };

/** Our field path (`gateway.sku`, `radius.servers.0.address`) to where its value comes from. */
export type FieldMapping = Readonly<Record<string, FieldSource>>;

/**
 * The schema of a mapping setting: what is given lies over `defaults`, `null` unmaps a field. A path that no request has is
 * refused, because the wish behind it would be lost in silence.
 */
export function fieldMapping(defaults: FieldMapping) {
  const source = z.union([z.string().min(1), z.strictObject({ value: z.json() }), z.null()], {
    error: 'must be the name of a field, {"value": …} for a fixed value, or null for none',
  });
  return z.record(z.string(), source).transform((given, context): FieldMapping => {
    for (const path of Object.keys(given).filter((path) => !Object.hasOwn(kinds, path))) {
      context.addIssue({
        code: 'custom',
        path: [path],
        message: `is not a field of a request: choose from ${Object.keys(kinds).join(', ')}`,
      });
    }
    const merged: Record<string, FieldSource | null> = { ...defaults, ...given };
    // One field that holds all servers as JSON stands in place of the fields for each.
    if (given['radius.servers']) {
      for (const path of Object.keys(merged)) if (path.startsWith('radius.servers.')) delete merged[path];
    }
    return Object.fromEntries(
      Object.entries(merged).filter((entry): entry is [string, FieldSource] => entry[1] !== null),
    );
  });
}

/** Of a removal nothing else is read: the same form may be filled in for both. That it waits for an approval nobody can change. */
const ofRemoval =
  /^(?:kind|ticket\..+|virtualNetworkId|virtualNetworkGatewayId|keepGateway|approval\.timeoutDays)$/;

/** What a ticket asks for when its field says nothing, or says so itself. */
const isDeployment = (kind: unknown) => kind === undefined || /^deploy$/i.test(String(kind));

/** A request as a ticket system sent it: still to be parsed with `vpnGatewayRequest`, or with `removalTicket` where `input.kind` is `remove`. */
export interface MappedRequest {
  readonly kind: 'request';
  /** Whether the ticket was there before and was changed now. */
  readonly isEdit: boolean;
  /** Whether no field of the other system asks for anything. */
  readonly isEmpty: boolean;
  /** What the other system knows whoever asked by, besides their name: `sys_id`, account id, mail address. */
  readonly requester: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
  /**
   * Where the other system holds what a problem of the parsed request is about: `gateway.sku` becomes
   * `variables.gateway_sku`. Takes `pointToSite.protocols.0` and `pointToSite.protocols[0]`. What several fields hold
   * together is told by the first of them; what none holds stays as it is.
   */
  targetInSource(target: string): string;
}

/** Reads the mapped fields; `read` returns plain values (text, numbers, flags, lists of text) of the other system's fields. */
export function readFields(
  mapping: FieldMapping,
  read: (field: string, path: string) => unknown,
): { values: Map<string, unknown>; sources: Map<string, string> } {
  const values = new Map<string, unknown>();
  const sources = new Map<string, string>();
  for (const [path, source] of Object.entries(mapping)) {
    if (typeof source === 'string') sources.set(path, source);
    const raw = typeof source === 'string' ? read(source, path) : source.value;
    if (!isEmpty(raw)) values.set(path, coerced(kinds[path] ?? 'text', path, raw));
  }
  return { values, sources };
}

/** Builds the request's input from values by path; `sources` tells where each came from. */
export function requestFrom(
  values: ReadonlyMap<string, unknown>,
  sources: ReadonlyMap<string, string>,
  isEdit: boolean,
  requester: unknown,
): MappedRequest {
  const kind = values.get('kind');
  const isRemoval = /^remove$/i.test(String(kind));
  const wanted = [...values].filter(([path]) => (isRemoval ? ofRemoval.test(path) : !isOfRemovalAlone(path)));
  // A form may leave its first server empty: the list closes up, and `places` remembers which field each one came from.
  const places = ['0', '1'].filter((place) =>
    ['address', 'host'].some((part) => values.has(`radius.servers.${place}.${part}`)),
  );
  const input: Record<string, unknown> = {};
  for (const [path, value] of wanted) {
    const [, place, part] = /^radius\.servers\.(\d)\.(.+)$/.exec(path) ?? [];
    if (place === undefined) setAt(input, path.split('.'), value);
    else if (places.includes(place)) {
      setAt(input, ['radius', 'servers', place, part!], value);
    }
  }
  const radius = input.radius as Record<string, unknown> | undefined;
  if (isRemoval) input.kind = 'remove';
  else if (!isDeployment(kind)) input.kind = kind;
  if (places.length > 0 && radius) radius.servers = Object.values(radius.servers as object);

  return {
    kind: 'request',
    isEdit,
    requester: identitiesOf(requester),
    isEmpty: ![...values.keys()].some((path) => sources.has(path) && !path.startsWith('ticket.')),
    input,
    targetInSource(target) {
      const path = target
        .replaceAll(/\[(\d+)\]/g, '.$1')
        .replace(/^(radius\.servers\.)(\d)/, (all, list: string, place: string) =>
          places[Number(place)] === undefined ? all : `${list}${places[Number(place)]}`,
        );
      for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
        const source = sources.get(path.slice(0, end));
        if (source !== undefined) return source;
      }
      const [, part] = [...sources].find(([mapped]) => mapped.startsWith(`${path}.`)) ?? [];
      return part ?? target;
    },
  };
}

const isOfRemovalAlone = (path: string) => ['kind', 'virtualNetworkGatewayId', 'keepGateway'].includes(path);

/** Of a user of Jira (`accountId`, `emailAddress`; in the data center `name`, `key`) or of a reference of ServiceNow (`value`, or the bare `sys_id`). */
export function identitiesOf(person: unknown): string[] {
  const { accountId, emailAddress, name, key, value } = (
    typeof person === 'object' && person ? person : {}
  ) as Record<string, unknown>;
  const sysId = typeof person === 'string' && /^[0-9a-f]{32}$/i.test(person.trim()) ? person.trim() : value;
  // What has been made anonymous has an id of zeros, which is nobody's.
  return [accountId, emailAddress, name, key, sysId].filter(
    (id): id is string => typeof id === 'string' && !/^(?:\d+:)?[0-]*$/.test(id),
  );
}

function isEmpty(raw: unknown): boolean {
  return (
    raw === undefined ||
    raw === null ||
    (typeof raw === 'string' && raw.trim() === '') ||
    (Array.isArray(raw) && raw.every(isEmpty))
  );
}

/** A value that does not read as its kind stays as it came, so that the request's own check can say what is wrong with it. */
function coerced(kind: Kind, path: string, raw: unknown): unknown {
  const single = kind !== 'list' && Array.isArray(raw) && raw.length === 1 ? raw[0] : raw;
  const text =
    typeof single === 'number' ? String(single) : typeof single === 'string' ? single.trim() : undefined;
  if (text === undefined) return single;
  switch (kind) {
    case 'text':
      return text;
    case 'flag':
      if (/^(true|yes|1)$/i.test(text)) return true;
      return /^(false|no|0)$/i.test(text) ? false : text;
    case 'whole':
      return /^\d{1,9}$/.test(text) ? Number(text) : text;
    case 'list': {
      if (path === 'pointToSite.addressPool' && text.toLowerCase() === 'auto') return 'auto';
      return text.split(/[,;\s]+/).filter((entry) => entry !== '');
    }
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
  }
}

function setAt(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) into[head] = value;
  else {
    into[head] ??= {};
    setAt(into[head] as Record<string, unknown>, rest, value);
  }
}
