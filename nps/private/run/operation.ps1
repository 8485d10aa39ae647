# Get, Test and Set over one desired state.

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
