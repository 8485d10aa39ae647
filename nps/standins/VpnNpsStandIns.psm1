# Stand-ins for the commands of Windows that the module VpnNps uses. They keep the state of one imagined server in the
# JSON file named by the environment variable VPNNPS_STANDIN_STATE, so that several runs meet the same server. Without
# such a file: a fresh Windows Server 2022 Datacenter with NPAS and a registered MFA extension. They imitate what is
# documented; where nothing is documented, a fault setting decides. See README.md here.
Set-StrictMode -Version Latest

. "$PSScriptRoot/state.ps1"
. "$PSScriptRoot/configuration-xml.ps1"
. "$PSScriptRoot/radius-clients.ps1"
. "$PSScriptRoot/programs.ps1"
. "$PSScriptRoot/registry-and-files.ps1"
. "$PSScriptRoot/server.ps1"

# The NPS cmdlets are in a module of that name, as on a server, because module logging is a switch of the module.
New-Module -Name NPS -ScriptBlock {
    function New-NpsRadiusClient {
        [CmdletBinding()]
        param([Parameter(Mandatory)][string]$Name, [Parameter(Mandatory)][string]$Address, [bool]$AuthAttributeRequired, [string]$SharedSecret, [string]$VendorName = 'RADIUS Standard', [switch]$Disabled)
        $refusal = Get-StandInRefusal 'New-NpsRadiusClient'
        if ($refusal) { return $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.InvalidOperationException]::new($refusal.Replace('{secret}', $SharedSecret)), 'NPS', 'InvalidArgument', $null)) }
        Add-StandInRadiusClient $PSBoundParameters
    }
    function Set-NpsRadiusClient {
        [CmdletBinding()]
        param([Parameter(Mandatory)][string]$Name, [string]$Address, [bool]$AuthAttributeRequired, [string]$SharedSecret, [string]$VendorName, [bool]$Enabled)
        $refusal = Get-StandInRefusal 'Set-NpsRadiusClient'
        if ($refusal) { return $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.InvalidOperationException]::new($refusal.Replace('{secret}', $SharedSecret)), 'NPS', 'InvalidArgument', $null)) }
        Set-StandInRadiusClient $PSBoundParameters
    }
    function Remove-NpsRadiusClient {
        [CmdletBinding()]
        param([Parameter(Mandatory)][string]$Name)
        Remove-StandInRadiusClient $Name
    }
    function Get-NpsRadiusClient {
        [CmdletBinding()]
        param()
        Get-StandInRadiusClient
    }
    function Export-NpsConfiguration {
        [CmdletBinding()]
        param([Parameter(Mandatory)][string]$Path)
        Export-StandInConfiguration $Path
    }
    function Import-NpsConfiguration {
        [CmdletBinding()]
        param([Parameter(Mandatory)][string]$Path)
        Import-StandInConfiguration $Path
    }
    Export-ModuleMember -Function New-NpsRadiusClient, Set-NpsRadiusClient, Remove-NpsRadiusClient, Get-NpsRadiusClient, Export-NpsConfiguration, Import-NpsConfiguration
} | Import-Module -Global

<#
.SYNOPSIS
Points the stand-ins at a server's state file; the file is made when it is not there.
#>
function Use-StandInServer {
    param([Parameter(Mandatory)][string]$StatePath)
    $env:VPNNPS_STANDIN_STATE = $StatePath
    $state = Get-StandInState
    $env:COMPUTERNAME = $state.server.name
    $env:ProgramFiles = "$StatePath.files"
    $module = Get-Module -Name NPS
    $module.LogPipelineExecutionDetails = [bool]$state.moduleLogging
}

Export-ModuleMember -Function *
