import { type Finding, warning } from '../../core/finding.ts';
import { sameId } from '../../core/resource-id.ts';
import { authenticationTypes } from '../authentication-types.ts';
import { groupChanges } from '../groups/changes.ts';
import type { GatewayWish, TakenAway, VpnGateway } from '../model.ts';
import { type Change, type NoticeSentence, noticeSentences, type UserNotice } from './notice-sentences.ts';
import { otherServers, serverTurns } from './server-turns.ts';
import { isSameSize } from './sku.ts';

export interface ChangeSurroundings {
  /** The RADIUS servers, by address, for which the gateway holds another secret than the one that it will get. */
  readonly replacedSecrets?: readonly string[];
  /** Whether the gateway is written at all. */
  readonly isWritten?: boolean;
}

/**
 * What the users of a gateway notice when it becomes as wished. Empty when there is no point-to-site yet, because
 * nobody uses it.
 */
export function userNotices(
  gateway: VpnGateway,
  wish: GatewayWish,
  around: ChangeSurroundings = {},
): readonly UserNotice[] {
  return changesOf(gateway, wish, around).map(([change, target]) => ({
    change,
    target,
    message: noticeSentences[change].says(target, wish),
    source: noticeSentences[change].source,
  }));
}

/** The notices in which somebody loses something. */
export function takenAway(notices: readonly UserNotice[]): TakenAway[] {
  return notices.flatMap(({ change, target, message }) => {
    const { takesAway } = noticeOf(change);
    return takesAway ? [{ what: takesAway, target, message }] : [];
  });
}

/** The notices of which a plan warns. */
export function* noticeFindings(notices: readonly UserNotice[]): Generator<Finding> {
  for (const { change, message } of notices) {
    const { warning: told } = noticeOf(change);
    if (told) yield warning(told[0], message, told[1]);
  }
}

const noticeOf = (change: Change): NoticeSentence => noticeSentences[change];

function changesOf(
  { name, sku, activeActive, publicIpIds, pointToSite: current }: VpnGateway,
  wish: GatewayWish,
  { replacedSecrets = [], isWritten }: ChangeSurroundings,
): readonly (readonly [Change, string])[] {
  const wanted = wish.pointToSite;
  const held = current?.radiusServers ?? [];
  const each = (change: Change, targets: readonly string[]) =>
    targets.map((target) => [change, target] as const);
  const addresses = (servers: typeof held) => servers.map(({ address }) => address);
  const writes = serverTurns(held, wanted.radiusServers).length;
  const rescored = wanted.radiusServers.filter(({ address, score }) =>
    held.some((one) => one.address === address && one.score !== score),
  );
  const staying = addresses(held).filter((address) => addresses(wanted.radiusServers).includes(address));
  const types = [authenticationTypes(current), authenticationTypes(wanted)] as const;
  const protocols = current?.protocols ?? [];
  const pool = current?.addressPool ?? [];
  return [
    ...each('serverTakenOff', addresses(otherServers(held, wanted.radiusServers))),
    ...each('protocolTakenAway', idsWithout(protocols, wanted.protocols)),
    ...each('authenticationTypeTakenAway', idsWithout(...types)),
    ...each('poolGivenUp', idsWithout(pool, wanted.addressPool)),
    ...(current ? groupChanges(current.groups, wanted.groups) : []),
    ...each(
      'secretReplaced',
      staying.filter((address) => replacedSecrets.includes(address)),
    ),
    ...each(isSameSize(sku, wish.sku) ? 'zonesGained' : 'skuResized', sameId(sku, wish.sku) ? [] : [sku]),
    ...each('madeActiveStandby', activeActive && !wish.activeActive ? ['active-active'] : []),
    ...each('madeActiveActive', !activeActive && wish.activeActive ? ['active-standby'] : []),
    ...each('publicIpAddressGivenUp', idsWithout(publicIpIds, wish.publicIpIds)),
    // Nobody uses what does not exist yet.
    ...(current
      ? [
          ...each('gatewayWritten', isWritten ? [name] : []),
          ...each('writtenInTurns', held.length > 0 && writes > 1 ? [String(writes)] : []),
          ...each('serverAdded', addresses(otherServers(wanted.radiusServers, held))),
          ...each('serverScored', addresses(rescored)),
          ...each('protocolAdded', idsWithout(wanted.protocols, protocols)),
          ...each('authenticationTypeAdded', idsWithout(types[1], types[0])),
          ...each('poolAdded', idsWithout(wanted.addressPool, pool)),
        ]
      : []),
  ];
}

function idsWithout(list: readonly string[], other: readonly string[]): string[] {
  return list.filter((entry) => !other.some((one) => sameId(one, entry)));
}
