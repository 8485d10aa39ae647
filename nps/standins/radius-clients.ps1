# The RADIUS client cmdlets.

# faults.prefix: 'refused' (an error), 'ignored' (no error, and no client or the address as it was), 'nothing' (as 'ignored', for single addresses
# too); any other value: accepted.
function Add-StandInRadiusClient {
    param($Bound)
    $state = Enter-StandIn 'New-NpsRadiusClient' "$($Bound.Name) $($Bound.Address)"
    Write-StandInParameterLog $state $Bound
    if (@($state.radiusClients | Where-Object { $_.name -eq $Bound.Name }).Count) { throw "A RADIUS client with the name $($Bound.Name) already exists." }
    $prefix = Get-StandInValue $state.faults 'prefix' 'accepted'
    if ($prefix -eq 'nothing') { return }
    if ($Bound.Address -match '/' -and $prefix -ne 'accepted') {
        if ($prefix -eq 'refused') { throw 'The parameter is incorrect: Address.' }
        return
    }
    $state.radiusClients = @($state.radiusClients) + [ordered]@{
        name = $Bound.Name; address = $Bound.Address; sharedSecret = [string]$Bound['SharedSecret']; vendor = $(if ($Bound.ContainsKey('VendorName')) { $Bound.VendorName } else { 'RADIUS Standard' })
        enabled = -not [bool]$Bound['Disabled']; authAttributeRequired = [bool]$Bound['AuthAttributeRequired']
    }
    Save-StandInState $state
}

function Set-StandInRadiusClient {
    param($Bound)
    $state = Enter-StandIn 'Set-NpsRadiusClient' "$($Bound.Name) $(@($Bound.Keys | Where-Object { $_ -notin 'Name', 'ErrorAction' } | Sort-Object) -join ',')"
    Write-StandInParameterLog $state $Bound
    $client = $state.radiusClients | Where-Object { $_.name -eq $Bound.Name } | Select-Object -First 1
    if (-not $client) { throw "The RADIUS client $($Bound.Name) does not exist." }
    if ($Bound.ContainsKey('Address')) {
        $prefix = Get-StandInValue $state.faults 'prefix' 'accepted'
        if ($Bound.Address -match '/' -and $prefix -eq 'refused') { throw 'The parameter is incorrect: Address.' }
        if ($Bound.Address -notmatch '/' -or $prefix -eq 'accepted') { $client.address = $Bound.Address }
    }
    if ($Bound.ContainsKey('SharedSecret')) { $client.sharedSecret = $Bound.SharedSecret }
    if ($Bound.ContainsKey('VendorName')) { $client.vendor = $Bound.VendorName }
    if ($Bound.ContainsKey('Enabled')) { $client.enabled = $Bound.Enabled }
    if ($Bound.ContainsKey('AuthAttributeRequired')) { $client.authAttributeRequired = $Bound.AuthAttributeRequired }
    # faults.meanwhile: 'adds-client': somebody at the console adds one at this moment, once.
    if ((Get-StandInValue $state.faults 'meanwhile' '') -eq 'adds-client') {
        $state.faults.meanwhile = ''
        $state.radiusClients = @($state.radiusClients) + [pscustomobject]@{ name = 'meanwhile'; address = '10.99.0.1'; sharedSecret = 'somebody-else'; vendor = 'RADIUS Standard'; enabled = $true; authAttributeRequired = $false }
    }
    Save-StandInState $state
}

function Remove-StandInRadiusClient {
    param([string]$Name)
    $state = Enter-StandIn 'Remove-NpsRadiusClient' $Name
    if (-not @($state.radiusClients | Where-Object { $_.name -eq $Name }).Count) { throw "The RADIUS client $Name does not exist." }
    if (Get-StandInValue $state.faults 'keepsClients' $false) { return }
    $state.radiusClients = @($state.radiusClients | Where-Object { $_.name -ne $Name })
    Save-StandInState $state
}

function Get-StandInRadiusClient {
    $state = Enter-StandIn 'Get-NpsRadiusClient'
    foreach ($client in $state.radiusClients) {
        $shown = [pscustomobject]@{ Name = $client.name; Address = $client.address; AuthAttributeRequired = $client.authAttributeRequired; SharedSecret = $client.sharedSecret; VendorName = $client.vendor; Enabled = $client.enabled }
        if (Get-StandInValue $state.faults 'hideSecrets' $false) { $shown.PSObject.Properties.Remove('SharedSecret') }
        $shown
    }
}

# What event 4103 would hold of this call: everything that was bound, in clear text, while module logging is on.
function Write-StandInParameterLog {
    param($State, $Bound)
    if (-not (Get-Module -Name NPS).LogPipelineExecutionDetails) { return }
    $State.calls = @($State.calls) + "event 4103: $(@($Bound.Keys | ForEach-Object { "$_=$($Bound[$_])" }) -join ' ')"
    Save-StandInState $State
}
