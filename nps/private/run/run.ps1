# One run at a time on a server, a note of the run that writes, and the undoing of what it did.

# How many seconds a run waits for another one.
$VpnNpsLongestWait = 120

function Get-VpnNpsRunNotePath {
    Join-Path (Join-Path $env:ProgramFiles 'VpnNps') 'run.json'
}

# The run that writes, or that wrote and was stopped: @{ operation; started; process; step; backup }.
function Read-VpnNpsRunNote {
    $path = Get-VpnNpsRunNotePath
    if (-not [System.IO.File]::Exists($path)) { return $null }
    try { $note = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($path)) } catch { return $null }
    # PowerShell 7 reads it as a date, Windows PowerShell as a text.
    if ($note.started -is [datetime]) { $note.started = $note.started.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [cultureinfo]::InvariantCulture) }
    $note
}

function Write-VpnNpsRunNote {
    param([hashtable]$Run)
    $note = [ordered]@{ operation = 'Set'; started = $Run.started; process = $PID; step = $Run.step; backup = $Run.backup }
    [System.IO.File]::WriteAllText((Get-VpnNpsRunNotePath), (ConvertTo-Json -InputObject $note -Compress))
}

function Remove-VpnNpsRunNote {
    $path = Get-VpnNpsRunNotePath
    if ([System.IO.File]::Exists($path)) { [System.IO.File]::Delete($path) }
}

# A step of a run that writes. It is noted before it begins, so that the next run can name it when this one is stopped.
function Enter-VpnNpsStep {
    param([hashtable]$Run, [string]$Step)
    $Run.step = $Step
    Write-VpnNpsRunNote $Run
}

# A mutex that SYSTEM has made (a run command) cannot be opened by an administrator. It is gone when that run has ended.
function Open-VpnNpsMutex {
    param([string]$Name, [datetime]$Deadline)
    while ($true) {
        try { return New-VpnNpsMutex $Name } catch [System.UnauthorizedAccessException] { if ([datetime]::UtcNow -ge $Deadline) { return $null } }
        Start-Sleep -Seconds 1
    }
}

function New-VpnNpsMutex {
    param([string]$Name)
    [System.Threading.Mutex]::new($false, $Name)
}

# One mutex for the machine. Its name contains the folder, so that imagined servers do not wait for each other.
function Enter-VpnNpsRun {
    $sha = [System.Security.Cryptography.SHA256]::Create()
    $hash = [System.BitConverter]::ToString($sha.ComputeHash([System.Text.Encoding]::UTF8.GetBytes("$env:ProgramFiles".ToLowerInvariant())), 0, 6)
    $sha.Dispose()
    $deadline = [datetime]::UtcNow.AddSeconds($VpnNpsLongestWait)
    $mutex = Open-VpnNpsMutex "Global\VpnNps-$hash" $deadline
    if ($null -ne $mutex) {
        $held = $false
        $left = [timespan]::FromSeconds([math]::Max(0, ($deadline - [datetime]::UtcNow).TotalSeconds))
        # Abandoned: the run that held it was stopped. Its note tells at which step.
        try { $held = $mutex.WaitOne($left) } catch [System.Threading.AbandonedMutexException] { $held = $true }
        if ($held) { return $mutex }
        $mutex.Dispose()
    }
    $note = Read-VpnNpsRunNote
    $who = 'Another run of this module'
    if ($note) { $who = "A run of Set, process $($note.process), since $($note.started), now at '$($note.step)'," }
    throw (New-VpnNpsError 'NpsServerBusy' "$who works on this server, and this one has waited for $VpnNpsLongestWait seconds. Nothing was changed; try again later." 'server')
}

function Exit-VpnNpsRun {
    param($Mutex)
    if ($null -eq $Mutex) { return }
    $Mutex.ReleaseMutex()
    $Mutex.Dispose()
}

# Undoes one step.
function Undo-VpnNpsStep {
    param([hashtable]$Step)
    switch ($Step.action) {
        'remove client' { foreach ($client in @(Get-NpsRadiusClient)) { if ($client.Name -eq $Step.name) { $null = Remove-NpsRadiusClient -Name $Step.name -ErrorAction Stop } } }
        'set client' { Write-VpnNpsRadiusClient 'Set-NpsRadiusClient' ((Get-VpnNpsClientSettings $Step.client) + @{ Enabled = $Step.client.enabled }) $Step.client.secret }
        'add client' {
            $settings = Get-VpnNpsClientSettings $Step.client
            if (-not $Step.client.enabled) { $settings['Disabled'] = $true }
            Write-VpnNpsRadiusClient 'New-NpsRadiusClient' $settings $Step.client.secret
        }
        'delete policy' { Invoke-VpnNpsNetsh @('delete', 'np') @(, @('name', $Step.name)) }
        'set policy' { Invoke-VpnNpsNetsh @('set', 'np') $Step.settings }
        'add rule' { Open-VpnNpsFirewall $Step.data ([System.Collections.Generic.Stack[hashtable]]::new()) }
        'remove rule' { foreach ($rule in @(Get-NetFirewallRule -Name $Step.name -ErrorAction SilentlyContinue)) { Remove-NetFirewallRule -Name $rule.Name -ErrorAction Stop } }
    }
}

# What is different from before. netsh numbers policies again when one is added, and not back when it is deleted. While
# the earlier policies have the same order, their numbers are no difference.
function Compare-VpnNpsAfterUndo {
    param([System.Xml.XmlDocument]$Before, [System.Xml.XmlDocument]$Now)
    $old = @(foreach ($policy in @(Read-VpnNpsNetworkPolicies $Before)) { $policy.name })
    $new = @(foreach ($policy in @(Read-VpnNpsNetworkPolicies $Now)) { $policy.name })
    $same = (@(foreach ($name in $old) { if ($new -contains $name) { $name } }) -join "`n") -ceq (@(foreach ($name in $new) { if ($old -contains $name) { $name } }) -join "`n")
    foreach ($path in @(Compare-VpnNpsConfiguration $Before $Now)) { if (-not $same -or -not $path.EndsWith('/msNPSequence', [System.StringComparison]::Ordinal)) { $path } }
}

# Undoes what was done, the last step first, and compares the whole configuration with the export from before. What
# is still different then is put back by importing that export, but only if all of it is ours: an import replaces
# everything, and would remove what somebody else has changed meanwhile.
function Undo-VpnNpsRun {
    param([hashtable]$Run, [hashtable]$Observed)
    if (-not $Run.undo.Count -and -not $Run.backup) { return 'Nothing was changed in the NPS configuration.' }
    $touched = @{}
    $failed = @()
    while ($Run.undo.Count) {
        $step = $Run.undo.Pop()
        $name = $null
        if ($step.ContainsKey('name')) { $name = $step.name } elseif ($step.ContainsKey('client')) { $name = $step.client.name } else { $name = $step.settings[0][1] }
        $touched[$name] = $true
        try { Undo-VpnNpsStep $step } catch { $failed += "$($step.action) '$name'" }
    }
    $Run.undoable.Clear()
    $rule = ''
    foreach ($one in $failed) { if ($one.StartsWith('remove rule', [System.StringComparison]::Ordinal)) { $rule = " The firewall rule could NOT be removed again ($one)."; $Run.undoable.Add((New-VpnNpsChange 'left-changed' 'firewall: left open for the gateway' 'own')) } }
    if (-not $Run.backup) { return "All changes were undone.$rule" }
    try {
        # No export while the new secret is in NPS: the secret would be in a file of ours.
        $now = @{}
        foreach ($client in @(Read-VpnNpsRadiusClients $null)) { $now[$client.name] = $client }
        foreach ($client in $Observed.clients) {
            if (-not $touched.ContainsKey($client.name) -or -not $now.ContainsKey($client.name)) { continue }
            if ($now[$client.name].secret -and -not (Test-VpnNpsSecretEqual $now[$client.name].secret $client.secret)) { throw "the RADIUS client '$($client.name)' still holds the new secret" }
        }
        $before = Read-VpnNpsConfigurationFile $Run.backup
        $left = @(Compare-VpnNpsAfterUndo $before (Read-VpnNpsConfiguration))
        $ours = @(foreach ($path in $left) { if (Test-VpnNpsOurPath $path $touched) { $path } })
        $theirs = @(foreach ($path in $left) { if (-not (Test-VpnNpsOurPath $path $touched)) { $path } })
        $import = ''
        if ($ours.Count -and -not $theirs.Count) {
            try {
                $null = Import-NpsConfiguration -Path $Run.backup -ErrorAction Stop
                $ours = @(Compare-VpnNpsAfterUndo $before (Read-VpnNpsConfiguration))
            }
            catch { $import = " (importing it failed: $($_.Exception.Message.TrimEnd('.', ' ')))" }
        }
        if ($ours.Count) {
            $Run.undoable.Add((New-VpnNpsChange 'left-changed' "NPS configuration: left changed in $($ours.Count) settings" 'shared'))
            return "The NPS configuration could NOT be put back: $(@($ours | Select-Object -First 5) -join ', ') differ from the backup '$($Run.backup)'$import. Put them back by hand; an import of it would also replace what others have changed since.$rule"
        }
        $also = $rule
        if ($theirs.Count) { $also += " What somebody else has changed meanwhile was left: $(@($theirs | Select-Object -First 3) -join ', ')." }
        if ($Run.restarted) { try { Restart-Service -Name IAS -Force -ErrorAction Stop } catch { return "The NPS configuration was put back as it was before, but the service IAS could not be restarted: start it by hand.$also" } }
        "The NPS configuration was put back as it was before.$also"
    }
    catch {
        $Run.undoable.Add((New-VpnNpsChange 'left-changed' 'NPS configuration: left partly changed' 'shared'))
        "It is NOT known whether the NPS configuration was put back ($($_.Exception.Message)). Compare it with the backup '$($Run.backup)'."
    }
}

# Paths of what this run wrote, and the positions of policies, which move too.
function Test-VpnNpsOurPath {
    param([string]$Path, [hashtable]$Touched)
    $parts = $Path.Split('/')
    if ($parts[-1] -eq 'msNPSequence') { return $true }
    foreach ($name in $Touched.Keys) { if ($Path.Contains("/$name/")) { return $true } }
    $false
}
