import { identitiesOf } from './person-ids.ts';

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

function setAt(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) into[head] = value;
  else {
    into[head] ??= {};
    setAt(into[head] as Record<string, unknown>, rest, value);
  }
}
