# Writes RADIUS clients. Clients for single addresses are made when this edition of Windows Server refuses a prefix.

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
