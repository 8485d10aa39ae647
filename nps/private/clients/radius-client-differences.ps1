# How the RADIUS clients on the server differ from the wanted ones.

function Get-VpnNpsClientPropertyChange {
    param([hashtable]$Want, [hashtable]$Client, [securestring]$Secret)
    $label = "radiusClient $($Client.name)"
    if ($Client.vendor -ne $Want.vendor) { New-VpnNpsChange "client-vendor:$($Client.name)" "${label}: vendor $($Client.vendor) -> $($Want.vendor)" 'own' -Restart }
    if ($Client.authAttributeRequired -ne $Want.authAttributeRequired) {
        $to = ([string]$Want.authAttributeRequired).ToLowerInvariant()
        New-VpnNpsChange "client-signature:$($Client.name)" "${label}: authAttributeRequired $(([string]$Client.authAttributeRequired).ToLowerInvariant()) -> $to" 'own' -Restart
    }
    if ($Client.enabled -and -not $Want.enabled) { New-VpnNpsChange "client-disabled:$($Client.name)" "${label}: disabled" 'own' -Restart }
    # Somebody may have disabled it to keep a gateway out, so undoing this needs an approval.
    if (-not $Client.enabled -and $Want.enabled) { New-VpnNpsChange "client-enabled:$($Client.name)" "${label}: enabled" 'own' -Restart -Asks }
    if ($Secret -and -not (Test-VpnNpsSecretEqual $Secret $Client.secret)) { New-VpnNpsChange "client-secret:$($Client.name)" "${label}: shared secret replaced" 'own' -Restart }
}

function Get-VpnNpsRadiusClientDifference {
    param([hashtable]$Desired, [object[]]$Clients, [securestring]$Secret)
    foreach ($want in $Desired.radiusClients) {
        $label = "radiusClient $($want.name)"
        $conflict = Get-VpnNpsRadiusClientConflict $want $Clients $Desired.radiusClients
        if ($conflict) {
            New-VpnNpsDifference 'radiusClient' @() (New-VpnNpsFinding 'radius-client-conflict' $conflict $want.name) @{ want = $want }
            continue
        }
        $found = Find-VpnNpsRadiusClient $want $Clients $Desired.radiusClients
        Get-VpnNpsNarrowerDifference $want $found $Clients $Desired.radiusClients $Secret
        if (-not $found.named.Count -and -not $found.single.Count) {
            $finding = New-VpnNpsFinding 'radius-client-missing' "No RADIUS client named '$($want.name)' for $($want.address): NPS drops the requests of the gateway." $want.name
            New-VpnNpsDifference 'radiusClient' @(New-VpnNpsChange "client-added:$($want.name)" "${label}: added $($want.address)" 'own' -Restart) $finding @{ want = $want; action = 'add' }
            continue
        }
        if ($found.named.Count) {
            $client = $found.named[0]
            if ($found.adopted) { New-VpnNpsDifference 'radiusClient' @() (New-VpnNpsFinding 'radius-client-other-name' "The RADIUS client '$($client.name)' has the address $($want.address), the subnet of $($want.name)." $want.name) @{ want = $want } }
            $changes = @()
            if (-not (Test-VpnNpsSameAddress $client.address $want.address)) { $changes += New-VpnNpsChange "client-address:$($client.name)" "radiusClient $($client.name): address $($client.address) -> $($want.address)" 'own' -Restart }
            $changes += @(Get-VpnNpsClientPropertyChange $want $client $Secret)
            Get-VpnNpsClientDifference $want @($client) $changes @{ want = $want; action = 'set'; client = $client }
            continue
        }
        Get-VpnNpsSingleAddressDifference $want $found.single $Secret
    }
}

# Narrower clients that would take the requests of the gateway, and are disabled or do not have the secret that its
# client will have.
function Get-VpnNpsNarrowerDifference {
    param([hashtable]$Want, [hashtable]$Found, [object[]]$Clients, [object[]]$AllWanted, [securestring]$Secret)
    $planned = $Secret
    $held = @($Found.named + $Found.single)
    if ($null -eq $planned -and $held.Count) { $planned = $held[0].secret }
    $other = @(foreach ($client in @(Get-VpnNpsNarrowerClient $Want $Clients $AllWanted)) { if (-not $client.enabled -or -not (Test-VpnNpsSecretEqual $planned $client.secret)) { $client } })
    if (-not $other.Count) { return }
    $named = @(foreach ($client in $other) { "'$($client.name)' ($($client.address))" }) -join ', '
    New-VpnNpsDifference 'radiusClient' @() (New-VpnNpsFinding 'radius-client-narrower' "NPS takes $named before a client for $($Want.address), and the secrets differ: NPS would refuse requests from there." $Want.name) @{ want = $Want }
}

function Get-VpnNpsSingleAddressDifference {
    param([hashtable]$Want, [object[]]$Clients, [securestring]$Secret)
    $wanted = @(Get-VpnNpsUsableAddress $Want.address)
    $addresses = @(foreach ($client in $Clients) { $client.address })
    $missing = @(foreach ($address in $wanted) { if ($addresses -notcontains $address) { $address } })
    $left = @(foreach ($client in $Clients) { if ($wanted -notcontains $client.address) { $client } })
    $kept = @(foreach ($client in $Clients) { if ($wanted -contains $client.address) { $client } })
    $changes = @()
    if ($missing.Count) { $changes += New-VpnNpsChange "client-added:$($Want.name)" "radiusClient $($Want.name): added $($missing.Count) clients for single addresses of $($Want.address)" 'own' -Restart }
    if ($left.Count) { $changes += New-VpnNpsChange "client-removed:$($Want.name)" "radiusClient $($Want.name): removed $($left.Count) clients for addresses outside $($Want.address)" 'own' -Restart }
    $each = @{}
    foreach ($client in $kept) {
        foreach ($change in @(Get-VpnNpsClientPropertyChange $Want $client $Secret)) {
            # One line for all of them, because an answer has only 4 KB.
            $change.id = "$($change.id.Split(':')[0]):$($Want.name)"
            $change.what = $change.what.Replace("radiusClient $($client.name):", "radiusClient $($Want.name), each of $($kept.Count) single addresses:")
            if (-not $each.ContainsKey($change.id)) { $each[$change.id] = $true; $changes += $change }
        }
    }
    Get-VpnNpsClientDifference $Want $kept $changes @{ want = $Want; action = 'single'; missing = $missing; left = $left; kept = $kept }
}

# One finding for each kind of difference. One write of the client fixes them all, except for enabling it, which needs
# an approval.
function Get-VpnNpsClientDifference {
    param([hashtable]$Want, [object[]]$Clients, [object[]]$Changes, [hashtable]$Data)
    if (-not $Changes.Count) { return }
    $asked = @(foreach ($change in $Changes) { if ($change.Contains('asks')) { $change } })
    $written = @(foreach ($change in $Changes) { if (-not $change.Contains('asks')) { $change } })
    if ($written.Count) { New-VpnNpsDifference 'radiusClient' $written $null $Data }
    if ($asked.Count) { New-VpnNpsDifference 'radiusClient' $asked $null @{ want = $Want; action = 'enable' } }
    $kinds = [ordered]@{ 'client-enabled' = 'radius-client-disabled'; 'client-disabled' = 'radius-client-options'; 'client-address' = 'radius-client-address'; 'client-added' = 'radius-client-address'; 'client-removed' = 'radius-client-address'; 'client-vendor' = 'radius-client-options'; 'client-signature' = 'radius-client-options'; 'client-secret' = 'radius-secret-nps' }
    $told = @{}
    foreach ($change in $Changes) {
        $id = $kinds[$change.id.Split(':')[0]]
        if ($told.ContainsKey($id)) { continue }
        $told[$id] = $true
        $message = "The RADIUS client '$($Want.name)' is not as wanted: $($change.what.Substring($change.what.IndexOf(': ', [System.StringComparison]::Ordinal) + 2))."
        if ($id -eq 'radius-client-disabled') { $message = "The RADIUS client '$($Want.name)' is disabled: NPS drops the requests of the gateway." }
        New-VpnNpsDifference 'radiusClient' @() (New-VpnNpsFinding $id $message $Want.name) @{ want = $Want }
    }
}
