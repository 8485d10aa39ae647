# Get, Test and Set over one desired state.

function Read-VpnNpsAll {
    param([hashtable]$Desired)
    $observed = @{ server = Read-VpnNpsServer; configuration = $null; clients = @(); policies = @() }
    $observed['mfa'] = Read-VpnNpsMfaExtension $Desired
    $observed['audit'] = Read-VpnNpsAuditPolicy
    $observed['firewall'] = Read-VpnNpsFirewall
    if ($observed.server.npas) {
        $observed.configuration = Read-VpnNpsConfiguration
        $observed.policies = @(Read-VpnNpsNetworkPolicies $observed.configuration)
        $observed.clients = @(Read-VpnNpsRadiusClients $observed.configuration)
    }
    $observed['blastRadius'] = Read-VpnNpsBlastRadius $observed.configuration
    $observed
}

function Get-VpnNpsDifference {
    param([hashtable]$Desired, [hashtable]$Observed, [securestring]$Secret)
    Get-VpnNpsServerDifference $Desired $Observed
    if ($Observed.server.npas) {
        Get-VpnNpsNetworkPolicyDifference $Desired $Observed.policies
        Get-VpnNpsRadiusClientDifference $Desired $Observed.clients $Secret
    }
    Get-VpnNpsMfaDifference $Desired $Observed.mfa $Observed.clients
}

function Get-VpnNpsState {
    param([hashtable]$Desired, [hashtable]$Observed)
    [ordered]@{
        server             = Get-VpnNpsServerState $Observed.server
        radiusClients      = @(Get-VpnNpsRadiusClientState $Desired $Observed.clients)
        otherRadiusClients = @(Get-VpnNpsOtherRadiusClient $Desired $Observed.clients).Count
        networkPolicy      = Get-VpnNpsNetworkPolicyState $Desired $Observed.policies
        mfa                = Get-VpnNpsMfaState $Observed.mfa
        blastRadius        = [ordered]@{ limitProxyState = $Observed.blastRadius.limitProxyState; requireMessageAuthenticator = $Observed.blastRadius.requireMsgAuth }
        audit              = [ordered]@{ success = $Observed.audit.success; failure = $Observed.audit.failure }
        firewallOpen       = $Observed.firewall.closed.Count -eq 0
    }
}

# What must hold before anything is written.
function Assert-VpnNpsApplicable {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences, [securestring]$Secret)
    if ($Observed.server.core) { throw (New-VpnNpsError 'ServerCore' 'This is Server Core, which cannot hold the role Network Policy and Access Services. Use a server with Desktop Experience.' 'server') }
    # Without the extension NPS would let in everybody who knows a password, and nothing would tell.
    if ($Desired.mfaExtension -eq 'require') {
        if (-not $Observed.mfa.installed) { throw (New-VpnNpsError 'MfaExtensionMissing' 'The NPS extension for Microsoft Entra multifactor authentication is not installed. Nothing was changed.' 'mfaExtension') }
        if (-not $Observed.mfa.loaded) { throw (New-VpnNpsError 'MfaExtensionMissing' 'The NPS extension for Microsoft Entra multifactor authentication is installed but NPS does not load it. Nothing was changed.' 'mfaExtension') }
    }
    if (-not $Observed.server.npas) { return }
    foreach ($difference in $Differences) {
        if ($difference.data.ContainsKey('missing') -and $difference.subject -eq 'networkPolicy') { throw (New-VpnNpsError 'PolicyNotFound' $difference.data.missing 'networkPolicy.name') }
        if ($difference.data.ContainsKey('conflict')) { throw (New-VpnNpsError 'RadiusClientConflict' $difference.data.conflict "radiusClients.$($difference.data.want.name)") }
        if (-not $Secret -and $difference.subject -eq 'radiusClient' -and ($difference.data.action -eq 'add' -or ($difference.data.action -eq 'single' -and $difference.data.missing.Count))) {
            throw (New-VpnNpsError 'SecretInvalid' "The RADIUS client '$($difference.data.want.name)' cannot be added without a shared secret." 'SharedSecret')
        }
    }
}

# Steps before the rest: they make the rest possible, and are not undone by an import.
function Install-VpnNpsPrerequisites {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Run)
    $did = $false
    if (-not $Observed.server.npas) {
        $Run.step = 'installing the role NPAS'
        Install-VpnNpsRole
        $Run.kept.Add('server: role NPAS installed')
        $did = $true
    }
    if ($Desired.mfaExtension -eq 'install' -and -not $Observed.mfa.installed) {
        $Run.step = 'installing the NPS extension'
        Install-VpnNpsMfaExtension $Desired.mfaInstaller
        # Whether it is there is read from the server, not concluded from the exit code.
        if ($null -eq (Get-VpnNpsMfaVersion)) { throw (New-VpnNpsError 'MfaExtensionMissing' 'The installer of the NPS extension ended without an error, but the extension is not installed.' 'mfaExtension') }
        $Run.kept.Add('mfaExtension: installed')
        $Run.restart = $true
        $did = $true
    }
    if ($Desired.mfaExtension -eq 'install' -and -not (Test-VpnNpsMfaLoaded)) { throw (New-VpnNpsError 'MfaExtensionMissing' "The NPS extension is installed but NPS does not load it; RADIUS clients and the network policy were left as they are. $VpnNpsMfaSetup has to be run by a person first." 'mfaExtension') }
    $did
}

# Settings of the server, which an import of the NPS configuration would not undo.
function Set-VpnNpsServerSettings {
    param([object[]]$Differences, [hashtable]$Observed, [hashtable]$Run)
    foreach ($difference in $Differences) {
        $done = $true
        $Run.step = "$($difference.changes)"
        switch ($difference.subject) {
            'mfaTextCodes' { Set-VpnNpsRegistryValue $VpnNpsMfaKey 'OVERRIDE_NUMBER_MATCHING_WITH_OTP' 'FALSE' 'String'; $Run.restart = $true }
            'sidType' { Invoke-VpnNpsProgram 'sc.exe' @('sidtype', 'IAS', 'unrestricted'); $Run.restart = $true }
            'firewall' { Set-VpnNpsFirewall $Observed.firewall }
            'audit' { Invoke-VpnNpsProgram 'auditpol.exe' @('/set', "/subcategory:$VpnNpsAuditSubcategory", '/success:enable', '/failure:enable') }
            { $_ -eq 'limitProxyState' -or $_ -eq 'requireMsgAuth' } {
                $done = Set-VpnNpsBlastRadius $difference.subject
                if ($done) { $Run.restart = $true; $Observed.blastRadius[$difference.subject] = $true }
            }
            default { $done = $false }
        }
        if ($done) { foreach ($change in $difference.changes) { $Run.kept.Add($change) } }
    }
}

# The policy before the clients: the exports that verify it are then made while NPS still holds the old secrets.
function Set-VpnNpsNpsSettings {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences, [securestring]$Secret, [hashtable]$Run)
    $policy = @($Differences | Where-Object { $_.subject -eq 'networkPolicy' -and $_.changes.Count })
    $clients = @($Differences | Where-Object { $_.subject -eq 'radiusClient' -and $_.changes.Count })
    if (-not $policy.Count -and -not $clients.Count) { return }
    $Run.step = 'exporting the configuration'
    $Run.backup = Backup-VpnNpsConfiguration
    if ($policy.Count) {
        $Run.step = 'changing the network policy'
        $held = $Observed.policies | Where-Object { $_.name -eq $Desired.networkPolicy.name } | Select-Object -First 1
        Set-VpnNpsNetworkPolicy $held $policy
        $after = Read-VpnNpsConfiguration
        # Compared with the backup, which has the server's settings of just now in it.
        Assert-VpnNpsNetworkPolicy $Desired $policy (Read-VpnNpsConfigurationFile $Run.backup) $after
        $Observed.policies = @(Read-VpnNpsNetworkPolicies $after)
        foreach ($difference in $policy) { foreach ($change in $difference.changes) { $Run.undoable.Add($change) } }
        $Run.restart = $true
    }
    foreach ($difference in $clients) {
        $Run.step = "setting the RADIUS client $($difference.data.want.name)"
        foreach ($change in @(Set-VpnNpsRadiusClientDifference $difference $Secret)) { $Run.undoable.Add($change) }
        $Run.restart = $true
    }
}

function Restart-VpnNpsService {
    param([hashtable]$Run, [bool]$Stopped)
    if (-not $Run.restart -and -not $Stopped) { return }
    $Run.step = 'restarting the service IAS'
    if ($Stopped) { Start-Service -Name IAS -ErrorAction Stop; $Run.kept.Add('server: service IAS started') }
    else { Restart-Service -Name IAS -Force -ErrorAction Stop }
    if ("$((Get-Service -Name IAS).Status)" -ne 'Running') { throw 'the service IAS does not run after it was restarted' }
}

# Puts the export back and says how that went. Clients are compared through their cmdlet: an export would, if the
# import did nothing, hold the new secret.
function Undo-VpnNpsNpsSettings {
    param([hashtable]$Run, [object[]]$ClientsBefore)
    if (-not $Run.backup) { return 'Nothing was changed in the NPS configuration.' }
    try {
        Import-NpsConfiguration -Path $Run.backup -ErrorAction Stop | Out-Null
        $describe = { "$($_.name) $($_.address) $($_.vendor) $($_.enabled) $($_.authAttributeRequired)" }
        $wanted = @($ClientsBefore | ForEach-Object $describe | Sort-Object) -join "`n"
        $held = @(Read-VpnNpsRadiusClients $null | ForEach-Object $describe | Sort-Object) -join "`n"
        if ($wanted -cne $held) { throw 'the RADIUS clients are not the same as before' }
        $Run.undoable.Clear()
        try { Restart-Service -Name IAS -Force -ErrorAction Stop } catch { return 'The NPS configuration was put back as it was before, but the service IAS could not be restarted: start it by hand.' }
        'The NPS configuration was put back as it was before.'
    }
    catch {
        $Run.undoable.Add('NPS configuration: left partly changed')
        "The NPS configuration could NOT be put back ($($_.Exception.Message)). Import it by hand: Import-NpsConfiguration -Path '$($Run.backup)'."
    }
}

function Invoke-VpnNpsSet {
    param([hashtable]$Desired, [hashtable]$Observed, [securestring]$Secret, [hashtable]$Run)
    $differences = @(Get-VpnNpsDifference $Desired $Observed $Secret)
    Assert-VpnNpsApplicable $Desired $Observed $differences $Secret
    try {
        if (Install-VpnNpsPrerequisites $Desired $Observed $Run) {
            $fresh = Read-VpnNpsAll $Desired
            foreach ($key in @($fresh.Keys)) { $Observed[$key] = $fresh[$key] }
            $differences = @(Get-VpnNpsDifference $Desired $Observed $Secret)
            Assert-VpnNpsApplicable $Desired $Observed $differences $Secret
        }
        Set-VpnNpsServerSettings $differences $Observed $Run
        Set-VpnNpsNpsSettings $Desired $Observed $differences $Secret $Run
        Restart-VpnNpsService $Run (-not $Observed.server.running)
    }
    catch {
        if ($_.Exception.Data.Contains('code')) { throw }
        $reason = Hide-VpnNpsSecret $_.Exception.Message.TrimEnd('.', ' ') $Secret
        $undone = Undo-VpnNpsNpsSettings $Run $Observed.clients
        throw (New-VpnNpsError 'ApplyFailed' "Failed while $($Run.step): $reason. $undone" $Run.step)
    }
    # No export from here on: it would hold the new secret. Policies were read when they were verified.
    $Observed.server = Read-VpnNpsServer
    $Observed.mfa = Read-VpnNpsMfaExtension $Desired
    $Observed.audit = Read-VpnNpsAuditPolicy
    $Observed.firewall = Read-VpnNpsFirewall
    $old = $Observed.clients
    $Observed.clients = @(Read-VpnNpsRadiusClients $null)
    foreach ($client in @($Observed.clients | Where-Object { -not $_.secret })) {
        # This version of the cmdlet hides secrets: what was written without an error counts, else what was held before.
        $ours = @($Desired.radiusClients | Where-Object { $client.name -eq $_.name -or $client.name -eq "$($_.name)-$($client.address)" })
        if ($Secret -and $ours.Count) { $client.secret = ConvertFrom-VpnNpsSecureString $Secret }
        else { $client.secret = $old | Where-Object { $_.name -eq $client.name } | Select-Object -First 1 | ForEach-Object { $_.secret } }
    }
}

# The result of one operation, errors included. $Write: whether Set may write (not so with -WhatIf).
function Invoke-VpnNpsOperation {
    param([string]$Operation, [string]$DesiredState, [securestring]$SharedSecret, [bool]$Write = $false)
    $ErrorActionPreference = 'Stop'
    # -WhatIf and -Confirm are answered by now; handed on, they would keep exports from being deleted.
    $WhatIfPreference = $false
    $ConfirmPreference = 'None'
    $run = @{ step = 'reading the server'; kept = [System.Collections.Generic.List[string]]::new(); undoable = [System.Collections.Generic.List[string]]::new(); backup = $null; restart = $false }
    $result = [ordered]@{ changed = $false; changes = @(); findings = @() }
    $desired = $null
    $observed = $null
    try {
        $desired = ConvertFrom-VpnNpsDesiredState $DesiredState
        Assert-VpnNpsSecret $SharedSecret
        $observed = Read-VpnNpsAll $desired
        if ($Write) { Invoke-VpnNpsSet $desired $observed $SharedSecret $run }
        if ($Operation -ne 'Get') {
            $differences = @(Get-VpnNpsDifference $desired $observed $SharedSecret)
            $result.findings = @($differences | Where-Object { $_.finding } | ForEach-Object { $_.finding })
            if (-not $Write) { $result.changes = @($differences | ForEach-Object { $_.changes }) }
        }
        $result['state'] = Get-VpnNpsState $desired $observed
    }
    catch {
        $exception = $_.Exception
        $code = 'ApplyFailed'
        $message = "Failed while $($run.step): $($exception.Message)"
        if ($exception.Data.Contains('code')) { $code = $exception.Data['code']; $message = $exception.Message }
        $failure = [ordered]@{ code = $code; message = (Hide-VpnNpsSecret $message $SharedSecret) }
        if ($exception.Data.Contains('target')) { $failure['target'] = $exception.Data['target'] }
        $result.Insert(0, 'error', $failure)
    }
    if ($run.kept.Count + $run.undoable.Count) {
        $result.changes = @($run.kept.ToArray() + $run.undoable.ToArray())
        $result.changed = $true
    }
    $result
}
