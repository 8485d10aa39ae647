# netsh.exe, sc.exe, auditpol.exe, icacls.exe. They speak German, as they might: nobody may rely on their words.

function Exit-StandInProgram {
    param([int]$Code, [string]$Text = '')
    $global:LASTEXITCODE = $Code
    if ($Text) { $Text }
}

# Tokens "name", "=", "value" or "name=value" as pairs.
function ConvertTo-StandInSetting {
    param([string[]]$Tokens)
    $index = 0
    while ($index -lt $Tokens.Count) {
        if ($index + 2 -lt $Tokens.Count -and $Tokens[$index + 1] -eq '=') { , @($Tokens[$index], $Tokens[$index + 2]); $index += 3; continue }
        $at = $Tokens[$index].IndexOf('=')
        if ($at -gt 0) { , @($Tokens[$index].Substring(0, $at), $Tokens[$index].Substring($at + 1)) } else { , @($Tokens[$index], '') }
        $index++
    }
}

function netsh.exe {
    $tokens = @($args | ForEach-Object { [string]$_ })
    try { $state = Enter-StandIn 'netsh.exe' ($tokens -join ' ') } catch { return Exit-StandInProgram 1 $_.Exception.Message }
    $settings = @(ConvertTo-StandInSetting @($tokens | Select-Object -Skip 3))
    switch (($tokens | Select-Object -First 3) -join ' ') {
        'nps set np' { return Set-StandInPolicy $state $settings }
        'nps set limitproxystate' { return Set-StandInBlastRadius $state 'limitProxyState' }
        'nps set requiremsgauth' { return Set-StandInBlastRadius $state 'requireMsgAuth' }
    }
    Exit-StandInProgram 1 "Der folgende Befehl wurde nicht gefunden: $($tokens -join ' ')."
}

# faults.netsh: 'drops-attributes' (attributes not given are lost), 'ignores' (success without a change).
function Set-StandInPolicy {
    param($State, [object[]]$Settings)
    $name = ($Settings | Where-Object { $_[0] -eq 'name' } | Select-Object -First 1)[1]
    $policy = $State.networkPolicies | Where-Object { $_.name -eq $name } | Select-Object -First 1
    if (-not $policy) { return Exit-StandInProgram 1 "Die Netzwerkrichtlinie $name wurde nicht gefunden." }
    $fault = Get-StandInValue $State.faults 'netsh' ''
    if ($fault -eq 'ignores') { return Exit-StandInProgram 0 'OK.' }
    $attributes = @{ '0x100f' = @('msNPAllowDialin', 'boolean'); '0x1009' = @('msNPAuthenticationType2', 'int'); '0x100a' = @('msNPAllowedEapType', 'bin.hex') }
    $given = @()
    $current = $null
    foreach ($setting in $Settings) {
        switch ($setting[0]) {
            'state' { $policy.enabled = $setting[1] -eq 'enable' }
            'processingorder' { Move-StandInPolicy $State $policy ([int]$setting[1]) }
            'profileid' {
                if (-not $attributes.ContainsKey($setting[1])) { return Exit-StandInProgram 1 'Die Profil-ID ist unbekannt.' }
                $current = $attributes[$setting[1]]
            }
            'profiledata' {
                $value = $setting[1]
                if ($current[1] -eq 'boolean') { $value = [string][int]($value -eq 'TRUE') }
                if ($current[1] -eq 'int') { $value = [string][Convert]::ToInt32($value, 16) }
                if ($current[1] -eq 'bin.hex') { $value = $value.ToLowerInvariant() }
                $given += , @($current[0], $current[1], $value)
            }
        }
    }
    $replaced = @($given | ForEach-Object { $_[0] } | Select-Object -Unique)
    $kept = @($policy.attributes | Where-Object { $replaced -notcontains $_[0] })
    if ($fault -eq 'drops-attributes') { $kept = @() }
    $policy.attributes = @($kept) + @($given)
    Save-StandInState $State
    Exit-StandInProgram 0 'OK.'
}

# Positions, not sequence numbers: the policies are numbered anew from the one that was moved on.
function Move-StandInPolicy {
    param($State, $Policy, [int]$Position)
    $others = @($State.networkPolicies | Sort-Object -Property { $_.order } | Where-Object { $_.name -ne $Policy.name })
    $index = [math]::Min([math]::Max($Position - 1, 0), $others.Count)
    $sorted = @(@($others | Select-Object -First $index) + @($Policy) + @($others | Select-Object -Skip $index))
    for ($i = 0; $i -lt $sorted.Count; $i++) { $sorted[$i].order = $i + 1 }
}

function Set-StandInBlastRadius {
    param($State, [string]$Name)
    if (Get-StandInValue $State.faults 'withoutJuly2024Update' $false) { return Exit-StandInProgram 1 'Der folgende Befehl wurde nicht gefunden.' }
    $State.blastRadius.$Name = $true
    Save-StandInState $State
    Exit-StandInProgram 0 'OK.'
}

function sc.exe {
    $tokens = @($args | ForEach-Object { [string]$_ })
    try { $state = Enter-StandIn 'sc.exe' ($tokens -join ' ') } catch { return Exit-StandInProgram 5 $_.Exception.Message }
    $service = $state.registry.'HKLM:\SYSTEM\CurrentControlSet\Services\IAS'
    if (($tokens -join ' ') -eq 'qsidtype IAS') { return Exit-StandInProgram 0 "SERVICE_NAME: IAS  SERVICE_SID_TYPE: $(@('NONE', 'UNRESTRICTED', '', 'RESTRICTED')[[int]$service.ServiceSidType])" }
    if (($tokens -join ' ') -ne 'sidtype IAS unrestricted') { return Exit-StandInProgram 1639 'Die Befehlszeile ist falsch.' }
    $service.ServiceSidType = 1
    Save-StandInState $state
    Exit-StandInProgram 0 '[SC] ChangeServiceConfig2 ERFOLG'
}

function auditpol.exe {
    $tokens = @($args | ForEach-Object { [string]$_ })
    try { $state = Enter-StandIn 'auditpol.exe' ($tokens -join ' ' -replace 'reading-[^ ]*', 'reading') } catch { return Exit-StandInProgram 1314 $_.Exception.Message }
    $guid = '{0CCE9243-69AE-11D9-BED3-505054503030}'
    if ($tokens[0] -eq '/backup') {
        $lines = @('Computername,Richtlinienziel,Unterkategorie,Unterkategorie-GUID,Aufnahmeeinstellung,Ausschlusseinstellung,Einstellungswert',
            'NPS-01,System,Anmelden,{0CCE9215-69AE-11D9-BED3-505054503030},Erfolg und Fehler,,3',
            "NPS-01,System,Netzwerkrichtlinienserver,$guid,$(@('Keine Überwachung', 'Erfolg', 'Fehler', 'Erfolg und Fehler')[[int]$state.audit]),,$($state.audit)")
        [System.IO.File]::WriteAllLines($tokens[1].Substring('/file:'.Length), [string[]]$lines)
        return Exit-StandInProgram 0 'Der Befehl wurde erfolgreich ausgeführt.'
    }
    if ($tokens[0] -eq '/set' -and $tokens[1] -eq "/subcategory:$guid") {
        if ($tokens -contains '/success:enable') { $state.audit = [int]$state.audit -bor 1 }
        if ($tokens -contains '/failure:enable') { $state.audit = [int]$state.audit -bor 2 }
        Save-StandInState $state
        return Exit-StandInProgram 0 'Der Befehl wurde erfolgreich ausgeführt.'
    }
    Exit-StandInProgram 87 'Falscher Parameter.'
}

function icacls.exe {
    $tokens = @($args | ForEach-Object { [string]$_ })
    try { $state = Enter-StandIn 'icacls.exe' } catch { return Exit-StandInProgram 5 $_.Exception.Message }
    if (-not [System.IO.Directory]::Exists($tokens[0])) { return Exit-StandInProgram 2 'Das System kann die angegebene Datei nicht finden.' }
    $granted = @($tokens | Where-Object { $_ -like '`**' })
    if ($tokens -notcontains '/inheritance:r') { $granted += 'BUILTIN\Users' }
    Set-StandInValue $state.acl $tokens[0] $granted
    Save-StandInState $state
    Exit-StandInProgram 0
}

function Get-StandInAcl {
    param([string]$Path)
    $state = Get-StandInState
    @(Get-StandInValue $state.acl ([System.IO.Path]::GetDirectoryName($Path)) @('everybody')) -join ' '
}
