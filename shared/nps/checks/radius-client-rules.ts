import { nameOf, sameId } from '../../core/resource-id.ts';
import {
  type Check,
  compliant,
  notApplicable,
  unknown,
  unless,
  type Verdict,
  violated,
  worst,
} from '../../core/rule.ts';
import { authenticationMethodsOf, npsDesiredState, radiusClientName } from '../desired-state.ts';
import type { NpsState } from '../result.ts';
import type { RadiusClientFacts, RadiusServerFacts } from './facts.ts';

const clients =
  'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-radius-clients-configure';
const article = 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-radius-mfa-nsp';

type Client = NpsState['radiusClients'][number];

/** What each NPS server has for this gateway, against the desired state that provisioning applies. */
export const radiusClientRules: readonly Check<RadiusClientFacts>[] = [
  {
    id: 'radius-server-down',
    severity: 'high',
    title: 'The machine of a RADIUS server is not running',
    why: 'Nobody is authenticated by a server that is stopped, disconnected or gone.',
    fix: 'Start the machine, or repair the agent that connects it to Azure.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway',
    check: ({ usesRadius, servers }) =>
      usesRadius
        ? worst(
            servers.map(({ address, host, answer }) => {
              if (!answer) return unknown(notAsked(address, host));
              if ('state' in answer) return compliant;
              return answer.down
                ? violated(`${address}: ${answer.problem.message}`)
                : unknown(answer.problem.message);
            }),
          )
        : notApplicable,
  },
  {
    id: 'radius-client-missing',
    severity: 'high',
    title: 'NPS does not know the gateway as a RADIUS client',
    why: 'NPS drops requests from addresses that are no RADIUS client of its (event 13): nobody can connect.',
    fix: 'Apply the RADIUS client: send the ticket again.',
    source: clients,
    check: (facts) =>
      eachServer(facts, (client, host, wish) =>
        unless([!client && `${host} has no RADIUS client ${wish.name}.`]),
      ),
  },
  {
    id: 'radius-client-address',
    severity: 'high',
    title: 'The RADIUS client is not the gateway subnet',
    why: 'Requests come from any address of GatewaySubnet; those from outside the range of the RADIUS client are dropped.',
    fix: 'Set the address of the RADIUS client to the prefix of GatewaySubnet: send the ticket again.',
    source: article,
    check: (facts) =>
      eachServer(facts, (client, host, wish) =>
        client
          ? unless([
              client.address !== wish.address &&
                `${client.name} on ${host} has the address ${client.address}; GatewaySubnet is ${wish.address}.`,
            ])
          : notApplicable,
      ),
  },
  {
    id: 'radius-client-disabled',
    severity: 'high',
    title: 'The RADIUS client is disabled',
    why: 'NPS ignores what a disabled client asks: nobody can connect.',
    fix: 'Enable the RADIUS client: send the ticket again, or let the check repair it.',
    source: clients,
    repair: 'safe',
    check: (facts) =>
      eachServer(facts, (client, host) =>
        client ? unless([!client.enabled && `${client.name} on ${host} is disabled.`]) : notApplicable,
      ),
  },
  {
    id: 'radius-client-options',
    severity: 'high',
    title: 'The RADIUS client has other options than the gateway needs',
    why: 'Vendor must be "RADIUS Standard", and "Access-Request messages must contain the Message-Authenticator attribute" must be off: whether the gateway sends it with PAP is not documented.',
    fix: 'Set the options of the RADIUS client: send the ticket again.',
    source: article,
    check: (facts) =>
      eachServer(facts, (client, host, wish) =>
        client
          ? unless([
              !sameId(client.vendor, wish.vendor) &&
                `${client.name} on ${host} has the vendor ${client.vendor}.`,
              client.authAttributeRequired !== wish.authAttributeRequired &&
                `${client.name} on ${host} requires Message-Authenticator.`,
            ])
          : notApplicable,
      ),
  },
  {
    id: 'policy-methods',
    severity: 'medium',
    title: 'The network policy does not allow what the tunnel type needs',
    why: 'IKEv2 authenticates by EAP (EAP-MSCHAPv2) alone, and OpenVPN reaches NPS as PAP; NPS refuses what the policy does not allow (reason 66).',
    fix: 'Allow the authentication methods in the network policy: send the ticket again.',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-np-configure',
    check(facts) {
      if (!facts.usesRadius) return notApplicable;
      const wanted = authenticationMethodsOf(facts.gateway.pointToSite!.protocols);
      return worst(
        facts.servers.map((server) =>
          answered(server, ({ networkPolicy: { exists, name, authenticationMethods } }, host) => {
            if (!exists) return notApplicable;
            const missing = wanted.filter(
              (method) => !authenticationMethods?.some((allowed) => sameId(allowed, method)),
            );
            return unless([
              missing.length > 0 &&
                `"${name}" on ${host} does not allow ${missing.join(' and ')}, which ${facts.gateway.pointToSite!.protocols.join(' and ')} needs.`,
            ]);
          }),
        ),
      );
    },
  },
];

function eachServer(
  facts: RadiusClientFacts,
  check: (client: Client | undefined, host: string, wish: ReturnType<typeof wishOf>) => Verdict,
): Verdict {
  const { gateway, usesRadius, gatewaySubnetPrefix: prefix, networkProblem } = facts;
  if (!usesRadius) return notApplicable;
  if (!prefix) return unknown(networkProblem ?? 'The prefix of GatewaySubnet could not be read.');
  const wish = wishOf(facts, prefix);
  return worst(
    facts.servers.map((server) =>
      answered(server, ({ radiusClients }, host) =>
        check(
          radiusClients.find(({ name }) => sameId(name, radiusClientName(gateway.id))),
          host,
          wish,
        ),
      ),
    ),
  );
}

function wishOf({ gateway, networkPolicy }: RadiusClientFacts, gatewaySubnetPrefix: string) {
  const { protocols } = gateway.pointToSite!;
  return npsDesiredState({
    gatewayId: gateway.id,
    gatewaySubnetPrefix,
    protocols,
    networkPolicy,
    mfaExtension: 'require',
  }).radiusClients[0]!;
}

function answered(
  { address, host, answer }: RadiusServerFacts,
  check: (state: NpsState, host: string) => Verdict,
): Verdict {
  if (!answer) return unknown(notAsked(address, host));
  if ('problem' in answer) return unknown(answer.problem.message);
  return check(answer.state, nameOf(answer.host));
}

const notAsked = (address: string, host: string | undefined) =>
  `${host ? nameOf(host) : address} was not asked.`;
