import { type Finding, problem, warning } from '../../core/finding.ts';
import { authenticationMethodsOf } from '../desired-state.ts';
import type { NpsRequest } from '../model.ts';

/**
 * Findings that follow from the wishes for NPS. `installer`: whether the settings name an installer of the MFA
 * extension.
 */
export function* npsRequestFindings(
  request: NpsRequest,
  protocols: readonly string[],
  hasInstaller: boolean,
): Generator<Finding> {
  const { mfaExtension } = request.nps;
  if (mfaExtension === 'skip') {
    yield warning(
      'MfaNotChecked',
      'The app does not check whether NPS asks for a second factor. Users may be able to connect with only a password.',
      'nps.mfaExtension',
    );
  }
  if (mfaExtension === 'install' && !hasInstaller) {
    yield problem(
      'MfaInstallerNotConfigured',
      'The settings name no installer of the NPS extension. Ask for "require" and install the extension by hand, or configure an installer.',
      'nps.mfaExtension',
    );
  }
  if (authenticationMethodsOf(protocols).includes('PAP')) {
    yield warning(
      'PapMustBeAllowed',
      'OpenVPN with RADIUS reaches NPS as PAP. The network policy will allow PAP. On its way to NPS, only the shared secret protects the password.',
      'pointToSite.protocols',
    );
  }
}
