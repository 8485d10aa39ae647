import { type Finding, warning } from '../../core/finding.ts';
import { sameId } from '../../core/resource-id.ts';
import { authenticationTypes, canStandTogether, usesRadius } from '../../gateway/authentication-types.ts';
import type { GatewayWish, PointToSite, VpnGateway } from '../../gateway/model.ts';
import { type MigrationPath, notNeeded, notPossible, type PathFacts } from './path.ts';

const has = (list: readonly string[], one: string) => list.some((other) => sameId(other, one));
const with_ = (list: readonly string[], one: string) => (has(list, one) ? list : [...list, one]);
const protocolsOf = ({ pointToSite }: VpnGateway) => pointToSite?.protocols ?? [];
const typesOf = ({ pointToSite }: VpnGateway) => authenticationTypes(pointToSite);

const pointToSite = (wish: GatewayWish, change: Partial<PointToSite>): GatewayWish => ({
  ...wish,
  pointToSite: { ...wish.pointToSite, ...change },
});

function* needsPointToSite({ gateway }: PathFacts): Generator<Finding> {
  if (!gateway.pointToSite)
    yield notPossible(
      `${gateway.name} has no point-to-site. Send a ticket for its VNet, which gives it point-to-site with RADIUS.`,
    );
}

/** A gateway can have SSTP beside IKEv2, but not SSTP beside OpenVPN, because both use TLS on port 443. */
export const withoutSstp: MigrationPath = {
  name: 'without-sstp',
  title: 'From SSTP to IKEv2 or OpenVPN',
  forUsers:
    'With ["IkeV2"], the gateway first allows IKEv2 and SSTP together. Nobody is disconnected. A Windows client with the new profile tries IKEv2 and falls back to SSTP. Each of the two protocols gets half of the client addresses. At the end SSTP is switched off, and users without the new profile cannot connect any more. IKEv2 needs UDP 500 and 4500 open between client and gateway. When the new protocols contain OpenVPN, all users need the new profile at once, because a gateway cannot have SSTP and OpenVPN together. To avoid this, choose IkeV2 now and add OpenVPN with a ticket later.',
  goBack:
    'Before the end: reject it, and SSTP stays. IKEv2 can stay too; remove it by hand. After the end you cannot go back: since 2026-03-31 SSTP cannot be switched on any more.',
  atTheEnd: 'SSTP is switched off.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/ikev2-openvpn-from-sstp',
  wish(wish, { gateway, migration: { protocols = [] } }, part) {
    const now = protocolsOf(gateway);
    return pointToSite(wish, { protocols: part === 'first' ? with_(now, 'IkeV2') : protocols });
  },
  // With the first part, NPS learns what the new tunnel type needs, when NPS is asked at all.
  isOfGatewayAlone: ({ gateway }, part) => part === 'last' || !usesRadius(gateway),
  isSideBySide: ({ migration: { protocols = [] } }) => protocols.every((one) => sameId(one, 'IkeV2')),
  *findings(facts) {
    const { gateway } = facts;
    yield* needsPointToSite(facts);
    if (gateway.pointToSite && !has(protocolsOf(gateway), 'SSTP'))
      yield notNeeded(
        `${gateway.name} does not allow SSTP: its tunnel types are ${protocolsOf(gateway).join(', ')}.`,
      );
  },
};

/**
 * Certificates and RADIUS are possible together only over OpenVPN. Entra ID and RADIUS are possible beside IKEv2 too.
 */
export const toRadius: MigrationPath = {
  name: 'to-radius',
  title: 'From certificates or Microsoft Entra ID to RADIUS',
  forUsers:
    'When OpenVPN allows it, RADIUS is added to the present way of signing in. Users move one by one with a new client profile. At the end the old way is switched off. When this is not possible (certificates over IKEv2), all users need the new profile at once.',
  goBack:
    'Before the end: reject it, and the old way stays together with RADIUS. A ticket or a removal can continue from there. After the end, somebody has to add the root certificates or the Entra settings to the gateway by hand. Save them first (GET /deployments/{id}/export shows them).',
  atTheEnd: 'Users can no longer sign in with certificates or Microsoft Entra ID.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/howto-point-to-site-multi-auth',
  isOfGatewayAlone: (_, part) => part === 'last',
  fixes: ['AuthenticationTypeInTheWay'],
  wish(wish, { gateway }, part) {
    const held = typesOf(gateway);
    if (part === 'first') return pointToSite(wish, { authenticationTypes: with_(held, 'Radius') });
    const endsSignIn = held.filter((type) => !sameId(type, 'Radius'));
    return pointToSite(wish, { authenticationTypes: ['Radius'], endsSignIn });
  },
  isSideBySide: ({ gateway }) => canStandTogether(with_(typesOf(gateway), 'Radius'), protocolsOf(gateway)),
  *findings(facts) {
    const { gateway } = facts;
    yield* needsPointToSite(facts);
    if (gateway.pointToSite && typesOf(gateway).every((type) => sameId(type, 'Radius')))
      yield notNeeded(`${gateway.name} authenticates only by RADIUS.`);
  },
};

/**
 * The alternative that Microsoft recommends: conditional access and real multifactor authentication, with no NPS and no
 * shared secret.
 */
export const toEntra: MigrationPath = {
  name: 'to-entra',
  title: 'From RADIUS to sign-in with Microsoft Entra ID',
  forUsers:
    'Entra ID is added to RADIUS, over OpenVPN. Nobody is disconnected. Users move one by one with a new profile for the Azure VPN Client (Windows, macOS; the one for Linux is retired). They then sign in with their account, and the conditional access of the tenant applies. At the end RADIUS and IKEv2 are switched off. Users who have not moved cannot connect any more.',
  goBack:
    'Before the end: reject it, and RADIUS stays as it is. Entra ID can stay too; remove it by hand. After the end: the path to-radius adds NPS, a new secret and RADIUS again, together with Entra ID.',
  atTheEnd:
    'RADIUS is removed from the gateway. What this app made for it is removed too: the RADIUS client and the own policy on NPS, and the shared secret.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-entra-gateway',
  isOfGatewayAlone: () => true,
  wish: (wish, { gateway, migration: { entra } }) =>
    pointToSite(wish, {
      authenticationTypes: with_(typesOf(gateway), 'AAD'),
      protocols: with_(protocolsOf(gateway), 'OpenVPN'),
      ...(entra && { entra }),
    }),
  isSideBySide: () => true,
  *findings(facts) {
    const { gateway, asked } = facts;
    const types = with_(typesOf(gateway), 'AAD');
    const protocols = with_(protocolsOf(gateway), 'OpenVPN');
    yield* needsPointToSite(facts);
    if (!gateway.pointToSite) return;
    if (!usesRadius(gateway))
      yield notNeeded(
        `Nobody signs in to ${gateway.name} by RADIUS. It has ${typesOf(gateway).join(', ') || 'no way to sign in'}.`,
      );
    else if (!asked)
      yield notPossible(
        `This app has not configured RADIUS on ${gateway.name}, so it cannot remove it at the end. Add Entra sign-in to the gateway by hand, or send a ticket for its VNet first.`,
      );
    if (has(protocols, 'SSTP'))
      yield notPossible(
        `${gateway.name} allows SSTP, and a gateway cannot have SSTP and OpenVPN together. Use the path without-sstp first.`,
      );
    else if (!canStandTogether(types, protocols))
      yield notPossible(
        `${gateway.name} would have ${types.join(', ')} over ${protocols.join(' and ')}, but Azure allows this only over OpenVPN. First send a ticket with pointToSite.protocols ["OpenVPN"] and give users the new profile.`,
      );
    yield warning(
      'EntraClientNeeded',
      'Entra sign-in works only with the Azure VPN Client, on Windows and macOS. Find another way for users of Linux before RADIUS is removed.',
      'entra',
    );
  },
};
