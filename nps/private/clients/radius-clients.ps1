# RADIUS clients: one per gateway subnet, or one per address when the edition of Windows Server refuses a prefix. Which
# of those on the server are wanted ones, which are those of others, and which stand in the way.

# The client by which the app asks a server over RADIUS whether it answers. No user comes through it.
$VpnNpsProbeClient = 'vpn-radius-probe'

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
