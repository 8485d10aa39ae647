import * as z from 'zod';

/** How the text of a ticket field becomes a value of the request. */
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

/** From the path of our field (`gateway.sku`, `radius.servers.0.address`) to the source of its value. */
export type FieldMapping = Readonly<Record<string, FieldSource>>;

/**
 * The schema of a mapping setting: its entries replace those of `defaults`, and `null` removes a field. A path that is
 * in no request is refused: a ticket's value for it would be lost without notice.
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
    // One field that holds all servers as JSON replaces the fields for each server.
    if (given['radius.servers']) {
      for (const path of Object.keys(merged)) if (path.startsWith('radius.servers.')) delete merged[path];
    }
    return Object.fromEntries(
      Object.entries(merged).filter((entry): entry is [string, FieldSource] => entry[1] !== null),
    );
  });
}

/**
 * For a removal only these fields are read, because the same form may be filled in for both kinds. Nobody can change
 * that a removal waits for an approval.
 */
const ofRemoval =
  /^(?:kind|ticket\..+|virtualNetworkId|virtualNetworkGatewayId|keepGateway|approval\.timeoutDays)$/;

/** Whether a ticket asks for a deployment: its field is empty or says so. */
const isDeployment = (kind: unknown) => kind === undefined || /^deploy$/i.test(String(kind));

/**
 * A request as a ticket system sent it, not yet parsed. Parse it with `vpnGatewayRequest`, or with `removalTicket` when
 * `input.kind` is `remove`.
 */
export interface MappedRequest {
  readonly kind: 'request';
  /** Whether the ticket existed before and has now changed. */
  readonly isEdit: boolean;
  /** Whether no field of the other system asks for anything. */
  readonly isEmpty: boolean;
  /**
   * What the other system knows of the person who asked, in addition to the name: `sys_id`, account id, mail address.
   */
  readonly requester: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
  /**
   * The field of the other system that a problem of the parsed request is about: `gateway.sku` becomes
   * `variables.gateway_sku`. Takes `pointToSite.protocols.0` and `pointToSite.protocols[0]`. When several fields hold
   * the value together, it is the first of them. When no field holds it, the path stays as it is.
   */
  targetInSource(target: string): string;
}

/**
 * Reads the mapped fields. `read` returns plain values (text, numbers, flags, lists of text) of the other system's
 * fields.
 */
export function readFields(
  mapping: FieldMapping,
  read: (field: string, path: string) => unknown,
): { values: Map<string, unknown>; sources: Map<string, string> } {
  const values = new Map<string, unknown>();
  const sources = new Map<string, string>();
  for (const [path, source] of Object.entries(mapping)) {
    if (typeof source === 'string') sources.set(path, source);
    const raw = typeof source === 'string' ? read(source, path) : source.value;
    if (!isEmptyField(raw)) values.set(path, coerced(kinds[path] ?? 'text', path, raw));
  }
  return { values, sources };
}

/** Builds the request's input from values by path. `sources` says which field each value came from. */
export function requestFrom(
  values: ReadonlyMap<string, unknown>,
  sources: ReadonlyMap<string, string>,
  isEdit: boolean,
  requester: unknown,
): MappedRequest {
  const kind = values.get('kind');
  const isRemoval = /^remove$/i.test(String(kind));
  const wanted = [...values].filter(([path]) => (isRemoval ? ofRemoval.test(path) : !isOfRemovalAlone(path)));
  // A form may leave its first server empty: the list closes the gap, and `places` keeps which field each entry came
  // from.
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

/**
 * The ids of a user of Jira (`accountId`, `emailAddress`; in the data center `name`, `key`) or of a reference of
 * ServiceNow (`value`, or the bare `sys_id`).
 */
export function identitiesOf(person: unknown): string[] {
  const { accountId, emailAddress, name, key, value } = (
    typeof person === 'object' && person ? person : {}
  ) as Record<string, unknown>;
  const sysId = typeof person === 'string' && /^[0-9a-f]{32}$/i.test(person.trim()) ? person.trim() : value;
  // A person who was made anonymous has an id of zeros, which belongs to nobody.
  return [accountId, emailAddress, name, key, sysId].filter(
    (id): id is string => typeof id === 'string' && !/^(?:\d+:)?[0-]*$/.test(id),
  );
}

function isEmptyField(raw: unknown): boolean {
  return (
    raw === undefined ||
    raw === null ||
    (typeof raw === 'string' && raw.trim() === '') ||
    (Array.isArray(raw) && raw.every(isEmptyField))
  );
}

/**
 * A value that cannot be read as its kind stays as it came, so that the request's own check can say what is wrong with
 * it.
 */
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
