# The server as it is read, how it differs from the desired state, and what the answer says of it.

function Read-VpnNpsAll {
    param([hashtable]$Desired, [securestring]$Secret)
    $observed = @{ server = Read-VpnNpsServer; clients = @(); policies = @(); requestPolicies = @(); ports = @('1812'); secret = $Secret }
    $observed['mfa'] = Read-VpnNpsMfaExtension $Desired
    $observed['audit'] = Read-VpnNpsAuditPolicy
    $observed['firewall'] = Read-VpnNpsFirewall
    $observed['addresses'] = @(Get-VpnNpsOwnAddress)
    $configuration = $null
    $observed['registered'] = $null
    if ($observed.server.npas) {
        $configuration = Read-VpnNpsConfiguration
        $observed.policies = @(Read-VpnNpsNetworkPolicies $configuration)
        $observed.requestPolicies = @(Read-VpnNpsRequestPolicies $configuration)
        $observed.ports = @(Read-VpnNpsPorts $configuration)
        $observed.clients = @(Read-VpnNpsRadiusClients $configuration)
        $observed.registered = Read-VpnNpsDirectoryRegistration
    }
    $observed['blastRadius'] = Read-VpnNpsBlastRadius $configuration
    Update-VpnNpsOthers $Desired $observed
    $observed['groupSids'] = Read-VpnNpsGroupSids $Desired
    $observed['networkPolicy'] = Select-VpnNpsNetworkPolicy $Desired $observed.policies $observed.otherClients
    $observed
}

# RADIUS clients that are not wanted here, and are not gateways that this module has set up before. And whether this
# gateway or another one has been set up here already.
function Update-VpnNpsOthers {
    param([hashtable]$Desired, [hashtable]$Observed)
    $note = Read-VpnNpsGatewayNote
    $Observed['gateways'] = @(foreach ($client in $Observed.clients) { if ($note.ContainsKey("$($client.name) $($client.address)")) { $client } }).Count -gt 0
    foreach ($want in $Desired.radiusClients) { if (Test-VpnNpsRadiusClientStands $Desired $Observed $want) { $Observed['gateways'] = $true } }
    $Observed['otherClients'] = @(foreach ($client in @(Get-VpnNpsOtherRadiusClient $Desired $Observed.clients)) { if (-not $note.ContainsKey("$($client.name) $($client.address)")) { $client } })
    $Observed['others'] = $Observed.otherClients.Count
}

function Get-VpnNpsDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    if ($Observed.ContainsKey('unfinished') -and $Observed.unfinished) {
        $note = $Observed.unfinished
        $backup = 'none was made yet'
        if ($note.backup) { $backup = [System.IO.Path]::GetFileName($note.backup) }
        # When there was a backup, something may be written that NPS uses only after a restart.
        $changes = @()
        if ($note.backup -and $Observed.server.running -and -not (Test-VpnNpsMfaUnregistered $Observed.mfa)) { $changes = @(New-VpnNpsChange 'service-restarted' 'server: service IAS restarted, because an earlier run stopped before it did this' 'server' -Restart) }
        New-VpnNpsDifference 'unfinished' $changes (New-VpnNpsFinding 'unfinished-run' "A run of Set, started $($note.started), was stopped at '$($note.step)'. Its backup: $backup.")
    }
    if ($Desired.ensure -eq 'absent') { return Get-VpnNpsRemovalDifference $Desired $Observed }
    Get-VpnNpsServerDifference $Desired $Observed
    if ($Observed.server.npas) {
        Get-VpnNpsNetworkPolicyDifferenceOfEach $Desired $Observed
        Get-VpnNpsGroupPolicyDifference $Desired $Observed
        Get-VpnNpsRadiusClientDifference $Desired $Observed.clients $Observed.secret
        Get-VpnNpsRequestPolicyDifference $Desired $Observed
    }
    Get-VpnNpsMfaDifference $Desired $Observed
    Get-VpnNpsSignInDifference @(Get-VpnNpsSignInPath $Desired $Observed)
}

function Get-VpnNpsState {
    param([hashtable]$Desired, [hashtable]$Observed)
    $server = Get-VpnNpsServerState $Observed.server
    if ($Desired.secretKey) { $key = Get-VpnNpsSecretKeyText; if ($key) { $server['secretKey'] = "$key" } }
    $audit = @()
    if ($Observed.blastRadius.limitProxyState -eq 'audit') { $audit += 'limitProxyState' }
    if ($Observed.blastRadius.requireMsgAuth -eq 'audit') { $audit += 'requireMessageAuthenticator' }
    $blast = [ordered]@{ limitProxyState = $Observed.blastRadius.limitProxyState -eq 'on'; requireMessageAuthenticator = $Observed.blastRadius.requireMsgAuth -eq 'on' }
    if ($audit.Count) { $blast['audit'] = $audit }
    $prefixes = @(foreach ($want in $Desired.radiusClients) { $want.address })
    $state = [ordered]@{
        server             = $server
        addresses          = @($Observed.addresses)
        radiusClients      = @(Get-VpnNpsRadiusClientState $Desired $Observed.clients)
        otherRadiusClients = $Observed.others
        networkPolicy      = Get-VpnNpsNetworkPolicyState $Observed
        mfa                = Get-VpnNpsMfaState $Observed.mfa
        blastRadius        = $blast
        audit              = [ordered]@{ success = $Observed.audit.success; failure = $Observed.audit.failure }
        firewallOpen       = @(Get-VpnNpsClosedPrefix $Observed.firewall $prefixes).Count -eq 0
    }
    $narrower = @(Get-VpnNpsNarrowerState $Desired $Observed.clients)
    if ($narrower.Count) { $state['narrowerClients'] = $narrower }
    if ($Desired.brief) {
        $state['clientsAsWanted'] = @(Get-VpnNpsClientsAsWanted $Desired $state.radiusClients)
        $state.radiusClients = @(Select-VpnNpsClientToTell $state.radiusClients $Desired)
    }
    $state
}
