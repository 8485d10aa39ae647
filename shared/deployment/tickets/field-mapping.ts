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
