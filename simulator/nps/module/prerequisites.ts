import { createHash } from 'node:crypto';
import { defaultPolicies, type NpsServerState } from '../state.ts';
import { type DesiredState, NpsError } from './desired-state.ts';
import { type Change, changeOf } from './difference.ts';

/**
 * Installs the role and the MFA extension. The other steps need them, and they stay when a later step fails. True when
 * something was installed.
 */
export function prerequisites(state: NpsServerState, desired: DesiredState, changes: Change[]): boolean {
  const before = changes.length;
  if (!state.npasInstalled) {
    if (state.failing === 'role')
      throw new NpsError('NpasMissing', 'The role NPAS could not be installed.', 'server');
    Object.assign(state, { npasInstalled: true, serviceRunning: true, networkPolicies: defaultPolicies() });
    changes.push(changeOf('role-installed', 'server: role NPAS installed', 'server'));
  }
  if (desired.mfaExtension === 'install' && !state.mfa.installed) {
    acceptInstaller(state, desired);
    // NPS loads it. A person registers it with the tenant.
    state.mfa = {
      installed: true,
      version: '1.2.2893.1',
      loaded: true,
      inService: false,
      tenantId: null,
      certificate: null,
      requireUserMatch: true,
      overrideNumberMatching: null,
      ipWhitelist: '',
      unreachableEndpoints: state.mfa.unreachableEndpoints,
    };
    changes.push(changeOf('mfa-installed', 'mfaExtension: installed', 'server'));
  }
  if (desired.mfaExtension === 'install' && !state.mfa.loaded) {
    throw new NpsError(
      'MfaExtensionMissing',
      'The NPS extension is installed but NPS does not load it.',
      'mfaExtension',
    );
  }
  return changes.length > before;
}

function acceptInstaller(state: NpsServerState, { mfaInstaller: wish }: DesiredState): void {
  const rejected = (why: string) =>
    new NpsError('InstallerRejected', `The installer was not run: ${why}.`, 'mfaInstaller');
  const installer = state.installers.find(({ source }) => source === wish?.source);
  if (!installer) throw rejected(`${wish?.source} could not be read`);
  const sha256 = createHash('sha256').update(installer.content).digest('hex');
  if (wish?.sha256 && wish.sha256.toLowerCase() !== sha256) throw rejected(`its SHA-256 is ${sha256}`);
  if (!wish?.sha256 && !installer.signedByMicrosoft)
    throw rejected('it is not signed by Microsoft Corporation');
}
