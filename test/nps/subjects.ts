import * as desiredState from './desired-state.ts';
import * as failures from './failures.ts';
import * as groupPolicies from './group-policies.ts';
import * as mfaExtension from './mfa-extension.ts';
import * as networkPolicy from './network-policy.ts';
import * as radiusClients from './radius-clients.ts';
import * as removal from './removal.ts';
import * as serverSettings from './server-settings.ts';
import * as signInPath from './sign-in-path.ts';
import * as story from './story.ts';

/** Told to the module: a subject, the commands of its stories, and the tests about what was answered. */
export const subjects = [
  ['RADIUS clients', radiusClients.stories, radiusClients.radiusClients],
  ['the network policy', networkPolicy.stories, networkPolicy.networkPolicy],
  ['the network policies of user groups', groupPolicies.stories, groupPolicies.groupPolicies],
  ['the NPS extension for MFA', mfaExtension.stories, mfaExtension.mfaExtension],
  ['who gets in', signInPath.stories, signInPath.signInPath],
  ['the server around NPS', serverSettings.stories, serverSettings.serverSettings],
  ['the way back', removal.stories, removal.removal],
  ['the desired state', desiredState.stories, desiredState.desiredState],
] as const;

/** Told to the one script that a run command holds. */
export const subjectsOfRunCommands = [
  ['a gateway is to be served by a fresh NPS', story.stories, story.story],
  ['what goes wrong', failures.stories, failures.failures],
] as const;
