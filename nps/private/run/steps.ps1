# The steps of Set.

# A run that was killed here may have left the service stopped.
$VpnNpsRestarting = 'restarting the service IAS'

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
