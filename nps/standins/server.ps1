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
    $State.service.status = 'Running'
    $State.service.restarts = [int]$State.service.restarts + 1
    $State.running.radiusClients = $State.radiusClients
    Save-StandInState $State
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
    foreach ($rule in @($state.firewall | Where-Object { $_.name -eq $Name })) { [pscustomobject]@{ Name = $rule.name; Direction = 'Inbound'; Action = 'Allow'; Enabled = [string][bool]$rule.enabled } }
}

function Enable-NetFirewallRule {
    [CmdletBinding()]
    param([string]$Name)
    $state = Enter-StandIn 'Enable-NetFirewallRule' $Name
    foreach ($rule in @($state.firewall | Where-Object { $_.name -eq $Name })) { $rule.enabled = $true }
    Save-StandInState $state
}

function New-NetFirewallRule {
    [CmdletBinding()]
    param([string]$Name, [string]$DisplayName, [string]$Direction, [string]$Action, [string]$Protocol, [string]$LocalPort, [string]$Enabled)
    $state = Enter-StandIn 'New-NetFirewallRule' "$Name $Direction $Action $Protocol $LocalPort"
    $state.firewall = @($state.firewall) + [ordered]@{ name = $Name; port = $LocalPort; enabled = $true }
    Save-StandInState $state
}
