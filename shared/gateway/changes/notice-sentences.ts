import { sameId } from '../../core/resource-id.ts';
import type { GatewayWish, TakenAway } from '../model.ts';

/** What the users of a gateway notice of a change, with its source. */
export interface NoticeSentence {
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
export const noticeSentences = {
  gatewayWritten: {
    says: (name) =>
      `Writing ${name} disconnects the users who are connected. They connect again automatically or by hand. Choose a quiet hour.`,
    source: 'https://github.com/MicrosoftDocs/azure-docs/issues/64508',
    warning: ['UsersWillBeDisconnected', 'pointToSite'],
  },
  writtenInTurns: {
    says: (times) =>
      `The gateway is written ${times} times, some minutes apart, so that at every moment it asks a RADIUS server that works. Users are disconnected each time.`,
    source: 'https://github.com/MicrosoftDocs/azure-docs/issues/64508',
  },
  skuResized: {
    says: (sku, wish) =>
      `The SKU ${sku} becomes ${wish.sku}. This takes about 45 minutes. During some of these minutes every connection of the gateway is interrupted, site-to-site connections too. Public IP addresses and client profiles stay. Azure does not make the SKU smaller again.`,
    source: skuUpgrade,
    takesAway: 'sku',
    warning: ['GatewayResized', 'gateway.sku'],
  },
  zonesGained: {
    says: (sku, wish) =>
      `The SKU ${sku} becomes ${wish.sku}, the same size with availability zones. This takes about 45 minutes. Microsoft expects no interruption, and public IP addresses and client profiles stay. Azure may refuse the change until it has moved the gateway itself.`,
    source: skuUpgrade,
    takesAway: 'sku',
    warning: ['GatewayResized', 'gateway.sku'],
  },
  madeActiveActive: {
    says: () =>
      'The gateway becomes active-active. This takes 30 to 45 minutes. Its BGP sessions get two new addresses and are interrupted until the other side uses these addresses. Point-to-site gets a third public IP address. Microsoft does not say whether earlier client profiles still work: give users new ones.',
    source: modeChange,
    takesAway: 'mode',
    warning: ['GatewayBecomesActiveActive', 'gateway.activeActive'],
  },
  madeActiveStandby: {
    says: () =>
      'The gateway is no longer active-active. Every maintenance then disconnects its users. Its BGP sessions have one address instead of two, and the peers of its second address lose their connection. Microsoft does not say whether earlier client profiles still work: give users new ones.',
    source: modeChange,
    takesAway: 'mode',
  },
  publicIpAddressGivenUp: {
    says: (id) =>
      `The gateway no longer uses the public IP address ${id}. Site-to-site peers and client profiles that name it lose their connection. The address itself stays in Azure, and costs money until somebody deletes it.`,
    source: modeChange,
    takesAway: 'publicIpAddress',
  },
  poolAdded: {
    says: (prefix) =>
      `Clients also get addresses from ${prefix}. Firewalls, routes and on-premises sites must allow it. Users need no new client profile.`,
    source: `${radius}#addresspool`,
  },
  poolGivenUp: {
    says: (prefix) =>
      `The client address pool ${prefix} is removed. Connected users lose their connection and get another address; they need no new client profile. Firewalls, routes and on-premises sites that allow ${prefix} do not know the new addresses.`,
    source: `${radius}#addresspool`,
    takesAway: 'addressPool',
  },
  userGroupAdded: {
    says: (name, { pointToSite }) => {
      const pool = pointToSite.groups?.find((group) => sameId(group.name, name))?.addressPool.join(', ');
      return `Users of the group ${name} get addresses from ${pool || 'its pool'} at their next sign-in. Firewalls, routes and on-premises sites must allow it. Users need no new client profile.`;
    },
    source: userGroups,
  },
  userGroupTakenAway: {
    says: (name) =>
      `The user group ${name} is removed. Its users get addresses of the default group at their next sign-in. Firewalls and network security groups that allow only the old addresses do not let them through any more.`,
    source: userGroups,
    takesAway: 'userGroup',
  },
  groupPoolAdded: {
    says: (prefix) =>
      `Users of a group get addresses from ${prefix}. Firewalls, routes and on-premises sites must allow it. Users need no new client profile.`,
    source: userGroups,
  },
  groupPoolGivenUp: {
    says: (prefix) =>
      `The pool ${prefix} of a user group is removed. Its connected users lose their connection and get another address. Firewalls, routes and on-premises sites that allow ${prefix} do not know the new addresses.`,
    source: userGroups,
    takesAway: 'addressPool',
  },
  groupValueReplaced: {
    says: (name) =>
      `The gateway knows the user group ${name} by another attribute value. When a RADIUS server still sends the old value for a user, this user is in the default group.`,
    source: userGroups,
    takesAway: 'userGroup',
  },
  groupPriorityChanged: {
    says: (name) =>
      `The user group ${name} has another priority. A user who is in several groups may be in a different one from the next sign-in.`,
    source: userGroups,
  },
  protocolAdded: {
    says: (protocol) =>
      `Users can use ${protocol} when they have a new client profile. Earlier client profiles still work with the other protocols.`,
    source: faq,
    warning: ['ClientProfilesOutdated', 'pointToSite.protocols'],
  },
  protocolTakenAway: {
    says: (protocol) =>
      `${protocol} is switched off. Users whose VPN client uses it cannot connect until they have a new client profile.`,
    source: faq,
    takesAway: 'protocol',
    warning: ['ClientProfilesOutdated', 'pointToSite.protocols'],
  },
  authenticationTypeAdded: {
    says: (type) => `${signIn(type)} can connect when they have a new client profile.`,
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
      `The gateway also asks the RADIUS server ${address} and accepts its answer. This server must accept the same users with the same second factor. Users need no new client profile.`,
    source: radius,
  },
  serverTakenOff: {
    says: (address) =>
      `The gateway no longer asks the RADIUS server ${address}. Users who can sign in only through this server cannot connect any more. One server less can answer when another one is down. What this gateway has on that NPS server stays until somebody removes it, also its RADIUS client with the secret.`,
    source: radius,
    takesAway: 'radiusServer',
  },
  serverScored: {
    says: (address) =>
      `The RADIUS server ${address} has another score: the gateway may ask another server first. Microsoft does not document how Azure uses scores. Users need no new client profile.`,
    source: 'https://learn.microsoft.com/powershell/module/az.network/new-azradiusserver',
  },
  secretReplaced: {
    says: (address) =>
      `The shared secret of the RADIUS server ${address} is replaced. Nobody can sign in through this server while one side has the old secret and the other side has the new one.`,
    source: radius,
    takesAway: 'secret',
  },
} as const satisfies Readonly<Record<string, NoticeSentence>>;

/** The kinds of change that users notice. */
export type Change = keyof typeof noticeSentences;

/** What the users of a gateway notice of one change. */
export interface UserNotice {
  readonly change: Change;
  /** What is added or removed. */
  readonly target: string;
  readonly message: string;
  /** The source of the sentence. */
  readonly source: string;
}
