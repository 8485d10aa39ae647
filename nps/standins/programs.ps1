# netsh.exe, sc.exe, auditpol.exe, icacls.exe. They write German, as real ones may: no code may depend on their words.

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
        'nps show npconditionattributes' { return Show-StandInAttributes $state $StandInConditions 'Bedingungsattribute' }
        'nps show npprofileattributes' { return Show-StandInAttributes $state $StandInProfiles 'Profilattribute' }
        'nps add np' { return Add-StandInPolicy $state $settings }
        'nps delete np' { return Remove-StandInPolicy $state $settings }
        'nps set np' { return Set-StandInPolicy $state $settings }
        'nps set limitproxystate' { return Set-StandInBlastRadius $state 'limitProxyState' }
        'nps set requiremsgauth' { return Set-StandInBlastRadius $state 'requireMsgAuth' }
    }
    Exit-StandInProgram 1 "Der folgende Befehl wurde nicht gefunden: $($tokens -join ' ')."
}

# As "show npconditionattributes" and "show npprofileattributes" list them: id, then name (for conditions) or the name and
# type that an export shows. Ids are Microsoft's ATTRIBUTEID (sdoias.h).
$StandInConditions = [ordered]@{ '0x1' = 'User-Name'; '0x3d' = 'NAS-Port-Type'; '0x1006' = 'Time-Of-Day'; '0x100c' = 'Client-IP-Address'; '0x1014' = 'Client-Vendor'; '0x1020' = 'Client-Friendly-Name'; '0x1033' = 'MS-RAS-Vendor'; '0x1fb5' = 'User-Groups' }
$StandInProfiles = [ordered]@{
    '0x100f' = @('msNPAllowDialin', 'boolean'); '0x1005' = @('msIgnoreUserDialinProperties', 'boolean'); '0x1009' = @('msNPAuthenticationType2', 'int'); '0x100a' = @('msNPAllowedEapType', 'bin.hex')
    '0x1a' = @('msRADIUSAnyVSA', 'string'); '0x7' = @('msRADIUSFramedProtocol', 'int'); '0x6' = @('msRADIUSServiceType', 'int'); '0xffffffa7' = @('msRASMPPEEncryptionPolicy', 'int'); '0xffffffa6' = @('msRASMPPEEncryptionType', 'int')
}

# faults.conditionIds: ids that this server does not list.
function Show-StandInAttributes {
    param($State, $Attributes, [string]$Title)
    $hidden = @(Get-StandInValue $State.faults 'conditionIds' @())
    Exit-StandInProgram 0 "$Title`:"
    foreach ($id in $Attributes.Keys) { if ($hidden -notcontains $id) { '{0,-40}{1,-14}{2}' -f @($Attributes[$id])[0], $id, 'Zeichenfolge' } }
}

function ConvertTo-StandInProfileValue {
    param($Attribute, [string]$Given)
    $value = $Given
    if ($Attribute[1] -eq 'boolean') { $value = [string][int]($value -eq 'TRUE') }
    if ($Attribute[1] -eq 'int') { $value = [string][Convert]::ToInt32($value, 16) }
    if ($Attribute[1] -eq 'bin.hex') { $value = $value.ToLowerInvariant() }
    @($Attribute[0], $Attribute[1], $value)
}

# An export shows a condition 0x1fb5 as USERNTGROUPS("SID"), and every other one as MATCH("name=value").
# At least one condition. Without a position a policy goes to the end; a policy put at a position moves those below it
# down (cc755242).
function Add-StandInPolicy {
    param($State, [object[]]$Settings)
    $name = ($Settings | Where-Object { $_[0] -eq 'name' } | Select-Object -First 1)[1]
    if (@($State.networkPolicies | Where-Object { $_.name -eq $name }).Count) { return Exit-StandInProgram 1 "Die Netzwerkrichtlinie $name ist bereits vorhanden." }
    $policy = [pscustomobject]@{ name = $name; enabled = $true; order = 0; conditions = @(); attributes = @() }
    $position = $State.networkPolicies.Count + 1
    $condition = $null
    $current = $null
    foreach ($setting in $Settings) {
        switch ($setting[0]) {
            'state' { $policy.enabled = $setting[1] -eq 'enable' }
            'processingorder' { $position = [int]$setting[1] }
            'conditionid' { $condition = $StandInConditions[$setting[1]]; if (-not $condition) { return Exit-StandInProgram 1 'Die Bedingungs-ID ist unbekannt.' } }
            'conditiondata' { $policy.conditions = @($policy.conditions) + $(if ($condition -eq 'User-Groups') { "USERNTGROUPS(`"$($setting[1])`")" } else { "MATCH(`"$condition=$($setting[1])`")" }) }
            'profileid' { $current = $StandInProfiles[$setting[1]]; if (-not $current) { return Exit-StandInProgram 1 'Die Profil-ID ist unbekannt.' } }
            'profiledata' { $policy.attributes = @($policy.attributes) + , @(ConvertTo-StandInProfileValue $current $setting[1]) }
        }
    }
    if (-not $policy.conditions.Count) { return Exit-StandInProgram 1 'Mindestens eine Bedingung ist erforderlich.' }
    $fault = Get-StandInValue $State.faults 'netsh' ''
    if ($fault -eq 'ignores') { return Exit-StandInProgram 0 'OK.' }
    if ($fault -eq 'other-condition') { $policy.conditions = @($policy.conditions[0].Replace('Client-Friendly-Name', 'Client-Vendor')) }
    if ($fault -eq 'does-more') { @($State.networkPolicies)[-1].enabled = $false }
    $State.networkPolicies = @($State.networkPolicies) + $policy
    Move-StandInPolicy $State $policy $position
    Save-StandInState $State
    Exit-StandInProgram 0 'OK.'
}

function Remove-StandInPolicy {
    param($State, [object[]]$Settings)
    if ($Settings[0][0] -ne 'name') { return Exit-StandInProgram 1 "Das Argument $($Settings[0][0]) ist unbekannt." }
    $name = $Settings[0][1]
    if (-not @($State.networkPolicies | Where-Object { $_.name -eq $name }).Count) { return Exit-StandInProgram 1 "Die Netzwerkrichtlinie $name wurde nicht gefunden." }
    $fault = Get-StandInValue $State.faults 'netsh' ''
    if ($fault -eq 'ignores') { return Exit-StandInProgram 0 'OK.' }
    $State.networkPolicies = @($State.networkPolicies | Where-Object { $_.name -ne $name })
    if ($fault -eq 'does-more') { @($State.networkPolicies)[-1].enabled = $false }
    Save-StandInState $State
    Exit-StandInProgram 0 'OK.'
}

# faults.netsh: 'drops-attributes' (attributes not given are lost), 'drops-values' (a list keeps its last value alone),
# 'ignores' (success without a change).
function Set-StandInPolicy {
    param($State, [object[]]$Settings)
    $name = ($Settings | Where-Object { $_[0] -eq 'name' } | Select-Object -First 1)[1]
    $policy = $State.networkPolicies | Where-Object { $_.name -eq $name } | Select-Object -First 1
    if (-not $policy) { return Exit-StandInProgram 1 "Die Netzwerkrichtlinie $name wurde nicht gefunden." }
    $fault = Get-StandInValue $State.faults 'netsh' ''
    if ($fault -eq 'ignores') { return Exit-StandInProgram 0 'OK.' }
    $given = @()
    $current = $null
    foreach ($setting in $Settings) {
        switch ($setting[0]) {
            'state' { $policy.enabled = $setting[1] -eq 'enable' }
            'processingorder' { Move-StandInPolicy $State $policy ([int]$setting[1]) }
            'profileid' {
                if (-not $StandInProfiles.Contains($setting[1])) { return Exit-StandInProgram 1 'Die Profil-ID ist unbekannt.' }
                $current = $StandInProfiles[$setting[1]]
            }
            'profiledata' { $given += , @(ConvertTo-StandInProfileValue $current $setting[1]) }
        }
    }
    $replaced = @($given | ForEach-Object { $_[0] } | Select-Object -Unique)
    $kept = @($policy.attributes | Where-Object { $replaced -notcontains $_[0] })
    if ($fault -eq 'drops-attributes') { $kept = @() }
    if ($fault -eq 'drops-values') { $given = @(foreach ($name in $replaced) { , @($given | Where-Object { $_[0] -eq $name })[-1] }) }
    $policy.attributes = @($kept) + @($given)
    Save-StandInState $State
    Exit-StandInProgram 0 'OK.'
}

# Positions, not sequence numbers: the policies after the moved one are numbered again.
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
