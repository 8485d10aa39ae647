# RADIUS clients: one per gateway subnet, or one per address where the edition of Windows Server refuses a prefix.

function Read-VpnNpsRadiusClients {
    param([System.Xml.XmlDocument]$Configuration)
    # Get-NpsRadiusClient shows the secret; should a version of it not do so, the export does.
    $secrets = @{}
    if ($Configuration) {
        foreach ($node in Get-VpnNpsConfigurationNode $Configuration 'Protocols/Children/Microsoft_Radius_Protocol/Children/Clients') {
            $secrets[$node.GetAttribute('name')] = Get-VpnNpsProperty $node 'Shared_Secret' | Select-Object -First 1
        }
    }
    foreach ($client in @(Get-NpsRadiusClient)) {
        $secret = Get-VpnNpsField $client 'SharedSecret'
        if (-not $secret) { $secret = $secrets[[string]$client.Name] }
        @{
            name                  = [string]$client.Name
            address               = [string]$client.Address
            vendor                = [string](Get-VpnNpsField $client 'VendorName')
            authAttributeRequired = [bool](Get-VpnNpsField $client 'AuthAttributeRequired')
            enabled               = [bool](Get-VpnNpsField $client 'Enabled')
            secret                = $secret
        }
    }
}

# The clients on the server which stand for a wanted one: itself, or those made for its single addresses.
function Find-VpnNpsRadiusClient {
    param([hashtable]$Want, [object[]]$Clients)
    $named = @($Clients | Where-Object { $_.name -eq $Want.name })
    $single = @($Clients | Where-Object { $_.name -eq "$($Want.name)-$($_.address)" -and (ConvertTo-VpnNpsPrefix $_.address) })
    @{ named = $named; single = $single }
}

# The clients of others: they share everything that NPS keeps for the whole server.
function Get-VpnNpsOtherRadiusClient {
    param([hashtable]$Desired, [object[]]$Clients)
    $ours = @($Desired.radiusClients | ForEach-Object { $found = Find-VpnNpsRadiusClient $_ $Clients; $found.named + $found.single } | ForEach-Object { $_.name })
    $Clients | Where-Object { $ours -notcontains $_.name }
}

# Nothing, or why the wanted client cannot be set without taking something that is not ours.
function Get-VpnNpsRadiusClientConflict {
    param([hashtable]$Want, [object[]]$Clients, [object[]]$AllWanted)
    $found = Find-VpnNpsRadiusClient $Want $Clients
    foreach ($client in $found.named) {
        # A gateway subnet that grew or shrank still overlaps; anything else is another device of the same name.
        if (-not (Test-VpnNpsOverlap $client.address $Want.address)) {
            return "A RADIUS client named '$($client.name)' already exists with the address $($client.address), which has nothing to do with $($Want.address). Rename or remove it, or choose another name."
        }
    }
    $ours = @($AllWanted | ForEach-Object { $_.name })
    foreach ($client in $Clients) {
        if ($ours -notcontains $client.name -and (Test-VpnNpsSameAddress $client.address $Want.address)) {
            return "The address $($Want.address) already belongs to the RADIUS client '$($client.name)'. Remove that client, or use its name."
        }
    }
}

function Get-VpnNpsClientPropertyChange {
    param([hashtable]$Want, [hashtable]$Client, [securestring]$Secret)
    $label = "radiusClient $($Client.name)"
    if ($Client.vendor -ne $Want.vendor) { "${label}: vendor $($Client.vendor) -> $($Want.vendor)" }
    if ($Client.authAttributeRequired -and -not $Want.authAttributeRequired) { "${label}: authAttributeRequired true -> false" }
    if (-not $Client.authAttributeRequired -and $Want.authAttributeRequired) { "${label}: authAttributeRequired false -> true" }
    if ($Client.enabled -and -not $Want.enabled) { "${label}: disabled" }
    if (-not $Client.enabled -and $Want.enabled) { "${label}: enabled" }
    if ($Secret -and -not (Test-VpnNpsSecretEqual $Secret $Client)) { "${label}: shared secret replaced" }
}

function Get-VpnNpsRadiusClientDifference {
    param([hashtable]$Desired, [object[]]$Clients, [securestring]$Secret)
    foreach ($want in $Desired.radiusClients) {
        $label = "radiusClient $($want.name)"
        $conflict = Get-VpnNpsRadiusClientConflict $want $Clients $Desired.radiusClients
        if ($conflict) {
            New-VpnNpsDifference 'radiusClient' @() (New-VpnNpsFinding 'radius-client-differs' 'high' $conflict 'Resolve the conflict on the server, then apply again.') @{ want = $want; conflict = $conflict }
            continue
        }
        $found = Find-VpnNpsRadiusClient $want $Clients
        if (-not $found.named.Count -and -not $found.single.Count) {
            $finding = New-VpnNpsFinding 'radius-client-missing' 'high' "No RADIUS client named '$($want.name)' for $($want.address): NPS discards what the gateway sends." 'Apply the desired state.'
            New-VpnNpsDifference 'radiusClient' @("${label}: added $($want.address)") $finding @{ want = $want; action = 'add' }
            continue
        }
        if ($found.named.Count) {
            $client = $found.named[0]
            $changes = @()
            if (-not (Test-VpnNpsSameAddress $client.address $want.address)) { $changes += "${label}: address $($client.address) -> $($want.address)" }
            $changes += @(Get-VpnNpsClientPropertyChange $want $client $Secret)
            if ($changes.Count) { New-VpnNpsDifference 'radiusClient' $changes (Get-VpnNpsClientFinding $want @($client) $changes) @{ want = $want; action = 'set'; client = $client } }
            continue
        }
        Get-VpnNpsSingleAddressDifference $want $found.single $Secret
    }
}

function Get-VpnNpsSingleAddressDifference {
    param([hashtable]$Want, [object[]]$Clients, [securestring]$Secret)
    $wanted = @(Get-VpnNpsUsableAddress $Want.address)
    $missing = @($wanted | Where-Object { @($Clients | ForEach-Object { $_.address }) -notcontains $_ })
    $left = @($Clients | Where-Object { $wanted -notcontains $_.address })
    $changes = @()
    if ($missing.Count) { $changes += "radiusClient $($Want.name): added $($missing.Count) clients for single addresses of $($Want.address)" }
    if ($left.Count) { $changes += "radiusClient $($Want.name): removed $($left.Count) clients for addresses outside $($Want.address)" }
    $kept = @($Clients | Where-Object { $wanted -contains $_.address })
    foreach ($client in $kept) { $changes += @(Get-VpnNpsClientPropertyChange $Want $client $Secret) }
    if ($changes.Count) {
        New-VpnNpsDifference 'radiusClient' $changes (Get-VpnNpsClientFinding $Want $kept $changes) @{ want = $Want; action = 'single'; missing = $missing; left = $left; kept = $kept }
    }
}

function Get-VpnNpsClientFinding {
    param([hashtable]$Want, [object[]]$Clients, [string[]]$Changes)
    if ($Want.enabled -and @($Clients | Where-Object { -not $_.enabled }).Count) {
        return New-VpnNpsFinding 'radius-client-disabled' 'high' "The RADIUS client '$($Want.name)' is disabled: NPS discards what the gateway sends." 'Apply the desired state.'
    }
    $what = @($Changes | ForEach-Object { $_ -replace '^[^:]*: ', '' } | Select-Object -Unique -First 3) -join '; '
    New-VpnNpsFinding 'radius-client-differs' 'high' "The RADIUS client '$($Want.name)' is not as wanted: $what." 'Apply the desired state.'
}

# Splatted: script block logging (event 4104) then records the name of the variable and not the secret.
function Write-VpnNpsRadiusClient {
    param([string]$Cmdlet, [hashtable]$Settings, [securestring]$Secret)
    Invoke-VpnNpsUnlogged {
        $parameters = @{} + $Settings
        if ($Secret) { $parameters['SharedSecret'] = ConvertFrom-VpnNpsSecureString $Secret }
        & $Cmdlet @parameters | Out-Null
    }
}

function Test-VpnNpsRadiusClientHeld {
    param([string]$Name, [string]$Address)
    @(Get-NpsRadiusClient | Where-Object { $_.Name -eq $Name -and (Test-VpnNpsSameAddress $_.Address $Address) }).Count -gt 0
}

function Add-VpnNpsSingleAddressClients {
    param([hashtable]$Want, [string[]]$Addresses, [securestring]$Secret)
    foreach ($address in $Addresses) {
        $settings = @{ Name = "$($Want.name)-$address"; Address = $address; VendorName = $Want.vendor; AuthAttributeRequired = $Want.authAttributeRequired; ErrorAction = 'Stop' }
        if (-not $Want.enabled) { $settings['Disabled'] = $true }
        Write-VpnNpsRadiusClient 'New-NpsRadiusClient' $settings $Secret
        if (-not (Test-VpnNpsRadiusClientHeld $settings.Name $address)) { throw "NPS does not show the RADIUS client $($settings.Name) after adding it" }
    }
}

# Tries the prefix; whether an edition takes it is told apart by reading back, for the documentation contradicts itself.
# Answers the change that was made.
function Add-VpnNpsRadiusClient {
    param([hashtable]$Want, [securestring]$Secret)
    $settings = @{ Name = $Want.name; Address = $Want.address; VendorName = $Want.vendor; AuthAttributeRequired = $Want.authAttributeRequired; ErrorAction = 'Stop' }
    if (-not $Want.enabled) { $settings['Disabled'] = $true }
    $refusal = 'NPS does not show it after adding it'
    try {
        Write-VpnNpsRadiusClient 'New-NpsRadiusClient' $settings $Secret
        if (Test-VpnNpsRadiusClientHeld $Want.name $Want.address) { return "radiusClient $($Want.name): added $($Want.address)" }
    }
    catch { $refusal = $_.Exception.Message }
    if ($Want.address -notmatch '/') { throw "the RADIUS client $($Want.name) with the address $($Want.address): $refusal" }
    Switch-VpnNpsToSingleAddresses $Want $Secret $refusal
}

function Switch-VpnNpsToSingleAddresses {
    param([hashtable]$Want, [securestring]$Secret, [string]$Refusal)
    if (@(Get-NpsRadiusClient | Where-Object { $_.Name -eq $Want.name }).Count) { Remove-NpsRadiusClient -Name $Want.name -ErrorAction Stop | Out-Null }
    $addresses = @(Get-VpnNpsUsableAddress $Want.address)
    if ($addresses.Count -gt 59) { throw "this edition of Windows Server refuses the prefix $($Want.address) as address of a RADIUS client ($Refusal), and $($addresses.Count) clients for single addresses are too many; use a gateway subnet of /26 or smaller, or Windows Server Datacenter" }
    Add-VpnNpsSingleAddressClients $Want $addresses $Secret
    "radiusClient $($Want.name): added $($addresses.Count) clients for single addresses of $($Want.address)"
}

# Answers the changes that were made.
function Set-VpnNpsRadiusClientDifference {
    param([hashtable]$Difference, [securestring]$Secret)
    $want = $Difference.data.want
    $same = @{ VendorName = $want.vendor; AuthAttributeRequired = $want.authAttributeRequired; Enabled = $want.enabled; ErrorAction = 'Stop' }
    switch ($Difference.data.action) {
        'add' { Add-VpnNpsRadiusClient $want $Secret }
        'set' {
            $refusal = 'NPS does not show it after changing it'
            try {
                Write-VpnNpsRadiusClient 'Set-NpsRadiusClient' ($same + @{ Name = $want.name; Address = $want.address }) $Secret
                if (Test-VpnNpsRadiusClientHeld $want.name $want.address) { return $Difference.changes }
            }
            catch { $refusal = $_.Exception.Message }
            if (-not $Secret -or $want.address -notmatch '/' -or (Test-VpnNpsSameAddress $Difference.data.client.address $want.address)) { throw "the RADIUS client $($want.name): $refusal" }
            Switch-VpnNpsToSingleAddresses $want $Secret $refusal
        }
        'single' {
            foreach ($client in $Difference.data.left) { Remove-NpsRadiusClient -Name $client.name -ErrorAction Stop | Out-Null }
            Add-VpnNpsSingleAddressClients $want $Difference.data.missing $Secret
            foreach ($client in $Difference.data.kept) {
                if (@(Get-VpnNpsClientPropertyChange $want $client $Secret).Count) { Write-VpnNpsRadiusClient 'Set-NpsRadiusClient' ($same + @{ Name = $client.name }) $Secret }
            }
            $Difference.changes
        }
    }
}

# The wanted clients as they are on the server. Clients for all single addresses of a prefix are shown as that prefix.
function Get-VpnNpsRadiusClientState {
    param([hashtable]$Desired, [object[]]$Clients)
    foreach ($want in $Desired.radiusClients) {
        $found = Find-VpnNpsRadiusClient $want $Clients
        $client = $found.named + $found.single | Select-Object -First 1
        if (-not $client) { continue }
        $state = [ordered]@{ name = $want.name; address = $client.address; vendor = $client.vendor; enabled = $client.enabled; authAttributeRequired = $client.authAttributeRequired }
        if (-not $found.named.Count) {
            $held = @($found.single | ForEach-Object { $_.address })
            if (-not @(Get-VpnNpsUsableAddress $want.address | Where-Object { $held -notcontains $_ }).Count) { $state.address = $want.address }
            $state['singleAddresses'] = $held.Count
        }
        if ($Desired.secretProofKey) {
            $proofs = @(@($found.named + $found.single) | ForEach-Object { Get-VpnNpsSecretProof $Desired.secretProofKey $_ } | Select-Object -Unique)
            # Several proofs mean several secrets: then none can be said to be held.
            if ($proofs.Count -eq 1) { $state['secretProof'] = $proofs[0] }
        }
        $state
    }
}
