import { hubNetworkId, npsMachineId } from '../azure/default-world.ts';
import type { World } from '../local/world.ts';
import { gatewayOfHub, spokeId } from './known-values.ts';

/**
 * Correct bodies, by the path of their route, so that a body with only one fault gets far. Routes that are not here get
 * what their schema in `docs/openapi.json` allows.
 */
export function rightBodies(
  { origin, jira, serviceNow }: World,
  planDigest: string,
): Readonly<Record<string, readonly unknown[]>> {
  const ticket = {
    system: 'webhook',
    id: 'REQ-RIGHT',
    callbackUrl: `${origin}/hooks/right`,
    requestedBy: 'mia',
  };
  const first = { address: '10.0.1.4', score: 30, host: npsMachineId };
  const second = { address: '10.0.1.5', score: 10, host: npsMachineId.replace(/nps-01$/, 'nps-02') };
  const whole = {
    ticket,
    virtualNetworkId: spokeId,
    gatewaySubnetPrefix: '10.1.255.0/27',
    gateway: { name: 'vpngw-spoke', sku: 'VpnGw2AZ', activeActive: true },
    pointToSite: { addressPool: ['172.16.203.0/24'], protocols: ['IkeV2', 'OpenVPN'] },
    radius: { servers: [first, second], secretName: 'radius-spoke' },
    nps: { networkPolicy: 'own', mfaExtension: 'require' },
    approval: { required: true, timeoutDays: 7 },
  };
  const groups = [
    { name: 'finance', priority: 10, windowsGroup: 'CONTOSO\\VPN Finance', addressPool: ['172.16.205.0/24'] },
    { name: 'everybody', default: true },
  ];
  const change = { ticket, virtualNetworkId: hubNetworkId, gateway: { sku: 'VpnGw2AZ' } };
  const withGroups = {
    ticket,
    virtualNetworkId: hubNetworkId,
    pointToSite: { addressPool: ['172.16.204.0/24'], groups },
  };
  const ofGateway = { virtualNetworkGatewayId: gatewayOfHub };
  const migrations = [
    { ...ofGateway, path: 'second-server', radius: { servers: [second] } },
    { ...ofGateway, path: 'own-policy' },
    { ...ofGateway, path: 'to-entra', entra: { tenantId: ofTenant, tenantReady: true }, ticket },
  ];
  const removal = { kind: 'remove', ...ofGateway, keepGateway: true, ticket };
  const tickets = [whole, change, withGroups, removal, { kind: 'migrate', ...migrations[0], ticket }];

  const issue = jira.create('NET', { summary: 'VPN', customfield_10101: hubNetworkId });
  const variables = { virtual_network_id: spokeId, address_pool: '172.16.203.0/24', protocols: 'IkeV2' };
  const item = serviceNow.outbound(serviceNow.create('sc_req_item', { opened_by: 'mia' }, variables).number!);
  return {
    tickets,
    'deployments/plan': [whole, change, withGroups, { ...whole, nps: { networkPolicy: 'own' } }],
    'tickets/{system}': [
      JSON.parse(jira.created(issue.key).body),
      JSON.parse(jira.moved(issue.key, 'Approved', 'Jonas').body),
      item,
      { ...item, operation: 'update' },
      { ...item, variables: Object.entries(variables).map(([name, value]) => ({ name, value })) },
    ],
    'deployments/{id}/approval': [
      { approved: true, by: 'ada@contoso.com', planDigest, comment: 'as agreed' },
    ],
    rotations: [
      ofGateway,
      { due: true, olderThanDays: 1, preview: true },
      { due: true, scope: [gatewayOfHub] },
    ],
    removals: [ofGateway, { virtualNetworkId: hubNetworkId, keepGateway: true }],
    migrations,
    'compliance/runs': [{}, { scope: [gatewayOfHub], remediate: true }],
    'compliance/waivers': [
      {
        rule: 'secret-age',
        owner: 'networks',
        reason: 'known',
        until: '2030-01-20',
        target: gatewayOfHub,
        by: 'ada@contoso.com',
      },
    ],
  };
}

const ofTenant = '99999999-8888-4777-8666-555555555555';
