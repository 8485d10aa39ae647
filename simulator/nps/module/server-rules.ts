import type { NpsServerState } from '../state.ts';
import type { DesiredState } from './desired-state.ts';
import { changeOf, type Difference, finding } from './difference.ts';
import { covers, otherClients, stands } from './radius-client-rules.ts';

/** The server around NPS: role, service, ports, SID type, firewall, auditing, settings against CVE-2024-3596. */
export function serverDifferences(state: NpsServerState, desired: DesiredState): Difference[] {
  const found: Difference[] = [];
  const others = state.npasInstalled ? otherClients(state, desired).length : 0;
  /** A setting of the whole server: when others use the server, a change needs an approval. */
  const setting = (
    problem: readonly [id: string, message: string],
    fix?: {
      readonly id: string;
      readonly what: string;
      readonly restart?: boolean;
      readonly asks?: boolean;
      readonly apply?: Difference['apply'];
    },
  ) =>
    found.push({
      part: 'server',
      target: 'server',
      finding: finding(...problem),
      changes: fix
        ? [
            changeOf(fix.id, fix.what, 'server', {
              restart: fix.restart ?? false,
              asks: others > 0 || fix.asks === true,
            }),
          ]
        : [],
      ...(fix?.apply && { apply: fix.apply }),
    });

  if (state.serverCore) setting(['server-core', 'This is Server Core, which cannot hold NPS.']);
  if (!state.npasInstalled) {
    // The role is installed before everything else, so this difference has nothing to apply.
    setting(
      ['npas-missing', 'The role NPAS is not installed.'],
      state.serverCore ? undefined : { id: 'role-installed', what: 'server: role NPAS installed' },
    );
    return found;
  }
  if (!state.serviceRunning)
    setting(['nps-service', 'The service IAS (Network Policy Server) is not running.'], {
      id: 'service-started',
      what: 'server: service IAS started',
      restart: true,
      // When there is a RADIUS client, somebody used NPS. So somebody may have stopped it on purpose.
      asks: state.radiusClients.length > 0,
      apply: (s) => {
        s.serviceRunning = true;
        return true;
      },
    });
  if (!state.ports.includes(1812))
    setting(['nps-ports', `NPS listens for authentication on ${state.ports.join(', ')}, not on 1812.`]);
  if (hasSidType(state) && !state.sidTypeUnrestricted)
    setting(['sidtype-restricted', 'The SID type of the service IAS is restricted.'], {
      id: 'sidtype-unrestricted',
      what: 'server: service SID type of IAS set to unrestricted',
      restart: true,
      apply: (s) => {
        s.sidTypeUnrestricted = true;
        return true;
      },
    });
  for (const wish of desired.radiusClients) {
    const { name, address } = wish;
    if (!closedTo(state, address)) continue;
    found.push({
      part: 'firewall',
      changes: [
        changeOf(`firewall-opened:${name}`, `firewall: UDP 1812 and 1813 opened for ${address}`, 'own', {
          // A gateway that was set up before had a rule.
          asks: stands(wish, state.radiusClients, desired.radiusClients),
        }),
      ],
      finding: finding(
        'nps-firewall',
        `No enabled firewall rule lets RADIUS in on UDP 1812 from ${address}, or a rule blocks it.`,
      ),
      apply: (s) => {
        s.firewallRules.push({ client: name, address });
        return true;
      },
    });
  }
  if (!state.audit.success || !state.audit.failure)
    setting(['audit-off', 'Granted and denied requests are not both written to the security log.'], {
      id: 'audit-on',
      what: 'audit: success and failure of Network Policy Server recorded',
      apply: (s) => {
        s.audit = { success: true, failure: true };
        return true;
      },
    });
  const { blastRadius: wanted } = desired;
  const held = state.blastRadius;
  const watching = held.audit ?? [];
  for (const name of watching) {
    if (wanted[name])
      setting(['blast-radius-audit', `${name} is in Audit mode: NPS records, and drops nothing.`]);
  }
  if (wanted.limitProxyState && !held.limitProxyState && !watching.includes('limitProxyState'))
    setting(['blast-radius-proxy-state', 'Not known to be on: limitProxyState (CVE-2024-3596).'], {
      id: 'limit-proxy-state-on',
      what: 'blastRadius: limitProxyState enabled',
      restart: true,
      apply: (s) => {
        if (s.blastRadiusUpdates) s.blastRadius.limitProxyState = true;
        return s.blastRadiusUpdates;
      },
    });
  if (held.requireMessageAuthenticator && desired.networkPolicy.authenticationMethods.includes('PAP'))
    setting([
      'require-message-authenticator-on',
      'requireMsgAuth is on: whether the gateway sends Message-Authenticator with PAP is not documented.',
    ]);
  if (
    wanted.requireMessageAuthenticator &&
    !held.requireMessageAuthenticator &&
    !watching.includes('requireMessageAuthenticator')
  )
    setting(['blast-radius-message-authenticator', 'Not known to be on: requireMsgAuth (CVE-2024-3596).'], {
      id: 'require-message-authenticator-on',
      what: 'blastRadius: requireMessageAuthenticator enabled',
      restart: true,
      apply: (s) => {
        if (s.blastRadiusUpdates) s.blastRadius.requireMessageAuthenticator = true;
        return s.blastRadiusUpdates;
      },
    });
  return found;
}

/** Whether the firewall blocks RADIUS from a prefix. */
export function closedTo({ firewallOpen, firewallRules }: NpsServerState, prefix: string): boolean {
  return !firewallOpen && !firewallRules.some(({ address }) => covers(address, prefix));
}

/** Only on Server 2019 the SID type must be checked. */
export function hasSidType(state: NpsServerState): boolean {
  return state.os.includes('2019');
}
