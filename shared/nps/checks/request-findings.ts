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
  installer: boolean,
): Generator<Finding> {
  const { mfaExtension } = request.nps;
  if (mfaExtension === 'skip') {
    yield warning(
      'MfaNotChecked',
      'Whether NPS asks for a second factor is not looked at: a password alone may let users in.',
      'nps.mfaExtension',
    );
  }
  if (mfaExtension === 'install' && !installer) {
    yield problem(
      'MfaInstallerNotConfigured',
      'The settings name no installer of the NPS extension: ask for "require" and install it by hand, or configure one.',
      'nps.mfaExtension',
    );
  }
  if (authenticationMethodsOf(protocols).includes('PAP')) {
    yield warning(
      'PapMustBeAllowed',
      'OpenVPN with RADIUS reaches NPS as PAP: the network policy will allow it, and the shared secret alone protects the password on its way.',
      'pointToSite.protocols',
    );
  }
}
