import type { Problem } from '../../shared/core/errors.ts';
import type { VpnGatewayRequest } from '../../shared/deployment/request.ts';

/** The values of the form. An empty value means that the app decides, as it does when a ticket says nothing. */
export interface Wish {
  readonly ticketId: string;
  readonly virtualNetworkId: string;
  readonly gatewaySubnetPrefix: string;
  readonly gatewayName: string;
  readonly sku: string;
  readonly activeActive: boolean;
  readonly addressPool: string;
  readonly ikeV2: boolean;
  readonly openVpn: boolean;
  readonly serverAddress: string;
  readonly serverHost: string;
  readonly serverScore: string;
  readonly secondAddress: string;
  readonly secondHost: string;
  readonly secondScore: string;
  readonly secretName: string;
  readonly networkPolicy: string;
  readonly mfaExtension: string;
  readonly approvalRequired: boolean;
  readonly timeoutDays: string;
}

export const emptyWish: Wish = {
  ticketId: '',
  virtualNetworkId: '',
  gatewaySubnetPrefix: '',
  gatewayName: '',
  sku: '',
  activeActive: false,
  addressPool: '',
  ikeV2: false,
  openVpn: false,
  serverAddress: '',
  serverHost: '',
  serverScore: '',
  secondAddress: '',
  secondHost: '',
  secondScore: '',
  secretName: '',
  networkPolicy: '',
  mfaExtension: '',
  approvalRequired: false,
  timeoutDays: '7',
};

type Ticket = VpnGatewayRequest['ticket'];

/** The ticket that the form makes. `again` is the ticket that is sent once more: its answer goes to the same place. */
export function requestOf(wish: Wish, again?: Ticket): Record<string, unknown> {
  const servers = [
    server(wish.serverAddress, wish.serverHost, wish.serverScore),
    server(wish.secondAddress, wish.secondHost, wish.secondScore),
  ].filter((one) => one !== undefined);
  const pool = wish.addressPool.split(/[\s,;]+/).filter(Boolean);
  const protocols = [wish.ikeV2 && 'IkeV2', wish.openVpn && 'OpenVPN'].filter(Boolean);
  const isAuto = pool.length === 0 || (pool.length === 1 && pool[0]!.toLowerCase() === 'auto');
  return {
    ticket: { ...again, system: 'webhook', id: wish.ticketId.trim() },
    virtualNetworkId: wish.virtualNetworkId.trim(),
    ...said({ gatewaySubnetPrefix: wish.gatewaySubnetPrefix.trim() }),
    gateway: {
      ...said({ name: wish.gatewayName.trim(), sku: wish.sku }),
      ...(wish.activeActive && { activeActive: true }),
    },
    pointToSite: { addressPool: isAuto ? 'auto' : pool, ...(protocols.length > 0 && { protocols }) },
    radius: { ...(servers.length > 0 && { servers }), ...said({ secretName: wish.secretName.trim() }) },
    nps: said({ mfaExtension: wish.mfaExtension, networkPolicy: wish.networkPolicy.trim() }),
    approval: { required: wish.approvalRequired, timeoutDays: Number(wish.timeoutDays || '7') },
  };
}

/** The form with the values that ask for the same again. */
export function wishOfTicket({
  ticket,
  virtualNetworkId,
  gatewaySubnetPrefix,
  ...request
}: VpnGatewayRequest): Wish {
  const { gateway, pointToSite, radius, nps, approval } = request;
  const [first, second] = radius.servers ?? [];
  const { addressPool: pool, protocols = [] } = pointToSite;
  return {
    ticketId: ticket.id,
    virtualNetworkId,
    gatewaySubnetPrefix: gatewaySubnetPrefix ?? '',
    gatewayName: gateway.name ?? '',
    sku: gateway.sku ?? '',
    activeActive: gateway.activeActive ?? false,
    addressPool: pool === 'auto' ? '' : pool.join(', '),
    ikeV2: protocols.includes('IkeV2'),
    openVpn: protocols.includes('OpenVPN'),
    serverAddress: first?.address ?? '',
    serverHost: first?.host ?? '',
    serverScore: first?.score?.toString() ?? '',
    secondAddress: second?.address ?? '',
    secondHost: second?.host ?? '',
    secondScore: second?.score?.toString() ?? '',
    secretName: radius.secretName ?? '',
    networkPolicy: nps.networkPolicy ?? '',
    mfaExtension: nps.mfaExtension ?? '',
    approvalRequired: approval.required,
    timeoutDays: String(approval.timeoutDays),
  };
}

function server(address: string, host: string, score: string): Record<string, unknown> | undefined {
  if (!address.trim() && !host.trim()) return undefined;
  return { address: address.trim(), host: host.trim(), ...(score.trim() && { score: Number(score) }) };
}

function said(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/**
 * The field of the form for a target of the API, which names the field of the ticket. The longest target that fits
 * counts.
 */
const fieldOf: readonly (readonly [target: string, field: keyof Wish])[] = [
  ['ticket', 'ticketId'],
  ['virtualNetworkId', 'virtualNetworkId'],
  ['gatewaySubnetPrefix', 'gatewaySubnetPrefix'],
  ['gateway.name', 'gatewayName'],
  ['gateway.sku', 'sku'],
  ['gateway.activeActive', 'activeActive'],
  ['pointToSite.addressPool', 'addressPool'],
  ['pointToSite.protocols', 'ikeV2'],
  ['radius.servers[0].host', 'serverHost'],
  ['radius.servers[0].score', 'serverScore'],
  ['radius.servers[1].host', 'secondHost'],
  ['radius.servers[1].score', 'secondScore'],
  ['radius.servers[1]', 'secondAddress'],
  ['radius.servers', 'serverAddress'],
  ['radius.secretName', 'secretName'],
  ['nps.networkPolicy', 'networkPolicy'],
  ['nps.mfaExtension', 'mfaExtension'],
  ['approval.timeoutDays', 'timeoutDays'],
  ['approval', 'approvalRequired'],
];

export interface Placed {
  readonly at: Readonly<Partial<Record<keyof Wish, readonly Problem[]>>>;
  /** Problems that belong to no field of the form. */
  readonly elsewhere: readonly Problem[];
}

export function placed(problems: readonly Problem[]): Placed {
  const at: Partial<Record<keyof Wish, Problem[]>> = {};
  const elsewhere: Problem[] = [];
  for (const problem of problems) {
    const field = fieldOf.find(([target]) => problem.target?.startsWith(target))?.[1];
    if (field) at[field] = [...(at[field] ?? []), problem];
    else elsewhere.push(problem);
  }
  return { at, elsewhere };
}
