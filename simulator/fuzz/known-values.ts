import fc from 'fast-check';
import { hubNetworkId, npsMachineId } from '../azure/default-world.ts';

/** The names of this world that a text may hold, by the name of the field or of the parameter. */
export type Known = Readonly<Record<string, fc.Arbitrary<string>>>;

export const gatewayOfHub = hubNetworkId.replace('virtualNetworks/hub', 'virtualNetworkGateways/vpngw-hub');
/** The VNet beside the hub, in which nothing is deployed. */
export const spokeId = hubNetworkId.replace(/hub$/, 'spoke');
const nps02 = npsMachineId.replace(/nps-01$/, 'nps-02');

/** A network in CIDR notation, usually with its host bits cleared. */
const network = fc
  .tuple(
    fc.constantFrom(10, 172, 192, 100, 8),
    fc.nat(255),
    fc.nat(255),
    fc.nat(255),
    fc.integer({ min: 8, max: 32 }),
  )
  .map(([a, b, c, d, length]) => {
    const whole = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    const cleared = d % 8 === 0 ? whole : (whole & (0xffffffff << (32 - length))) >>> 0;
    return `${[24, 16, 8, 0].map((shift) => (cleared >>> shift) & 255).join('.')}/${length}`;
  });
/** Usually one of these, otherwise another text of the same kind. */
const mostly = (texts: readonly string[], other: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: other });

const time = fc
  .date({ min: new Date('2029-12-01'), max: new Date('2030-02-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/**
 * `ids` are those of deployments, runs, reports and waivers that the API has returned. `origin` is where callbacks may
 * go.
 */
export function knownValues(ids: readonly string[], digest: string, origin: string): Known {
  const gateway = fc.constantFrom(
    gatewayOfHub,
    gatewayOfHub.replace(/hub$/, 'spoke'),
    gatewayOfHub.toUpperCase(),
  );
  const virtualNetwork = fc.constantFrom(hubNetworkId, spokeId, hubNetworkId.toLowerCase());
  const anyId = fc.constantFrom(...ids);
  return {
    virtualNetworkId: virtualNetwork,
    virtualNetwork,
    virtualNetworkGatewayId: gateway,
    gateway,
    gatewaySubnetPrefix: mostly(['10.0.255.0/27', '10.1.255.0/26'], network),
    addressPool: mostly(['172.16.201.0/24', '172.16.202.0/24'], network),
    address: mostly(['10.0.1.4', '10.0.1.5'], fc.ipV4()),
    host: fc.constantFrom(npsMachineId, nps02),
    scope: fc.oneof(gateway, virtualNetwork, fc.constant(hubNetworkId.split('/').slice(0, 3).join('/'))),
    target: fc.oneof(gateway, virtualNetwork, fc.constantFrom(npsMachineId)),
    rule: fc.constantFrom('radius-client-missing', 'secret-age', 'gateway-sku', 'policy-denies'),
    callbackUrl: mostly([`${origin}/hooks/fuzz`], fc.webUrl()),
    networkPolicy: fc.constantFrom('own', 'Connections to Microsoft Routing and Remote Access server'),
    windowsGroup: fc.constantFrom('CONTOSO\\VPN Finance', 'CONTOSO\\VPN Staff', 'S-1-5-21-1-2-3-513'),
    secretName: mostly(['radius-hub', 'radius-other'], fc.constantFrom('callback-key', 'jira-credential')),
    window: fc.constantFrom('Sat,Sun 01:00-05:00', 'Mon 23:00-01:00', '00:00-24:00'),
    requestedBy: fc.constantFrom('mia', 'Mia Müller', 'mia@contoso.com'),
    by: fc.constantFrom('ada@contoso.com', 'Jonas'),
    planDigest: fc.constantFrom(digest, '0'.repeat(64)),
    status: fc.constantFrom('Running', 'AwaitingApproval', 'Succeeded', 'Failed', 'Canceled', 'running'),
    state: fc.constantFrom('active', 'expired', 'withdrawn'),
    trigger: fc.constantFrom('timer', 'request', 'deployment'),
    format: fc.constantFrom('json', 'csv', 'html', 'bicep', 'terraform'),
    '{system}': fc.constantFrom('servicenow', 'jira'),
    path: fc.constantFrom('index.html', 'deployments', 'main.js', 'main.css'),
    from: time,
    to: time,
    until: time.map((text) => text.slice(0, 10)),
    ticket: fc.constantFrom('REQ-FUZZ', 'REQ-WAITS'),
    id: anyId,
  };
}
