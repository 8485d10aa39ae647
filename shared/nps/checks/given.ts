import { notApplicable, unknown, type Verdict } from '../../core/check.ts';
import { authenticationMethodsOf } from '../desired-state.ts';
import { heldClient } from '../held-client.ts';
import type { NpsState } from '../result.ts';

/** What a check uses in addition to the findings of the server. */
export interface Told {
  readonly state: NpsState;
  /** The tunnel types of the gateways that it is about. */
  readonly protocols: readonly string[];
  /** The RADIUS client of the gateway, when the check is about one gateway. */
  readonly client?: string | undefined;
}

/**
 * Undefined when a check may conclude something from a missing finding. Otherwise the verdict that it has to give
 * instead.
 */
export type Given = (told: Told) => Verdict | undefined;

export const all =
  (...givens: readonly Given[]): Given =>
  (told) =>
    givens.map((given) => given(told)).find((verdict) => verdict !== undefined);

/** Without the role, the module checks nothing else. */
export const role: Given = ({ state }) =>
  state.server.npasInstalled ? undefined : unknown('The role NPAS is not installed.');

export const client: Given = (told) =>
  role(told) ?? (heldClient(told.state, told.client ?? '') ? undefined : notApplicable);

export const policy: Given = (told) =>
  role(told) ?? (told.state.networkPolicy.exists ? undefined : notApplicable);

/** A missing extension is reported once, by its own check. */
export const installed: Given = ({ state }) => (state.mfa.installed ? undefined : notApplicable);

export const withoutPap: Given = ({ protocols }) =>
  authenticationMethodsOf(protocols).includes('PAP') ? notApplicable : undefined;

export const withPap: Given = ({ protocols }) =>
  authenticationMethodsOf(protocols).includes('PAP') ? undefined : notApplicable;

/** What the server leaves out of its state, it does not know. */
export const known =
  (what: string, read: (state: NpsState) => unknown): Given =>
  ({ state }) =>
    read(state) === undefined || read(state) === null
      ? unknown(`The server did not report ${what}.`)
      : undefined;
