import * as radiusClients from './clients/radius-clients.ts';
import * as singleAddresses from './clients/single-addresses.ts';
import * as mfaExtension from './mfa/mfa-extension.ts';
import * as groupPolicies from './policies/group-policies.ts';
import * as networkPolicy from './policies/network-policy.ts';
import * as signInPath from './policies/sign-in-path.ts';
import * as desiredState from './run/desired-state.ts';
import * as failures from './run/failures.ts';
import * as readBack from './run/read-back.ts';
import * as removal from './run/removal.ts';
import * as story from './run/story.ts';
import * as serverSettings from './server/server-settings.ts';

/** Told to the module: a subject, the commands of its stories, and the tests about what was answered. */
export const subjects = [
  ['RADIUS clients', radiusClients.stories, radiusClients.radiusClients],
  ['clients for single addresses', singleAddresses.stories, singleAddresses.singleAddresses],
  ['the network policy', networkPolicy.stories, networkPolicy.networkPolicy],
  ['the network policies of user groups', groupPolicies.stories, groupPolicies.groupPolicies],
  ['the NPS extension for MFA', mfaExtension.stories, mfaExtension.mfaExtension],
  ['who gets in', signInPath.stories, signInPath.signInPath],
  ['the server around NPS', serverSettings.stories, serverSettings.serverSettings],
  ['what is read back', readBack.stories, readBack.readBack],
  ['the way back', removal.stories, removal.removal],
  ['the desired state', desiredState.stories, desiredState.desiredState],
] as const;

/** Told to the one script that a run command holds. */
export const subjectsOfRunCommands = [
  ['a gateway is to be served by a fresh NPS', story.stories, story.story],
  ['what goes wrong', failures.stories, failures.failures],
] as const;
