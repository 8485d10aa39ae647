# Role, service and firewall cmdlets.

function Get-WindowsFeature {
    [CmdletBinding()]
    param([string]$Name)
    $state = Enter-StandIn 'Get-WindowsFeature' $Name
    [pscustomobject]@{ Name = $Name; Installed = [bool](Get-StandInValue $state.features $Name $false) }
}

function Install-WindowsFeature {
    [CmdletBinding()]
    param([string]$Name, [switch]$IncludeManagementTools)
    $state = Enter-StandIn 'Install-WindowsFeature' "$Name IncludeManagementTools=$IncludeManagementTools"
    Set-StandInValue $state.features $Name $true
    $state.service.status = 'Running'
    Save-StandInState $state
    [pscustomobject]@{ Success = $true; RestartNeeded = 'No' }
}

function Get-Service {
    [CmdletBinding()]
    param([string]$Name)
    $state = Enter-StandIn 'Get-Service' $Name
    if ($Name -eq 'IAS' -and (Get-StandInValue $state.features 'NPAS' $false)) { [pscustomobject]@{ Name = 'IAS'; Status = $state.service.status } }
}

function Restart-Service {
    [CmdletBinding()]
    param([string]$Name, [switch]$Force)
    $state = Enter-StandIn 'Restart-Service' $Name
    Start-StandInService $state
}

function Start-Service {
    [CmdletBinding()]
    param([string]$Name)
    $state = Enter-StandIn 'Start-Service' $Name
    Start-StandInService $state
}

function Start-StandInService {
    param($State)
    $State.service.status = Get-StandInValue $State.faults 'serviceAfterStart' 'Running'
    $State.service.restarts = [int]$State.service.restarts + 1
    $State.running.radiusClients = $State.radiusClients
    Set-StandInValue $State.running 'mfa' (Test-StandInMfaRegistered $State)
    Save-StandInState $State
}

function Get-NetIPAddress {
    [CmdletBinding()]
    param([string]$AddressFamily)
    $state = Enter-StandIn 'Get-NetIPAddress' $AddressFamily
    foreach ($address in @('127.0.0.1') + @(Get-StandInValue $state 'addresses' @())) { [pscustomobject]@{ IPAddress = $address } }
}

function Get-NetFirewallPortFilter {
    [CmdletBinding()]
    param([string]$Protocol)
    $state = Enter-StandIn 'Get-NetFirewallPortFilter' $Protocol
    foreach ($rule in $state.firewall) { [pscustomobject]@{ InstanceID = $rule.name; Protocol = 'UDP'; LocalPort = $rule.port } }
}

function Get-NetFirewallRule {
    [CmdletBinding()]
    param([string]$Name)
    $state = Enter-StandIn 'Get-NetFirewallRule' $Name
    foreach ($rule in @($state.firewall | Where-Object { $_.name -eq $Name })) { [pscustomobject]@{ Name = $rule.name; Direction = 'Inbound'; Action = (Get-StandInValue $rule 'action' 'Allow'); Enabled = [string][bool]$rule.enabled } }
}

function Get-NetFirewallAddressFilter {
    [CmdletBinding()]
    param($AssociatedNetFirewallRule)
    $state = Enter-StandIn 'Get-NetFirewallAddressFilter' $AssociatedNetFirewallRule.Name
    foreach ($rule in @($state.firewall | Where-Object { $_.name -eq $AssociatedNetFirewallRule.Name })) { [pscustomobject]@{ RemoteAddress = (Get-StandInValue $rule 'remote' 'Any') } }
}

function New-NetFirewallRule {
    [CmdletBinding()]
    param([string]$Name, [string]$DisplayName, [string]$Direction, [string]$Action, [string]$Protocol, [string[]]$LocalPort, [string]$RemoteAddress, [string]$Enabled)
    $state = Enter-StandIn 'New-NetFirewallRule' "$Name $Direction $Action $Protocol $($LocalPort -join ',') from $RemoteAddress"
    $state.firewall = @($state.firewall) + [pscustomobject]@{ name = $Name; port = $LocalPort; enabled = $true; remote = $RemoteAddress; action = $Action }
    Save-StandInState $state
}

function Remove-NetFirewallRule {
    [CmdletBinding()]
    param([string]$Name)
    $state = Enter-StandIn 'Remove-NetFirewallRule' $Name
    $state.firewall = @($state.firewall | Where-Object { $_.name -ne $Name })
    Save-StandInState $state
}

function Test-StandInMfaRegistered {
    param($State)
    $dlls = Get-StandInValue $State.registry 'HKLM:\SYSTEM\CurrentControlSet\Services\AuthSrv\Parameters'
    "$(Get-StandInValue $dlls 'AuthorizationDLLs' '')" -match 'MfaNpsAuthzExt\.dll'
}

# The process of the service IAS, and whether it has loaded the extension: running.mfa; without it, as the registry
# says.
function Get-CimInstance {
    [CmdletBinding()]
    param([string]$ClassName, [string]$Filter)
    $null = Enter-StandIn 'Get-CimInstance' $ClassName
    [pscustomobject]@{ Name = 'IAS'; ProcessId = 4242 }
}

function Get-Process {
    [CmdletBinding()]
    param([int]$Id)
    $state = Enter-StandIn 'Get-Process' "$Id"
    $names = @('iassvcs.dll')
    if (Get-StandInValue $state.running 'mfa' (Test-StandInMfaRegistered $state)) { $names += 'MfaNpsAuthzExt.dll', 'MfaNpsAuthnExt.dll' }
    [pscustomobject]@{ Id = $Id; Modules = @(foreach ($name in $names) { [pscustomobject]@{ ModuleName = $name } }) }
}
