import { isIPv4 } from 'node:net';
import type { NetworkPolicy, NpsServerState, RequestPolicy } from './state.ts';

/** The traits of a request that the conditions of a policy look at. An unknown trait is undefined. */
export interface RequestTraits {
  readonly rasVendor?: number | undefined;
  readonly nasPortType?: number | undefined;
  /** Friendly name of the RADIUS client that it came from. */
  readonly clientName?: string | undefined;
  /** Addresses that it may come from: one for a real request, all addresses of a subnet for one that is made up. */
  readonly addresses?: readonly string[] | undefined;
  readonly method?: 'PAP' | 'EAP' | 'MSCHAPv2' | undefined;
  /** SIDs of the user's Windows groups, when the user is known. */
  readonly groups?: readonly string[] | undefined;
  /** If not given, a condition about hours is "maybe". */
  readonly now?: Date | undefined;
}

export type Match = 'yes' | 'no' | 'maybe';

const always =
  /^\s*TIMEOFDAY\("0 00:00-24:00; 1 00:00-24:00; 2 00:00-24:00; 3 00:00-24:00; 4 00:00-24:00; 5 00:00-24:00; 6 00:00-24:00"\)\s*$/i;
const vendor = /^\s*MATCH\("MS-RAS-Vendor=\^311\$"\)\s*$/i;
const authenticationTypes = { PAP: '1', MSCHAPv2: '4', EAP: '5' };

/** Whether a condition restricts nothing: all hours, or the vendor that NPS's own policies ask for. */
const isPlain = (condition: string) => always.test(condition) || vendor.test(condition);

/** Conditions of an NPS policy (console, "Conditions"). Hours and groups are "maybe" unless time and user are given. */
function meets(condition: string, traits: RequestTraits): Match {
  if (always.test(condition)) return 'yes';
  const hours = /^\s*TIMEOFDAY\("(.*)"\)\s*$/i.exec(condition);
  if (hours) return traits.now ? meetsHours(hours[1]!, traits.now) : 'maybe';
  const group = /^\s*USERNTGROUPS\("(.*)"\)\s*$/i.exec(condition);
  if (group && traits.groups) return traits.groups.includes(group[1]!) ? 'yes' : 'no';
  const [, name = '', pattern = ''] = /^\s*MATCH\("([^=]+)=(.*)"\)\s*$/is.exec(condition) ?? [];
  const matches = (value: string | undefined): Match =>
    value === undefined ? 'no' : new RegExp(pattern, 'i').test(value) ? 'yes' : 'no';
  switch (name.trim().toLowerCase()) {
    case 'ms-ras-vendor':
      return matches(traits.rasVendor === undefined ? undefined : `${traits.rasVendor}`);
    case 'nas-port-type':
      return matches(traits.nasPortType === undefined ? undefined : `${traits.nasPortType}`);
    case 'client-friendly-name':
      return matches(traits.clientName);
    case 'client-vendor':
      return matches('0');
    case 'authentication-type':
      return traits.method ? matches(authenticationTypes[traits.method]) : 'maybe';
    case 'client-ip-address': {
      const each = (traits.addresses ?? []).filter((address) => isIPv4(address)).map(matches);
      if (each.length === 0 || each.length > 123) return 'maybe';
      if (each.every((one) => one === 'yes')) return 'yes';
      return each.every((one) => one === 'no') ? 'no' : 'maybe';
    }
    default:
      return 'maybe';
  }
}

/** "0 00:00-24:00; 1 09:00-17:00": the days, beginning with Sunday. The local time of an NPS counts as UTC here. */
function meetsHours(hours: string, now: Date): Match {
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const isMet = hours.split(';').some((part) => {
    const [, day, from, to] = /^\s*(\d)\s+(\d\d:\d\d)-(\d\d:\d\d)\s*$/.exec(part) ?? [];
    const at = (text = '0:0') => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]);
    return Number(day) === now.getUTCDay() && minute >= at(from) && minute < at(to);
  });
  return isMet ? 'yes' : 'no';
}

export function matchPolicy(policy: Pick<NetworkPolicy, 'conditions'>, traits: RequestTraits): Match {
  const all = policy.conditions.map((condition) => meets(condition, traits));
  if (all.includes('no')) return 'no';
  return all.includes('maybe') ? 'maybe' : 'yes';
}

export const inOrder = <P extends { order: number }>(policies: readonly P[]): P[] =>
  [...policies].sort((a, b) => a.order - b.order);

/**
 * The policy that decides about a request: the first enabled one that matches. A policy may match only some users,
 * because of groups or hours. It counts when it grants access (for a request policy: when it authenticates here). When
 * it denies or forwards, it decides only about those users, and the next policy counts.
 */
export function deciding<P extends NetworkPolicy | RequestPolicy>(
  policies: readonly P[],
  traits: RequestTraits,
): { policy?: P; isDoubtful: boolean } {
  let isDoubtful = false;
  for (const policy of inOrder(policies)) {
    if (!policy.enabled) continue;
    const met = matchPolicy(policy, traits);
    if (met === 'no') continue;
    if (met === 'maybe') {
      isDoubtful = true;
      if ('grant' in policy ? !policy.grant : policy.provider !== 'windows') continue;
    }
    return { policy, isDoubtful };
  }
  return { isDoubtful };
}

/**
 * Whether a policy that denies is somebody's decision. NPS's own policies deny too. They are recognised by three facts:
 * they ask only for the vendor 311 or all hours, no policy that grants comes after them, and there is one of each.
 */
export function isDecision(policy: NetworkPolicy, state: NpsServerState, ours: string): boolean {
  if (policy.grant) return false;
  if (!policy.conditions.every(isPlain)) return true;
  const asked = policy.conditions.join('\n').toLowerCase();
  return state.networkPolicies.some(
    (other) =>
      other.enabled &&
      other.order > policy.order &&
      other.name.toLowerCase() !== ours.toLowerCase() &&
      (other.grant || other.conditions.join('\n').toLowerCase() === asked),
  );
}
