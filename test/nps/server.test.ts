import { beforeAll, describe } from 'vitest';
import * as desiredState from './desired-state.ts';
import { type Answer, engine, runStories, skipReason } from './engine.ts';
import * as groupPolicies from './group-policies.ts';
import * as mfaExtension from './mfa-extension.ts';
import * as networkPolicy from './network-policy.ts';
import * as radiusClients from './radius-clients.ts';
import * as removal from './removal.ts';
import * as serverSettings from './server-settings.ts';
import * as signInPath from './sign-in-path.ts';

const subjects = [
  ['RADIUS clients', radiusClients.stories, radiusClients.radiusClients],
  ['the network policy', networkPolicy.stories, networkPolicy.networkPolicy],
  ['the network policies of user groups', groupPolicies.stories, groupPolicies.groupPolicies],
  ['the NPS extension for MFA', mfaExtension.stories, mfaExtension.mfaExtension],
  ['who gets in', signInPath.stories, signInPath.signInPath],
  ['the server around NPS', serverSettings.stories, serverSettings.serverSettings],
  ['the way back', removal.stories, removal.removal],
  ['the desired state', desiredState.stories, desiredState.desiredState],
] as const;

// All in one start of the engine, because the start takes longer than any of these.
describe.skipIf(!engine)(`NPS by subject${skipReason}`, () => {
  let told: Record<string, Record<string, Answer[]>>;
  beforeAll(async () => {
    told = await runStories(Object.fromEntries(subjects.map(([subject, stories]) => [subject, stories])));
  }, 600_000);
  for (const [subject, , tests] of subjects) describe(subject, () => tests(() => told[subject] ?? {}));
});
