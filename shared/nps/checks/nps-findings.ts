import { type Finding, problem, warning } from '../../core/finding.ts';
import { nameOf } from '../../core/resource-id.ts';
import { authenticationMethodsOf } from '../desired-state.ts';
import type { NpsHostStatus, NpsRequest } from '../model.ts';

/** Whether run commands can reach the machine of an NPS server; `host` is what was read, where there is such a machine. */
export function* npsHostFindings(
  id: string,
  host: NpsHostStatus | null | undefined,
  target: string,
): Generator<Finding> {
  const name = nameOf(id);
  if (!host) {
    yield problem(
      'NpsHostNotFound',
      `There is no machine ${id}, or this app may not read it: correct the id, or give its identity the role on it.`,
      target,
    );
    return;
  }
  if (host.osType.toLowerCase() !== 'windows') {
    yield problem(
      'NpsHostNotWindows',
      `${name} runs ${host.osType}; NPS is a role of Windows Server.`,
      target,
    );
  }
  if (!host.running) {
    yield problem('NpsHostStopped', `${name} is not running or not connected: start it.`, target);
  } else if (!host.agentReady) {
    const agent = host.kind === 'arcMachine' ? 'Azure Connected Machine agent' : 'VM agent';
    yield problem(
      'NpsHostAgentNotReady',
      `The ${agent} of ${name} does not answer, and run commands go through it: repair or restart it.`,
      target,
    );
  }
}

/** What the wishes for NPS entail. `installer`: whether the settings name an installer of the MFA extension. */
export function* npsFindings(
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
