# Get, Test and Set over one desired state.

# The client by which the app asks a server over RADIUS whether it answers. No user comes through it.
$VpnNpsProbeClient = 'vpn-radius-probe'
# A run that was killed here may have left the service stopped.
$VpnNpsRestarting = 'restarting the service IAS'

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

# Whether Set may make a change: one that needs an approval only when it was approved.
function Test-VpnNpsAllowed {
    param($Change, [hashtable]$Desired)
    -not $Change.Contains('asks') -or ($null -ne $Desired.approvedChanges -and $Desired.approvedChanges.ContainsKey($Change.id))
}

# The differences that Set fixes: those whose changes are all allowed.
function Select-VpnNpsAllowed {
    param([object[]]$Differences, [hashtable]$Desired)
    foreach ($difference in $Differences) {
        if (-not $difference.changes.Count) { continue }
        $refused = $false
        foreach ($change in $difference.changes) { if (-not (Test-VpnNpsAllowed $change $Desired)) { $refused = $true } }
        if (-not $refused) { $difference }
    }
}

# What must be true before anything is written.
function Assert-VpnNpsApplicable {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences)
    $restarts = $false
    foreach ($difference in @(Select-VpnNpsAllowed $Differences $Desired)) { foreach ($change in $difference.changes) { if ($change.Contains('restart')) { $restarts = $true } } }
    # Without the extension NPS would let in everybody who knows a password, and there would be no sign of it.
    foreach ($difference in $Differences) {
        if (-not $difference.finding) { continue }
        $id = $difference.finding.id
        $code = $VpnNpsChecks[$id].blocks
        # What Set will make is not missing.
        if (-not $code -or @(Select-VpnNpsAllowed @($difference) $Desired).Count) { continue }
        if ($id -eq 'mfa-loads-on-restart' -and -not $restarts) { continue }
        $target = switch -Wildcard ($id) { 'server-*' { 'server' } 'mfa-*' { 'mfaExtension' } 'policy-*' { 'networkPolicy.name' } default { 'server' } }
        if ($difference.data.ContainsKey('want')) { $target = "radiusClients.$($difference.data.want.name)" }
        $why = ''
        if ($difference.changes.Count) { $why = " It needs an approval of '$($difference.changes[0].id)': $($difference.changes[0].what)." }
        throw (New-VpnNpsError $code "$($difference.finding.message)$why Nothing was changed." $target)
    }
    if ($null -ne $Desired.approvedChanges) {
        $more = @(foreach ($difference in @(Select-VpnNpsAllowed $Differences $Desired)) { foreach ($change in $difference.changes) { if (-not $Desired.approvedChanges.ContainsKey($change.id)) { $change.what } } })
        if ($more.Count) { throw (New-VpnNpsError 'PlanChanged' "The server is not as it was when the plan was approved. It would also need: $($more -join '; '). Nothing was changed; make a new plan." 'approvedChanges') }
    }
    if ($Observed.secret) { return }
    foreach ($difference in $Differences) {
        if ($difference.subject -eq 'radiusClient' -and $difference.data.ContainsKey('action') -and ($difference.data.action -eq 'add' -or ($difference.data.action -eq 'single' -and $difference.data.missing.Count))) {
            throw (New-VpnNpsError 'SecretInvalid' "The RADIUS client '$($difference.data.want.name)' cannot be added without a shared secret." 'SharedSecret')
        }
    }
}

# Steps that come first, because the others need them. They are not undone.
function Install-VpnNpsPrerequisites {
    param([object[]]$Differences, [hashtable]$Desired, [hashtable]$Observed, [hashtable]$Run)
    $did = $false
    foreach ($difference in @(Select-VpnNpsAllowed $Differences $Desired)) {
        if ($difference.subject -eq 'role') {
            Enter-VpnNpsStep $Run 'installing the role NPAS'
            Install-VpnNpsRole
            $did = $true
        }
        elseif ($difference.subject -eq 'mfaInstall') {
            Enter-VpnNpsStep $Run 'installing the NPS extension'
            Install-VpnNpsMfaExtension $Desired.mfaInstaller
            # The server is read to see whether it is there; the exit code does not decide.
            if ($null -eq (Get-VpnNpsMfaVersion)) { throw (New-VpnNpsError 'MfaExtensionMissing' 'The installer of the NPS extension ended without an error, but the extension is not installed.' 'mfaExtension') }
            $did = $true
        }
        else { continue }
        foreach ($change in $difference.changes) { $Run.kept.Add($change) }
        if ($difference.subject -eq 'mfaInstall' -and -not (Test-VpnNpsMfaLoaded)) { throw (New-VpnNpsError 'MfaExtensionMissing' 'The NPS extension is installed but NPS does not load it; RADIUS clients and the network policy were left as they are. A person has to register it first.' 'mfaExtension') }
    }
    $did
}

function Set-VpnNpsServerSettings {
    param([object[]]$Differences, [hashtable]$Observed, [hashtable]$Run)
    foreach ($difference in $Differences) {
        $done = $true
        switch ($difference.subject) {
            'mfaTextCodes' { Enter-VpnNpsStep $Run $difference.changes[0].what; Set-VpnNpsRegistryValue $VpnNpsMfaKey 'OVERRIDE_NUMBER_MATCHING_WITH_OTP' 'FALSE' 'String' }
            'sidType' { Enter-VpnNpsStep $Run $difference.changes[0].what; Invoke-VpnNpsProgram 'sc.exe' @('sidtype', 'IAS', 'unrestricted') }
            'firewall' { Enter-VpnNpsStep $Run $difference.changes[0].what; Open-VpnNpsFirewall $difference.data $Run.undo }
            'unfinished' { $Run.restart = $true }
            'audit' { Enter-VpnNpsStep $Run $difference.changes[0].what; Invoke-VpnNpsProgram 'auditpol.exe' @('/set', "/subcategory:$VpnNpsAuditSubcategory", '/success:enable', '/failure:enable') }
            { $_ -eq 'limitProxyState' -or $_ -eq 'requireMsgAuth' } {
                Enter-VpnNpsStep $Run $difference.changes[0].what
                $done = Set-VpnNpsBlastRadius $difference.subject
                if ($done) { $Observed.blastRadius[$difference.subject] = 'on' }
            }
            default { $done = $false }
        }
        if (-not $done) { continue }
        $list = $Run.kept
        if ($difference.subject -eq 'firewall') { $list = $Run.undoable }
        foreach ($change in $difference.changes) { $list.Add($change); if ($change.Contains('restart')) { $Run.restart = $true } }
    }
}

# The policy comes before the clients: so the exports that verify the policy are made while NPS still holds the old
# secrets.
function Set-VpnNpsNpsSettings {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences, [hashtable]$Run)
    $policy = @(foreach ($difference in $Differences) { if ($difference.subject -eq 'networkPolicy') { $difference } })
    $groups = @(foreach ($difference in $Differences) { if ($difference.subject -eq 'groupPolicies') { $difference } })
    $clients = @(foreach ($difference in $Differences) { if ($difference.subject -eq 'radiusClient') { $difference } })
    if (-not $policy.Count -and -not $groups.Count -and -not $clients.Count) { return }
    Enter-VpnNpsStep $Run 'exporting the configuration'
    $Run.backup = Backup-VpnNpsConfiguration
    # The backup holds the settings that the server has at this moment.
    $before = Read-VpnNpsConfigurationFile $Run.backup
    if ($policy.Count) {
        Enter-VpnNpsStep $Run 'changing the network policy'
        Set-VpnNpsNetworkPolicy $Desired $Observed $policy $Run.undo
        $after = Read-VpnNpsConfiguration
        Assert-VpnNpsNetworkPolicy $Desired $Observed $policy $before $after
        $before = $after
        $Observed.policies = @(Read-VpnNpsNetworkPolicies $after)
        foreach ($difference in $policy) { foreach ($change in $difference.changes) { $Run.undoable.Add($change) } }
        $Run.restart = $true
    }
    if ($groups.Count) {
        Enter-VpnNpsStep $Run 'changing the network policies of user groups'
        Set-VpnNpsGroupPolicies $Desired $Observed $groups $Run.undo
        $after = Read-VpnNpsConfiguration
        Assert-VpnNpsGroupPolicies $Desired $Observed $groups $before $after
        $Observed.policies = @(Read-VpnNpsNetworkPolicies $after)
        foreach ($difference in $groups) { foreach ($change in $difference.changes) { $Run.undoable.Add($change) } }
        $Run.restart = $true
    }
    foreach ($difference in $clients) {
        Enter-VpnNpsStep $Run "setting the RADIUS client $($difference.data.want.name)"
        foreach ($change in @(Set-VpnNpsRadiusClientDifference $difference $Observed.secret $Run.undo)) { $Run.undoable.Add($change) }
        $Run.restart = $true
    }
}

# An extension that is not registered refuses every RADIUS client when NPS loads it. So this module does not restart NPS
# then. The setup script that registers the extension restarts NPS, which then also uses what was written here.
function Restart-VpnNpsService {
    param([object[]]$Differences, [hashtable]$Observed, [hashtable]$Run)
    $start = $null
    foreach ($difference in $Differences) { if ($difference.subject -eq 'service') { $start = $difference } }
    if (-not $Run.restart -and -not $start) { return }
    if (Test-VpnNpsMfaUnregistered $Observed.mfa) { $Run.notRestarted = $true; return }
    if (-not $Observed.server.running -and -not $start) { return }
    Enter-VpnNpsStep $Run $VpnNpsRestarting
    $Run.restarted = $true
    if ($start) { Start-Service -Name IAS -ErrorAction Stop; foreach ($change in $start.changes) { $Run.kept.Add($change) } }
    else { Restart-Service -Name IAS -Force -ErrorAction Stop }
    if ("$((Get-Service -Name IAS).Status)" -ne 'Running') { throw 'the service IAS does not run after it was restarted' }
}

function Invoke-VpnNpsSet {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Run)
    $differences = @(Get-VpnNpsDifference $Desired $Observed)
    Assert-VpnNpsApplicable $Desired $Observed $differences
    if (-not @(Select-VpnNpsAllowed $differences $Desired).Count) { Write-VpnNpsGatewayNote $Desired $Observed.clients; Remove-VpnNpsRunNote; $Observed['unfinished'] = $null; return }
    try {
        if (Install-VpnNpsPrerequisites $differences $Desired $Observed $Run) {
            $fresh = Read-VpnNpsAll $Desired $Observed.secret
            foreach ($key in @($fresh.Keys)) { $Observed[$key] = $fresh[$key] }
            $differences = @(Get-VpnNpsDifference $Desired $Observed)
            Assert-VpnNpsApplicable $Desired $Observed $differences
        }
        $allowed = @(Select-VpnNpsAllowed $differences $Desired)
        Set-VpnNpsServerSettings $allowed $Observed $Run
        Set-VpnNpsNpsSettings $Desired $Observed $allowed $Run
        Remove-VpnNpsMade $Observed $allowed $Run
        Restart-VpnNpsService $allowed $Observed $Run
    }
    catch {
        if ($_.Exception.Data.Contains('code')) { Remove-VpnNpsRunNote; throw }
        $reason = Hide-VpnNpsSecret @{ text = $_.Exception.Message.TrimEnd('.', ' ') } $Observed.secret
        $failedAt = $Run.step
        $undone = Undo-VpnNpsRun $Run $Observed
        Remove-VpnNpsRunNote
        throw (New-VpnNpsError 'ApplyFailed' "Failed while ${failedAt}: $reason. $undone" $failedAt)
    }
    # No export after this line: it would hold the new secret. Policies were read when they were verified.
    $Observed.server = Read-VpnNpsServer
    $Observed.mfa = Read-VpnNpsMfaExtension $Desired
    $Observed.audit = Read-VpnNpsAuditPolicy
    $Observed.firewall = Read-VpnNpsFirewall
    $old = @{}
    foreach ($client in $Observed.clients) { $old[$client.name] = $client.secret }
    $Observed.clients = @(Read-VpnNpsRadiusClients $null)
    foreach ($client in $Observed.clients) {
        if ($client.secret) { continue }
        # This version of the cmdlet hides secrets. What was written without an error counts; otherwise what NPS held
        # before.
        $ours = $false
        foreach ($want in $Desired.radiusClients) { if ($client.name -eq $want.name -or $client.name -eq "$($want.name)-$($client.address)" -or (Test-VpnNpsSameAddress $client.address $want.address)) { $ours = $true } }
        if ($Observed.secret -and $ours) { $client.secret = $Observed.secret } elseif ($old.ContainsKey($client.name)) { $client.secret = $old[$client.name] }
    }
    Write-VpnNpsGatewayNote $Desired $Observed.clients
    Remove-VpnNpsRunNote
    $Observed['unfinished'] = $null
    Update-VpnNpsOthers $Desired $Observed
}

# The result of one operation, errors included. $Write: whether Set may write (it may not with -WhatIf).
function Invoke-VpnNpsOperation {
    param([string]$Operation, [string]$DesiredState, [securestring]$SharedSecret, [bool]$Write = $false, [string]$SealedSecret)
    $ErrorActionPreference = 'Stop'
    # -WhatIf and -Confirm have been answered at this point. Handed on, they would stop exports from being deleted.
    $WhatIfPreference = $false
    $ConfirmPreference = 'None'
    $run = @{
        step = 'reading the server'; started = [datetime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [cultureinfo]::InvariantCulture)
        kept = [System.Collections.Generic.List[object]]::new(); undoable = [System.Collections.Generic.List[object]]::new(); undo = [System.Collections.Generic.Stack[hashtable]]::new()
        backup = $null; restart = $false; restarted = $false; notRestarted = $false
    }
    $result = [ordered]@{ changed = $false; changes = @(); findings = @() }
    # Dates, numbers and comparisons are the same for every language of the server.
    $culture = [System.Threading.Thread]::CurrentThread.CurrentCulture
    $mutex = $null
    try {
        [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::InvariantCulture
        Assert-VpnNpsProcess
        $desired = ConvertFrom-VpnNpsDesiredState $DesiredState
        if ($Operation -eq 'Set' -and $desired.networkPolicy.ownPrefix) { throw (New-VpnNpsInvalid 'networkPolicy.ownPrefix' 'is only for Test') }
        if ($SealedSecret) { $SharedSecret = ConvertFrom-VpnNpsSealedSecret $SealedSecret }
        Assert-VpnNpsSecret $SharedSecret
        $null = Get-VpnNpsProtectedDirectory
        $mutex = Enter-VpnNpsRun
        $observed = Read-VpnNpsAll $desired $SharedSecret
        $observed['unfinished'] = Read-VpnNpsRunNote
        if ($Write) { Invoke-VpnNpsSet $desired $observed $run }
        if ($Operation -ne 'Get') {
            $paths = @()
            if ($desired.ensure -eq 'absent') { $result['left'] = @(Get-VpnNpsLeft $desired $observed) } else { $paths = @(Get-VpnNpsSignInPath $desired $observed) }
            foreach ($difference in @(Get-VpnNpsDifference $desired $observed)) {
                if ($difference.finding) { $result.findings += $difference.finding }
                if (-not $Write -and -not $desired.brief) { $result.changes += @($difference.changes) }
            }
            if ($run.notRestarted) { foreach ($finding in $result.findings) { if ($finding.id -like 'mfa-registration-*' -or $finding.id -eq 'mfa-tenant-missing') { $finding.message += ' NPS was not restarted; the setup script does that.' } } }
            if (-not $desired.brief) { $result['signInPath'] = @(Get-VpnNpsSignInPathState $paths) }
        }
        $result['state'] = Get-VpnNpsState $desired $observed
    }
    catch {
        $exception = $_.Exception
        $code = 'ApplyFailed'
        $said = "Failed while $($run.step): $($exception.Message)"
        if ($exception.Data.Contains('code')) { $code = $exception.Data['code']; $said = $exception.Message }
        $failure = [ordered]@{ code = $code; message = (Hide-VpnNpsSecret @{ text = $said } $SharedSecret) }
        if ($exception.Data.Contains('target')) { $failure['target'] = $exception.Data['target'] }
        $result.Insert(0, 'error', $failure)
    }
    finally {
        Exit-VpnNpsRun $mutex
        [System.Threading.Thread]::CurrentThread.CurrentCulture = $culture
    }
    if ($run.kept.Count + $run.undoable.Count) {
        $result.changes = @($run.kept.ToArray() + $run.undoable.ToArray())
        $result.changed = $true
    }
    $result
}
