# What Set may do.

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
