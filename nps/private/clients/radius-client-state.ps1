# The RADIUS clients in the answer.

# Clients made by hand inside a wanted prefix, whatever secret they hold: the app, which makes the plan, knows the
# coming secret. Those with the same secret and state are reported together, because an answer has only 4 KB.
function Get-VpnNpsNarrowerState {
    param([hashtable]$Desired, [object[]]$Clients)
    foreach ($want in $Desired.radiusClients) {
        $alike = [ordered]@{}
        foreach ($client in @(Get-VpnNpsNarrowerClient $want $Clients $Desired.radiusClients)) {
            $proof = $null
            if ($Desired.secretProofKey) { $proof = Get-VpnNpsSecretProof $Desired.secretProofKey $client }
            $key = "$proof $($client.enabled)"
            if (-not $alike.Contains($key)) { $alike[$key] = @{ names = @(); enabled = $client.enabled; proof = $proof } }
            $alike[$key].names += "'$($client.name)' ($($client.address))"
        }
        foreach ($group in @($alike.Values)) {
            $named = @($group.names | Select-Object -First 3) -join ', '
            if ($group.names.Count -gt 3) { $named += " and $($group.names.Count - 3) more" }
            $told = [ordered]@{ client = $want.name; named = $named; enabled = $group.enabled }
            if ($group.proof) { $told['secretProof'] = $group.proof }
            $told
        }
    }
}

# The wanted clients as they are on the server. Clients for all single addresses of a prefix are shown as that prefix.
function Get-VpnNpsRadiusClientState {
    param([hashtable]$Desired, [object[]]$Clients)
    foreach ($want in $Desired.radiusClients) {
        $found = Find-VpnNpsRadiusClient $want $Clients $Desired.radiusClients
        $held = @($found.named + $found.single)
        if (-not $held.Count) { continue }
        $client = $held[0]
        $state = [ordered]@{ name = $want.name; address = $client.address; vendor = $client.vendor; enabled = $client.enabled; authAttributeRequired = $client.authAttributeRequired }
        if ($found.adopted) { $state['heldAs'] = $client.name }
        if (-not $found.named.Count) {
            $addresses = @(foreach ($one in $found.single) { $one.address })
            $missing = @(foreach ($address in @(Get-VpnNpsUsableAddress $want.address)) { if ($addresses -notcontains $address) { $address } })
            if (-not $missing.Count) { $state.address = $want.address }
            $state['singleAddresses'] = $addresses.Count
        }
        if ($Desired.secretProofKey) {
            $proofs = @{}
            foreach ($one in $held) { $proof = Get-VpnNpsSecretProof $Desired.secretProofKey $one; if ($proof) { $proofs[$proof] = $true } }
            # Several proofs mean several secrets: then it cannot be said that one of them is held.
            if ($proofs.Count -eq 1) { $state['secretProof'] = @($proofs.Keys)[0] }
        }
        $state
    }
}

# A client of which the wish says everything but the proof of its secret.
function Test-VpnNpsClientAsWanted {
    param([hashtable]$Want, $State)
    $State.Contains('secretProof') -and -not $State.Contains('heldAs') -and -not $State.Contains('singleAddresses') -and
    $State.address -eq $Want.address -and $State.vendor -ceq $Want.vendor -and
    $State.enabled -eq $Want.enabled -and $State.authAttributeRequired -eq $Want.authAttributeRequired
}

# For a brief answer about many clients in 4 KB: in the order of the wish, the proof of each client that is as
# wanted, and an empty text for each other one. Half of an HMAC proves enough (RFC 2104, section 5).
function Get-VpnNpsClientsAsWanted {
    param([hashtable]$Desired, [object[]]$States)
    $held = @{}
    foreach ($state in $States) { $held[$state.name] = $state }
    foreach ($want in $Desired.radiusClients) {
        if ($held.ContainsKey($want.name) -and (Test-VpnNpsClientAsWanted $want $held[$want.name])) { [System.Convert]::ToBase64String([System.Convert]::FromBase64String($held[$want.name].secretProof), 0, 16) }
        else { '' }
    }
}

# The clients that a brief answer must report whole.
function Select-VpnNpsClientToTell {
    param([object[]]$States, [hashtable]$Desired)
    $wanted = @{}
    foreach ($want in $Desired.radiusClients) { $wanted[$want.name] = $want }
    foreach ($state in $States) { if (-not (Test-VpnNpsClientAsWanted $wanted[$state.name] $state)) { $state } }
}
