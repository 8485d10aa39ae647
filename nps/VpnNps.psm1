# Configures Network Policy Server for a VPN gateway, and checks it: Get-, Test- and Set-VpnNpsConfiguration.
# For Windows PowerShell 5.1 and PowerShell 7. See README.md.
Set-StrictMode -Version Latest
if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') { throw 'VpnNps: a policy of this server (App Control, AppLocker) runs PowerShell in ConstrainedLanguage mode, in which nothing of this module works. Allow the module by the policy.' }

. "$PSScriptRoot/private/run/findings.generated.ps1"
. "$PSScriptRoot/private/run/result.ps1"
. "$PSScriptRoot/private/clients/ip-prefix.ps1"
. "$PSScriptRoot/private/run/desired-state.ps1"
. "$PSScriptRoot/private/secret/shared-secret.ps1"
. "$PSScriptRoot/private/secret/secret-key.ps1"
. "$PSScriptRoot/private/server/windows.ps1"
. "$PSScriptRoot/private/server/nps-configuration.ps1"
. "$PSScriptRoot/private/clients/radius-clients.ps1"
. "$PSScriptRoot/private/clients/radius-client-differences.ps1"
. "$PSScriptRoot/private/clients/radius-client-writes.ps1"
. "$PSScriptRoot/private/clients/radius-client-state.ps1"
. "$PSScriptRoot/private/policies/policies.ps1"
. "$PSScriptRoot/private/policies/network-policy-choice.ps1"
. "$PSScriptRoot/private/policies/network-policy.ps1"
. "$PSScriptRoot/private/policies/network-policy-writes.ps1"
. "$PSScriptRoot/private/policies/group-policies.ps1"
. "$PSScriptRoot/private/mfa/mfa-extension.ps1"
. "$PSScriptRoot/private/mfa/mfa-installer.ps1"
. "$PSScriptRoot/private/server/firewall.ps1"
. "$PSScriptRoot/private/server/server-settings.ps1"
. "$PSScriptRoot/private/policies/sign-in-path.ps1"
. "$PSScriptRoot/private/run/run.ps1"
. "$PSScriptRoot/private/run/removal.ps1"
. "$PSScriptRoot/private/run/observed.ps1"
. "$PSScriptRoot/private/run/approved.ps1"
. "$PSScriptRoot/private/run/steps.ps1"
. "$PSScriptRoot/private/run/operation.ps1"

<#
.SYNOPSIS
Reads the part of the NPS configuration that a desired state (JSON) describes. Returns one line of JSON.
#>
function Get-VpnNpsConfiguration {
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)][AllowEmptyString()][string]$DesiredState)
    ConvertTo-VpnNpsResultLine (Invoke-VpnNpsOperation 'Get' $DesiredState $null)
}

<#
.SYNOPSIS
Compares the server with a desired state (JSON). Writes nothing. Returns one line of JSON: what
Set-VpnNpsConfiguration would change, and what is wrong.
.PARAMETER SharedSecret
The secret that NPS holds is compared with it, when it is given.
.PARAMETER SealedSecret
The same, encrypted for this server: see "The secret" in README.md.
#>
function Test-VpnNpsConfiguration {
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)][AllowEmptyString()][string]$DesiredState, [securestring]$SharedSecret, [string]$SealedSecret)
    ConvertTo-VpnNpsResultLine (Invoke-VpnNpsOperation 'Test' $DesiredState $SharedSecret $false $SealedSecret)
}

<#
.SYNOPSIS
Brings the server to a desired state (JSON). A second run changes nothing. Returns one line of JSON: what was changed,
and what is still wrong. On failure the NPS configuration is put back and the line holds "error".
.PARAMETER SharedSecret
The secret shared with the gateway. It is needed to add a RADIUS client. Without it an existing client keeps its secret.
.PARAMETER SealedSecret
The same, encrypted for this server: see "The secret" in README.md.
#>
function Set-VpnNpsConfiguration {
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([string])]
    param([Parameter(Mandatory)][AllowEmptyString()][string]$DesiredState, [securestring]$SharedSecret, [string]$SealedSecret)
    $write = $PSCmdlet.ShouldProcess([string]$env:COMPUTERNAME, 'Apply the desired NPS configuration')
    ConvertTo-VpnNpsResultLine (Invoke-VpnNpsOperation 'Set' $DesiredState $SharedSecret $write $SealedSecret)
}

Export-ModuleMember -Function Get-VpnNpsConfiguration, Test-VpnNpsConfiguration, Set-VpnNpsConfiguration
