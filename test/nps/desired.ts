export const policyName = 'Connections to Microsoft Routing and Remote Access server';
export const secret = 'Kf7-mQ2_vR9.xT4+bN6=wL8';
export const oldSecret = 'Zp3-hJ5_cD1.aE7+gY2=uS9';

/** What the app would send for one gateway subnet and an IKEv2 tunnel. */
export function desired(changes: Record<string, unknown> = {}) {
  return {
    radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
    networkPolicy: { name: policyName, grant: true, authenticationMethods: ['EAP'] },
    mfaExtension: 'require',
    blastRadius: { limitProxyState: true, requireMessageAuthenticator: false },
    ...changes,
  };
}

const key = {
  mfa: "$state.registry.'HKLM:\\SOFTWARE\\Microsoft\\AzureMfa'",
  dll: "$state.registry.'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\AuthSrv\\Parameters'",
  windows: "$state.registry.'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'",
};

/** PowerShell that changes the imagined server. */
export const given = {
  client: (name: string, address: string, more = '') =>
    `$state.radiusClients = @($state.radiusClients) + [pscustomobject]@{ name = '${name}'; address = '${address}'; sharedSecret = '${oldSecret}'; vendor = 'RADIUS Standard'; enabled = $true; authAttributeRequired = $false }; ${more}`,
  /** The policy of the article grants, as it does after a gateway was set up. */
  granting: "$state.networkPolicies[0].attributes[0] = @('msNPAllowDialin', 'boolean', '1'); ",
  fault: (name: string, value: string) => `Set-StandInValue $state.faults '${name}' '${value}'`,
  failing: (command: string, message: string, after = 0) =>
    `Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ '${command}' = [pscustomobject]@{ message = '${message}'; after = ${after} } })`,
  mfa: (name: string, value: string) => `Set-StandInValue ${key.mfa} '${name}' '${value}'`,
  withoutMfa: (name: string) => `${key.mfa}.PSObject.Properties.Remove('${name}')`,
  dll: (name: string, value: string) => `${key.dll}.${name} = '${value}'`,
  windows: (name: string, value: string) => `${key.windows}.${name} = '${value}'`,
  noExtension:
    "@($state.registry.PSObject.Properties.Name) | Where-Object { $_ -like '*Uninstall*' -or $_ -like '*AzureMfa' } | ForEach-Object { $state.registry.PSObject.Properties.Remove($_) }; " +
    `${key.dll}.AuthorizationDLLs = ''; ${key.dll}.ExtensionDLLs = ''`,
  version: (version: string) =>
    `($state.registry.PSObject.Properties | Where-Object { $_.Name -like '*Uninstall*' }).Value.DisplayVersion = '${version}'`,
  certificateLasts: (days: number) =>
    `$state.certificates[0].NotAfter = [datetime]::UtcNow.AddDays(${days}).AddHours(1).ToString('o')`,
  /** One more policy, first in the order. */
  policyBefore: (name: string, conditions: string, grant = 0) =>
    `$state.networkPolicies = @([pscustomobject]@{ name = '${name}'; enabled = $true; order = 1; conditions = @('${conditions}'); attributes = @(, @('msNPAllowDialin', 'boolean', '${grant}')) }) + @($state.networkPolicies)`,
};

/** The commands that change the server. */
export const writing =
  /^(New-Nps|Set-Nps|Remove-Nps|Import-|netsh|sc\.exe|auditpol\.exe \/set|New-Item|Restart-|Start-|Enable-|New-Net|Install-)/;

type Policy = { attributes: string[][] };

/** A policy with its profile's attributes sorted: netsh returns them in another order. */
export const inAnyOrder = <P extends Policy>(policy: P): P => ({
  ...policy,
  attributes: policy.attributes.toSorted((a, b) => `${a}`.localeCompare(`${b}`)),
});
