import { type DesiredState, NpsError } from './desired-state.ts';
import { defaultPolicies, type NpsServerState } from './state.ts';

/** Role and MFA extension, which make the rest possible and stay whatever happens later; true when something was installed. */
export function prerequisites(state: NpsServerState, desired: DesiredState, changes: string[]): boolean {
  const before = changes.length;
  if (!state.npasInstalled) {
    if (state.failing === 'role')
      throw new NpsError('NpasMissing', 'The role NPAS could not be installed.', 'server');
    Object.assign(state, { npasInstalled: true, serviceRunning: true, networkPolicies: defaultPolicies() });
    changes.push('server: role NPAS installed');
  }
  if (desired.mfaExtension === 'install' && !state.mfa.installed) {
    state.mfa = {
      ...state.mfa,
      installed: true,
      loaded: true,
      version: acceptedInstaller(state, desired).version,
    };
    changes.push('mfaExtension: installed');
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

function acceptedInstaller(state: NpsServerState, { mfaInstaller: wish }: DesiredState) {
  const rejected = (why: string) =>
    new NpsError('InstallerRejected', `The installer was not run: ${why}.`, 'mfaInstaller');
  const installer = state.installers.find(({ source }) => source === wish?.source);
  if (!installer) throw rejected(`${wish?.source} could not be read`);
  if (wish?.sha256 && wish.sha256.toLowerCase() !== installer.sha256.toLowerCase())
    throw rejected('another SHA-256');
  if (!wish?.sha256 && !installer.signedByMicrosoft) throw rejected('not signed by Microsoft Corporation');
  return installer;
}
