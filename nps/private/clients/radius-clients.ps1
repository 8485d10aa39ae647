# RADIUS clients: one per gateway subnet, or one per address when the edition of Windows Server refuses a prefix.

# The secrets of all clients, as SecureStrings by name. Get-NpsRadiusClient shows them; when a version of it does not,
# the export does.
function Read-VpnNpsRadiusClients {
    param([System.Xml.XmlDocument]$Configuration)
    $secrets = @{}
    if ($Configuration) {
        foreach ($node in @(Get-VpnNpsConfigurationNode $Configuration 'Protocols/Children/Microsoft_Radius_Protocol/Children/Clients')) {
            $found = $node.SelectSingleNode('Properties/Shared_Secret')
            if ($null -ne $found) { $secrets[$node.GetAttribute('name')] = [System.Net.NetworkCredential]::new('', $found.InnerText).SecurePassword }
        }
    }
    foreach ($client in @(Get-NpsRadiusClient)) {
        $shown = $client.PSObject.Properties['SharedSecret']
        $secret = $null
        if ($null -ne $shown -and $shown.Value) { $secret = [System.Net.NetworkCredential]::new('', [string]$shown.Value).SecurePassword }
        elseif ($secrets.ContainsKey([string]$client.Name)) { $secret = $secrets[[string]$client.Name] }
        @{
            name                  = [string]$client.Name
            address               = [string]$client.Address
            vendor                = [string]$client.VendorName
            authAttributeRequired = [bool]$client.AuthAttributeRequired
            enabled               = [bool]$client.Enabled
            secret                = $secret
        }
    }
}

# The clients on the server which are used as a wanted one: the client with its name, those made for its single
# addresses, or one that somebody made by hand for exactly its address. The last one is adopted, because NPS does not
# take two clients for one address.
function Find-VpnNpsRadiusClient {
    param([hashtable]$Want, [object[]]$Clients, [object[]]$AllWanted = @())
    $names = @(foreach ($one in $AllWanted) { $one.name })
    $named = @(foreach ($client in $Clients) { if ($client.name -eq $Want.name) { $client } })
    $single = @(foreach ($client in $Clients) { if ($client.name -eq "$($Want.name)-$($client.address)" -and (ConvertTo-VpnNpsPrefix $client.address)) { $client } })
    $adopted = @()
    if (-not $named.Count -and -not $single.Count) {
        $adopted = @(foreach ($client in $Clients) { if ($names -notcontains $client.name -and (Test-VpnNpsSameAddress $client.address $Want.address)) { $client } })
    }
    @{ named = @($named + $adopted); single = $single; adopted = $adopted.Count -gt 0 }
}

function Test-VpnNpsRadiusClientStands {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Want)
    $found = Find-VpnNpsRadiusClient $Want $Observed.clients $Desired.radiusClients
    ($found.named.Count + $found.single.Count) -gt 0
}

# The clients of others: they share everything that NPS keeps for the whole server. Clients of this app for other
# gateways count too: a change for our users also changes it for theirs.
function Get-VpnNpsOtherRadiusClient {
    param([hashtable]$Desired, [object[]]$Clients)
    $ours = @{}
    foreach ($want in $Desired.radiusClients) {
        $found = Find-VpnNpsRadiusClient $want $Clients $Desired.radiusClients
        foreach ($client in @($found.named + $found.single)) { $ours[$client.name] = $true }
        foreach ($client in @(Get-VpnNpsNarrowerClient $want $Clients $Desired.radiusClients)) { $ours[$client.name] = $true }
    }
    foreach ($client in $Clients) { if (-not $ours.ContainsKey($client.name)) { $client } }
}

# Clients made by hand inside the wanted prefix. NPS takes the client with the narrowest prefix for an address.
function Get-VpnNpsNarrowerClient {
    param([hashtable]$Want, [object[]]$Clients, [object[]]$AllWanted)
    $range = ConvertTo-VpnNpsPrefix $Want.address
    $names = @(foreach ($one in $AllWanted) { $one.name })
    foreach ($client in $Clients) {
        if ($names -contains $client.name -or $client.name -eq "$($Want.name)-$($client.address)") { continue }
        $its = ConvertTo-VpnNpsPrefix $client.address
        if ($its -and $its.length -gt $range.length -and $its.first -ge $range.first -and $its.last -le $range.last) { $client }
    }
}

# Nothing, or why the wanted client cannot be set without changing something that is not ours.
function Get-VpnNpsRadiusClientConflict {
    param([hashtable]$Want, [object[]]$Clients, [object[]]$AllWanted)
    $found = Find-VpnNpsRadiusClient $Want $Clients $AllWanted
    foreach ($client in $found.named) {
        # A gateway subnet that grew or shrank still overlaps. Anything else is another device with the same name.
        if (-not (Test-VpnNpsOverlap $client.address $Want.address)) {
            return "A RADIUS client named '$($client.name)' already exists with the address $($client.address), which does not overlap $($Want.address). Rename or remove it, or choose another name."
        }
    }
    if ($found.adopted) { return }
    $ours = @(foreach ($one in $AllWanted) { $one.name })
    foreach ($client in $Clients) {
        if ($ours -notcontains $client.name -and (Test-VpnNpsSameAddress $client.address $Want.address)) {
            return "The address $($Want.address) already belongs to the RADIUS client '$($client.name)', and '$($Want.name)' exists as well. Remove one of them."
        }
    }
}

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

# Splatted, so that script block logging (event 4104) records the name of the variable and not the secret. Nothing is
# piped, because the cmdlet returns the client that it wrote, with its secret. An error comes in a variable, because
# PowerShell writes the text of what is thrown to transcripts and to event 4100, and the cmdlet may quote what it was
# given.
function Write-VpnNpsRadiusClient {
    param([string]$Cmdlet, [hashtable]$Settings, [securestring]$Secret)
    Invoke-VpnNpsUnlogged {
        $failed = $null
        $parameters = @{} + $Settings
        $parameters['ErrorAction'] = 'SilentlyContinue'
        $parameters['ErrorVariable'] = 'failed'
        if ($Secret) { $parameters['SharedSecret'] = ConvertFrom-VpnNpsSecureString $Secret }
        $null = & $Cmdlet @parameters
        if (@($failed).Count) { throw (Hide-VpnNpsSecret @{ text = @($failed)[0].Exception.Message } $Secret) }
    }
}

function Test-VpnNpsRadiusClientHeld {
    param([string]$Name, [string]$Address)
    foreach ($client in @(Get-NpsRadiusClient)) { if ($client.Name -eq $Name -and (Test-VpnNpsSameAddress $client.Address $Address)) { return $true } }
    $false
}

function Get-VpnNpsClientSettings {
    param([hashtable]$Client)
    @{ Name = $Client.name; Address = $Client.address; VendorName = $Client.vendor; AuthAttributeRequired = $Client.authAttributeRequired }
}

# Every write first notes how to undo it.
function Add-VpnNpsClient {
    param([hashtable]$Client, [securestring]$Secret, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $settings = Get-VpnNpsClientSettings $Client
    if (-not $Client.enabled) { $settings['Disabled'] = $true }
    $Undo.Push(@{ action = 'remove client'; name = $Client.name })
    Write-VpnNpsRadiusClient 'New-NpsRadiusClient' $settings $Secret
}

function Set-VpnNpsClient {
    param([hashtable]$Client, [hashtable]$Before, [securestring]$Secret, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $Undo.Push(@{ action = 'set client'; client = $Before })
    Write-VpnNpsRadiusClient 'Set-NpsRadiusClient' ((Get-VpnNpsClientSettings $Client) + @{ Enabled = $Client.enabled }) $Secret
}

function Remove-VpnNpsClient {
    param([hashtable]$Before, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $Undo.Push(@{ action = 'add client'; client = $Before })
    $null = Remove-NpsRadiusClient -Name $Before.name -ErrorAction Stop
}

function Add-VpnNpsSingleAddressClients {
    param([hashtable]$Want, [string[]]$Addresses, [securestring]$Secret, [System.Collections.Generic.Stack[hashtable]]$Undo)
    foreach ($address in $Addresses) {
        $client = @{ name = "$($Want.name)-$address"; address = $address; vendor = $Want.vendor; authAttributeRequired = $Want.authAttributeRequired; enabled = $Want.enabled }
        Add-VpnNpsClient $client $Secret $Undo
        if (-not (Test-VpnNpsRadiusClientHeld $client.name $address)) { throw "NPS does not show the RADIUS client $($client.name) after adding it" }
    }
}

# Tries the prefix. Reading back tells whether an edition takes it, because the documentation contradicts itself.
# Returns the change that was made.
function Add-VpnNpsRadiusClient {
    param([hashtable]$Want, [securestring]$Secret, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $refusal = 'NPS does not show it after adding it'
    try {
        Add-VpnNpsClient $Want $Secret $Undo
        if (Test-VpnNpsRadiusClientHeld $Want.name $Want.address) { return (New-VpnNpsChange "client-added:$($Want.name)" "radiusClient $($Want.name): added $($Want.address)" 'own' -Restart) }
    }
    catch { $refusal = Hide-VpnNpsSecret @{ text = $_.Exception.Message } $Secret }
    if ($Want.address -notmatch '/') { throw "the RADIUS client $($Want.name) with the address $($Want.address): $refusal" }
    Switch-VpnNpsToSingleAddresses $Want $Secret $refusal $Undo
}

function Switch-VpnNpsToSingleAddresses {
    param([hashtable]$Want, [securestring]$Secret, [string]$Refusal, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $held = @(foreach ($client in @(Read-VpnNpsRadiusClients $null)) { if ($client.name -eq $Want.name) { $client } })
    $addresses = @(Get-VpnNpsUsableAddress $Want.address)
    if ($addresses.Count -gt 59) { throw "this edition of Windows Server refuses the prefix $($Want.address) as address of a RADIUS client ($Refusal), and $($addresses.Count) clients for single addresses are too many; use a gateway subnet of /26 or smaller, or Windows Server Datacenter" }
    foreach ($client in $held) { Remove-VpnNpsClient $client $Undo }
    Add-VpnNpsSingleAddressClients $Want $addresses $Secret $Undo
    New-VpnNpsChange "client-added:$($Want.name)" "radiusClient $($Want.name): added $($addresses.Count) clients for single addresses of $($Want.address)" 'own' -Restart
}

# Returns the changes that were made.
function Set-VpnNpsRadiusClientDifference {
    param([hashtable]$Difference, [securestring]$Secret, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $want = $Difference.data.want
    switch ($Difference.data.action) {
        'add' { Add-VpnNpsRadiusClient $want $Secret $Undo }
        'set' {
            $refusal = 'NPS does not show it after changing it'
            $before = $Difference.data.client
            $name = $before.name
            $want = @{} + $want
            $want.enabled = $want.enabled -and $before.enabled
            $written = @{} + $want
            $written.name = $name
            try {
                Set-VpnNpsClient $written $before $Secret $Undo
                if (Test-VpnNpsRadiusClientHeld $name $want.address) { return $Difference.changes }
            }
            catch { $refusal = Hide-VpnNpsSecret @{ text = $_.Exception.Message } $Secret }
            if (-not $Secret -or $want.address -notmatch '/' -or (Test-VpnNpsSameAddress $before.address $want.address)) { throw "the RADIUS client ${name}: $refusal" }
            Switch-VpnNpsToSingleAddresses $want $Secret $refusal $Undo
        }
        'single' {
            foreach ($client in $Difference.data.left) { Remove-VpnNpsClient $client $Undo }
            $kept = $Difference.data.kept
            $enabled = @(foreach ($client in $kept) { if ($client.enabled) { $client } })
            $new = @{} + $want
            # When somebody disabled all of them, one more would let the gateway in again.
            if ($kept.Count -and -not $enabled.Count) { $new.enabled = $false }
            Add-VpnNpsSingleAddressClients $new $Difference.data.missing $Secret $Undo
            foreach ($client in $kept) {
                if (@(foreach ($change in @(Get-VpnNpsClientPropertyChange $want $client $Secret)) { if (-not $change.Contains('asks')) { $true } }).Count) {
                    $written = @{ name = $client.name; address = $client.address; vendor = $want.vendor; authAttributeRequired = $want.authAttributeRequired; enabled = $want.enabled -and $client.enabled }
                    Set-VpnNpsClient $written $client $Secret $Undo
                }
            }
            $Difference.changes
        }
        # Read again, because an earlier write may have changed them.
        'enable' {
            $found = Find-VpnNpsRadiusClient $want @(Read-VpnNpsRadiusClients $null) @($want)
            foreach ($client in @($found.named + $found.single)) {
                if ($client.enabled) { continue }
                $written = @{} + $client
                $written.enabled = $true
                Set-VpnNpsClient $written $client $null $Undo
            }
            $Difference.changes
        }
    }
}

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
