# The removal ("ensure": "absent"): the RADIUS clients, the network policy and the firewall rule that Set made for only
# one gateway. Each is removed only when that was approved, and only when it is still as Set leaves it. One that now has
# another address or other conditions belongs to somebody, so it stays and is reported. What the whole server shares stays
# as it is.

function ConvertTo-VpnNpsAbsentState {
    param($Value, $Approved)
    $policy = Get-VpnNpsField $Value 'networkPolicy'
    if ($policy -isnot [System.Management.Automation.PSCustomObject]) { throw (New-VpnNpsInvalid 'networkPolicy' 'must be an object with ownName') }
    @{
        ensure          = 'absent'
        radiusClients   = @(ConvertTo-VpnNpsDesiredClients (Get-VpnNpsField $Value 'radiusClients'))
        networkPolicy   = @{ kind = 'own'; name = $null; ownName = (Get-VpnNpsText $policy 'ownName' 'networkPolicy'); ownPrefix = $null; grant = $true; authenticationMethods = @() }
        groupPolicies   = ConvertTo-VpnNpsDesiredGroups (Get-VpnNpsField $Value 'groupPolicies')
        mfaExtension    = 'skip'; mfaInstaller = $null; mfaEndpoints = @()
        limitProxyState = $false; requireMsgAuth = $false
        secretProofKey  = $null; secretKey = $false; brief = $false
        approvedChanges = $Approved
    }
}

# Those with our name and address, and those made for the single addresses of a prefix.
function Get-VpnNpsRemovableClient {
    param([hashtable]$Want, [object[]]$Clients)
    $range = ConvertTo-VpnNpsPrefix $Want.address
    foreach ($client in $Clients) {
        if ($client.name -eq $Want.name -and (Test-VpnNpsSameAddress $client.address $Want.address)) { $client; continue }
        if ($client.name -ne "$($Want.name)-$($client.address)") { continue }
        $its = ConvertTo-VpnNpsPrefix $client.address
        if ($its -and $its.first -ge $range.first -and $its.last -le $range.last) { $client }
    }
}

function Get-VpnNpsRuleName {
    param([hashtable]$Want)
    "VpnNps-RADIUS-$($Want.name)"
}

# The remote addresses that our enabled rule now lets in and that are not those of the gateway.
function Get-VpnNpsWidenedRule {
    param([hashtable]$Want, [hashtable]$Firewall)
    foreach ($rule in $Firewall.rules) {
        if ($rule.name -ne (Get-VpnNpsRuleName $Want)) { continue }
        foreach ($remote in $rule.remote) { if (-not (Test-VpnNpsRemoteAddress $Want.address "$remote")) { "$remote" } }
    }
}

# Set gave it one condition: the friendly name of the gateway's client.
function Test-VpnNpsOwnPolicy {
    param([hashtable]$Policy, [hashtable]$Desired, [object[]]$Clients)
    foreach ($client in @($Desired.radiusClients[0].name, (Get-VpnNpsGatewayClientName $Desired $Clients))) {
        if ($Policy.conditions.Count -eq 1 -and $Policy.conditions[0] -eq "MATCH(`"Client-Friendly-Name=$(Get-VpnNpsClientNamePattern $client)`")") { return $true }
    }
    $false
}

function Get-VpnNpsRemovalDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    $found = @()
    foreach ($want in $Desired.radiusClients) {
        $clients = @(Get-VpnNpsRemovableClient $want $Observed.clients)
        if ($clients.Count) {
            $what = "radiusClient $($want.name): removed $($want.address)"
            if ($clients[0].name -ne $want.name) { $what = "radiusClient $($want.name): removed $($clients.Count) clients for single addresses of $($want.address)" }
            $found += New-VpnNpsDifference 'removedClient' @(New-VpnNpsChange "client-removed:$($want.name)" $what 'own' -Restart -Asks) $null @{ clients = $clients }
        }
        $rule = Get-VpnNpsRuleName $want
        if ($Observed.firewall.names.ContainsKey($rule) -and -not @(Get-VpnNpsWidenedRule $want $Observed.firewall).Count) {
            $found += New-VpnNpsDifference 'removedRule' @(New-VpnNpsChange "firewall-closed:$($want.name)" "firewall: the rule for $($want.address) removed" 'own' -Asks) $null @{ rule = $rule; address = $want.address }
        }
    }
    foreach ($policy in $Observed.policies) {
        if ($policy.name -ne $Desired.networkPolicy.ownName -or -not (Test-VpnNpsOwnPolicy $policy $Desired $Observed.clients)) { continue }
        $found += New-VpnNpsDifference 'removedPolicy' @(New-VpnNpsChange "policy-removed:$($policy.name)" "networkPolicy $($policy.name): removed" 'own' -Restart -Asks) $null @{ policies = @($policy) }
    }
    $groups = @(foreach ($policy in @(Get-VpnNpsGroupPolicies $Desired $Observed.policies)) { if (Test-VpnNpsGroupPolicy $policy $Desired $Observed.clients) { $policy } })
    if ($groups.Count) {
        $client = $Desired.radiusClients[0].name
        $names = Get-VpnNpsNamesText @(foreach ($policy in $groups) { $policy.name.Substring($Desired.groupPolicies.prefix.Length) })
        $found += New-VpnNpsDifference 'removedPolicy' @(New-VpnNpsChange "group-policies-removed:$client" "userGroups of ${client}: network policies removed, for: $names" 'own' -Restart -Asks) $null @{ policies = $groups }
    }
    $found
    if ($found.Count) { Get-VpnNpsMfaLoadDifference $Observed }
}

# What has a name that Set gives, but is not as Set leaves it.
function Get-VpnNpsLeft {
    param([hashtable]$Desired, [hashtable]$Observed)
    foreach ($want in $Desired.radiusClients) {
        foreach ($client in $Observed.clients) {
            if ($client.name -eq $want.name -and -not (Test-VpnNpsSameAddress $client.address $want.address)) { "the RADIUS client '$($client.name)' now has the address $($client.address), not $($want.address)" }
            elseif ($client.name -ne $want.name -and (Test-VpnNpsSameAddress $client.address $want.address)) { "the RADIUS client '$($client.name)' for $($want.address) has another name than Set gives it" }
        }
        $wide = @(Get-VpnNpsWidenedRule $want $Observed.firewall)
        if ($wide.Count) { "the firewall rule '$(Get-VpnNpsRuleName $want)' now lets in $($wide -join ', ')" }
    }
    foreach ($policy in $Observed.policies) {
        if ($policy.name -eq $Desired.networkPolicy.ownName -and -not (Test-VpnNpsOwnPolicy $policy $Desired $Observed.clients)) { "the network policy '$($policy.name)' now asks for $($policy.conditions -join ' and ')" }
    }
    foreach ($policy in @(Get-VpnNpsGroupPolicies $Desired $Observed.policies)) { if (-not (Test-VpnNpsGroupPolicy $policy $Desired $Observed.clients)) { "the network policy '$($policy.name)' now asks for $($policy.conditions -join ' and ')" } }
}

function Remove-VpnNpsMade {
    param([hashtable]$Observed, [object[]]$Differences, [hashtable]$Run)
    $removals = @(foreach ($difference in $Differences) { if ($difference.subject -like 'removed*') { $difference } })
    if (-not $removals.Count) { return }
    Enter-VpnNpsStep $Run 'exporting the configuration'
    $Run.backup = Backup-VpnNpsConfiguration
    $expected = @()
    foreach ($difference in $removals) {
        Enter-VpnNpsStep $Run $difference.changes[0].what
        switch ($difference.subject) {
            'removedClient' { foreach ($client in $difference.data.clients) { Remove-VpnNpsClient $client $Run.undo; $expected += "/Clients/$($client.name)/" } }
            'removedRule' { $Run.undo.Push(@{ action = 'add rule'; name = $difference.data.rule; data = $difference.data }); Remove-NetFirewallRule -Name $difference.data.rule -ErrorAction Stop }
            'removedPolicy' {
                foreach ($policy in $difference.data.policies) {
                    # This has no inverse step: what is not put back then is imported from the backup.
                    $Run.undo.Push(@{ action = 'import'; name = $policy.name })
                    Invoke-VpnNpsNetsh @('delete', 'np') @(, @('name', $policy.name))
                    $expected += "/NetworkPolicy/$($policy.name)/"
                    if ($policy.profile) { $expected += "/RadiusProfiles/$($policy.profile)/" }
                }
            }
        }
        foreach ($change in $difference.changes) { $Run.undoable.Add($change); if ($change.Contains('restart')) { $Run.restart = $true } }
    }
    $after = Read-VpnNpsConfiguration
    Assert-VpnNpsRemoved $removals (Read-VpnNpsConfigurationFile $Run.backup) $after $expected
    $Observed.policies = @(Read-VpnNpsNetworkPolicies $after)
}

# Everything that had to be removed is removed, and nothing else is different. Policies after a removed one may move up.
function Assert-VpnNpsRemoved {
    param([object[]]$Removals, [System.Xml.XmlDocument]$Before, [System.Xml.XmlDocument]$After, [string[]]$Expected)
    $clients = @(foreach ($client in @(Get-NpsRadiusClient)) { [string]$client.Name })
    $policies = @(foreach ($policy in @(Read-VpnNpsNetworkPolicies $After)) { $policy.name })
    foreach ($difference in $Removals) {
        if ($difference.subject -eq 'removedClient') { foreach ($client in $difference.data.clients) { if ($clients -contains $client.name) { throw "NPS still shows the RADIUS client $($client.name) after removing it" } } }
        if ($difference.subject -ne 'removedPolicy') { continue }
        foreach ($policy in $difference.data.policies) { if ($policies -contains $policy.name) { throw 'netsh nps reported success, but the network policy is still there' } }
    }
    $other = @(foreach ($path in @(Compare-VpnNpsConfiguration $Before $After)) {
            if ($path.EndsWith('/msNPSequence', [System.StringComparison]::Ordinal)) { continue }
            $ours = $false
            foreach ($part in $Expected) { if ("$path/".Contains($part)) { $ours = $true } }
            if (-not $ours) { $path }
        })
    if ($other.Count) { throw "NPS changed other settings as well: $(@($other | Select-Object -First 5) -join ', ')" }
}
