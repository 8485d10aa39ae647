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

function* withoutPointToSite({ gateway }: PathFacts): Generator<Finding> {
  if (!gateway.pointToSite)
    yield notPossible(
      `${gateway.name} has no point-to-site: a ticket for its VNet gives it one with RADIUS.`,
    );
}

/** A gateway can have SSTP beside IKEv2, but not SSTP beside OpenVPN, because both use TLS on port 443. */
export const withoutSstp: MigrationPath = {
  name: 'without-sstp',
  title: 'From SSTP to IKEv2 or OpenVPN',
  forUsers:
    'With ["IkeV2"], IKEv2 comes beside SSTP first: nobody is cut off, a Windows client with the new profile tries IKEv2 and falls back to SSTP, and the client addresses are split evenly between both. At the end SSTP is switched off: whoever has no new profile by then cannot connect. IKEv2 needs UDP 500 and 4500 open on the way. With OpenVPN among the new protocols everybody needs the new profile at once, since SSTP and OpenVPN do not stand together: to have both without that, take IkeV2 now and add OpenVPN by a ticket afterwards.',
  goBack:
    'Before the end: reject it, and SSTP stays; IKEv2 beside it harms nobody, and is taken off by hand. After the end there is no way back: SSTP cannot be switched on any more since 2026-03-31.',
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
    yield* withoutPointToSite(facts);
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
    'Where OpenVPN allows it, RADIUS comes beside the way by which users sign in now, and they move one by one with a new client profile; at the end the old way is switched off. Where it does not (certificates over IKEv2), everybody needs the new profile at once.',
  goBack:
    'Before the end: reject it, and the old way stays beside RADIUS; a ticket or a removal goes on from there. After the end somebody has to give the gateway its root certificates or its Entra settings again by hand: note them first (GET /deployments/{id}/export shows them).',
  atTheEnd: 'Certificates, or Microsoft Entra ID, no longer let anybody in.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/howto-point-to-site-multi-auth',
  isOfGatewayAlone: (_, part) => part === 'last',
  mends: ['AuthenticationTypeInTheWay'],
  wish(wish, { gateway }, part) {
    const held = typesOf(gateway);
    if (part === 'first') return pointToSite(wish, { authenticationTypes: with_(held, 'Radius') });
    const endsSignIn = held.filter((type) => !sameId(type, 'Radius'));
    return pointToSite(wish, { authenticationTypes: ['Radius'], endsSignIn });
  },
  isSideBySide: ({ gateway }) => canStandTogether(with_(typesOf(gateway), 'Radius'), protocolsOf(gateway)),
  *findings(facts) {
    const { gateway } = facts;
    yield* withoutPointToSite(facts);
    if (gateway.pointToSite && typesOf(gateway).every((type) => sameId(type, 'Radius')))
      yield notNeeded(`${gateway.name} authenticates by RADIUS alone.`);
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
    'Entra ID comes beside RADIUS, over OpenVPN: nobody is cut off. Users move one by one with a new profile for the Azure VPN Client (Windows, macOS; the one for Linux is retired), and from then on sign in with their account, under the conditional access of the tenant. At the end RADIUS is switched off, and IKEv2 with it: whoever has not moved by then cannot connect.',
  goBack:
    'Before the end: reject it, and RADIUS stays as it is; Entra ID beside it harms nobody, and is taken off by hand. After the end: the path to-radius brings NPS, a new secret and RADIUS back, beside Entra ID.',
  atTheEnd:
    'RADIUS is taken off the gateway, and what this app made for it: RADIUS client and own policy on NPS, the shared secret.',
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
    yield* withoutPointToSite(facts);
    if (!gateway.pointToSite) return;
    if (!usesRadius(gateway))
      yield notNeeded(
        `Nobody signs in to ${gateway.name} by RADIUS: it has ${typesOf(gateway).join(', ') || 'no way to sign in'}.`,
      );
    else if (!asked)
      yield notPossible(
        `This app has not configured RADIUS on ${gateway.name}, so it cannot take it away at the end: give the gateway Entra sign-in by hand, or send a ticket for its VNet first.`,
      );
    if (has(protocols, 'SSTP'))
      yield notPossible(
        `${gateway.name} allows SSTP, which stands in the way of OpenVPN: take the path without-sstp first.`,
      );
    else if (!canStandTogether(types, protocols))
      yield notPossible(
        `${gateway.name} would have ${types.join(', ')} over ${protocols.join(' and ')}, which Azure allows over OpenVPN alone: send a ticket with pointToSite.protocols ["OpenVPN"] first, and give users the new profile.`,
      );
    yield warning(
      'EntraClientNeeded',
      'Entra sign-in works with the Azure VPN Client alone, on Windows and macOS: find another way for users of Linux before RADIUS goes.',
      'entra',
    );
  },
};
