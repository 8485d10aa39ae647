import { sameId } from '../../core/resource-id.ts';
import type { GatewayWish, TakenAway } from '../model.ts';

/** What the users of a gateway notice of a change, with its source. */
export interface Effect {
  /** `target` is what is added or removed: the address, protocol, prefix, SKU or id. */
  readonly says: (target: string, wish: GatewayWish) => string;
  readonly source: string;
  /** Set when somebody loses something: the guardrails read it. */
  readonly takesAway?: TakenAway['what'];
  /** The code and the field of the warning that a plan gives. */
  readonly warning?: readonly [code: string, field: string];
}

const learn = 'https://learn.microsoft.com/azure/vpn-gateway';
const skuUpgrade = `${learn}/gateway-sku-upgrade`;
const modeChange = `${learn}/gateway-change-active-active`;
const faq = `${learn}/vpn-gateway-vpn-faq`;
const userGroups = `${learn}/point-to-site-user-groups-about`;
const radius = `${learn}/point-to-site-radius-gateway`;

const signIn = (type: string) =>
  ({
    certificate: 'Users who sign in with a certificate',
    aad: 'Users who sign in with Microsoft Entra ID',
    radius: 'Users who sign in through RADIUS',
  })[type.toLowerCase()] ?? `Users who sign in by ${type}`;

/**
 * One row for each kind of change of a gateway that has point-to-site. Plan, approval, ticket, page and
 * `docs/changes.md` show this text. Where Microsoft promises nothing, the sentence says so.
 */
export const effects = {
  gatewayWritten: {
    says: (name) =>
      `Writing ${name} disconnects the users who are connected; they connect again by themselves or by hand: choose a quiet hour.`,
    source: 'https://github.com/MicrosoftDocs/azure-docs/issues/64508',
    warning: ['UsersWillBeDisconnected', 'pointToSite'],
  },
  writtenInTurns: {
    says: (times) =>
      `It is written ${times} times, some minutes apart, so that it asks a RADIUS server that works at every moment: users are disconnected each time.`,
    source: 'https://github.com/MicrosoftDocs/azure-docs/issues/64508',
  },
  skuResized: {
    says: (sku, wish) =>
      `The SKU ${sku} becomes ${wish.sku}: it takes about 45 minutes, and every connection of the gateway drops for some of them, site-to-site ones too. Public IP addresses and client profiles stay. Azure does not make it smaller again.`,
    source: skuUpgrade,
    takesAway: 'sku',
    warning: ['GatewayResized', 'gateway.sku'],
  },
  zonesGained: {
    says: (sku, wish) =>
      `The SKU ${sku} becomes ${wish.sku}, the same size with availability zones: it takes about 45 minutes. Microsoft expects no interruption, and public IP addresses and client profiles stay; Azure may refuse it before it has moved the gateway itself.`,
    source: skuUpgrade,
    takesAway: 'sku',
    warning: ['GatewayResized', 'gateway.sku'],
  },
  madeActiveActive: {
    says: () =>
      `The gateway becomes active-active: it takes 30 to 45 minutes, its BGP sessions get two new addresses and drop until the other side names them, and point-to-site has a third public IP address. Nothing says that a client profile of before still leads there: hand out new ones.`,
    source: modeChange,
    takesAway: 'mode',
    warning: ['GatewayBecomesActiveActive', 'gateway.activeActive'],
  },
  madeActiveStandby: {
    says: () =>
      'The gateway is active-active no longer: during every maintenance its users are disconnected, its BGP sessions have one address in place of two, and the peers of its second address are cut off. Nothing says that a client profile of before still leads there: hand out new ones.',
    source: modeChange,
    takesAway: 'mode',
  },
  publicIpAddressGivenUp: {
    says: (id) =>
      `The gateway gives up the public IP address ${id}: site-to-site peers and client profiles that name it are cut off. The address itself stays in Azure, and costs, until somebody deletes it.`,
    source: modeChange,
    takesAway: 'publicIpAddress',
  },
  poolAdded: {
    says: (prefix) =>
      `Clients get addresses out of ${prefix} too: firewalls, routes and on-premises sites have to let it in. No new client profile is needed.`,
    source: `${radius}#addresspool`,
  },
  poolGivenUp: {
    says: (prefix) =>
      `The client address pool ${prefix} is given up: connected users lose their connection and get another address, without a new client profile; firewalls, routes and on-premises sites that let ${prefix} in do not know the new addresses.`,
    source: `${radius}#addresspool`,
    takesAway: 'addressPool',
  },
  userGroupAdded: {
    says: (name, { pointToSite }) => {
      const pool = pointToSite.groups?.find((group) => sameId(group.name, name))?.addressPool.join(', ');
      return `Users of the group ${name} get addresses of ${pool || 'its pool'} at their next sign-in: firewalls, routes and on-premises sites have to let it in. No new client profile is needed.`;
    },
    source: userGroups,
  },
  userGroupTakenAway: {
    says: (name) =>
      `The user group ${name} goes: its users get addresses of the default group at their next sign-in, and what firewalls and network security groups allow to the old ones does not reach them any more.`,
    source: userGroups,
    takesAway: 'userGroup',
  },
  groupPoolAdded: {
    says: (prefix) =>
      `Users of a group get addresses out of ${prefix}: firewalls, routes and on-premises sites have to let it in. No new client profile is needed.`,
    source: userGroups,
  },
  groupPoolGivenUp: {
    says: (prefix) =>
      `The pool ${prefix} of a user group is given up: its connected users lose their connection and get another address, and firewalls, routes and on-premises sites that let ${prefix} in do not know the new ones.`,
    source: userGroups,
    takesAway: 'addressPool',
  },
  groupValueReplaced: {
    says: (name) =>
      `The gateway knows the user group ${name} by another attribute value: whoever a RADIUS server still sends the old one for is in the default group.`,
    source: userGroups,
    takesAway: 'userGroup',
  },
  groupPriorityChanged: {
    says: (name) =>
      `The user group ${name} has another priority: whoever is in several groups may be in another of them from the next sign-in on.`,
    source: userGroups,
  },
  protocolAdded: {
    says: (protocol) =>
      `${protocol} can be used once users have a new client profile; those of before go on with what they have.`,
    source: faq,
    warning: ['ClientProfilesOutdated', 'pointToSite.protocols'],
  },
  protocolTakenAway: {
    says: (protocol) =>
      `${protocol} is switched off: everybody whose VPN client uses it cannot connect until they have a new client profile.`,
    source: faq,
    takesAway: 'protocol',
    warning: ['ClientProfilesOutdated', 'pointToSite.protocols'],
  },
  authenticationTypeAdded: {
    says: (type) => `${signIn(type)} can connect once they have a new client profile.`,
    source: `${learn}/howto-point-to-site-multi-auth`,
    warning: ['ClientProfilesOutdated', 'pointToSite.protocols'],
  },
  authenticationTypeTakenAway: {
    says: (type) => `${signIn(type)} cannot connect any more.`,
    source: `${learn}/howto-point-to-site-multi-auth`,
    takesAway: 'authenticationType',
    warning: ['ClientProfilesOutdated', 'pointToSite.protocols'],
  },
  serverAdded: {
    says: (address) =>
      `The gateway asks the RADIUS server ${address} too, and takes its answer: whoever signs in must be let in there as well, with the same second factor. No new client profile is needed.`,
    source: radius,
  },
  serverTakenOff: {
    says: (address) =>
      `The gateway no longer asks the RADIUS server ${address}: whoever can sign in through it alone cannot connect any more, and one server less answers when another is down. What this gateway has on NPS there stays, its RADIUS client with the secret too, until somebody removes it.`,
    source: radius,
    takesAway: 'radiusServer',
  },
  serverScored: {
    says: (address) =>
      `The RADIUS server ${address} has another score: the gateway may ask another one first. How Azure uses scores is not documented; nobody needs a new client profile.`,
    source: 'https://learn.microsoft.com/powershell/module/az.network/new-azradiusserver',
  },
  secretReplaced: {
    says: (address) =>
      `The shared secret of the RADIUS server ${address} is replaced: nobody can sign in through it while one side has the old one and the other the new.`,
    source: radius,
    takesAway: 'secret',
  },
} as const satisfies Readonly<Record<string, Effect>>;

/** The kinds of change that users notice. */
export type Change = keyof typeof effects;

/** What the users of a gateway notice of one change. */
export interface UserNotice {
  readonly change: Change;
  /** What is added or removed. */
  readonly target: string;
  readonly message: string;
  /** The source of the sentence. */
  readonly source: string;
}
