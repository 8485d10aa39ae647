<#
.SYNOPSIS
Checks on a real NPS what the module VpnNps assumes about Windows and what no documentation says.
.DESCRIPTION
Run it in Windows PowerShell as administrator. It changes nothing on the server. It only writes exports of the
configuration to a directory that only Administrators and SYSTEM may open, and deletes them at once.
.PARAMETER Change
Also tries what cannot be found out by reading: adds and removes RADIUS clients, changes the network policy, turns on limitProxyState.
The configuration is imported back at the end. Use it only on a server that nobody depends on.
.PARAMETER Json
Returns one line of JSON instead of objects.
.PARAMETER MostBytes
Returns that line without the sentences and with short details, because a run command returns only 4,096 bytes.
#>
[CmdletBinding()]
param([switch]$Change, [switch]$Json, [int]$MostBytes = 0, [string]$PolicyName = 'Connections to Microsoft Routing and Remote Access server')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../VpnNps.psm1" -Force

$results = & (Get-Module VpnNps) {
    param([bool]$Change, [string]$PolicyName)

    # $Check answers @($true | $false | $null, detail); an exception counts as "does not hold".
    function Test-Assumption {
        param([string]$Id, [string]$Assumption, [scriptblock]$Check)
        try { $answer = & $Check } catch { $answer = @($false, $_.Exception.Message) }
        $holds = 'unknown'
        if ($answer[0] -eq $true) { $holds = 'yes' } elseif ($answer[0] -eq $false) { $holds = 'NO' }
        [pscustomobject][ordered]@{ id = $Id; holds = $holds; assumption = $Assumption; detail = [string]$answer[1] }
    }

    $before = Read-VpnNpsConfiguration
    $policies = @(Read-VpnNpsNetworkPolicies $before)
    $policy = $policies | Where-Object { $_.name -eq $PolicyName } | Select-Object -First 1

    Test-Assumption 'export-policies' 'The export shows every policy with its profile, access permission and authentication types.' {
        @(($null -ne $policy -and $null -ne $policy.profile -and $policy.authTypes.Count -gt 0), "$($policies.Count) policies: $(@($policies | ForEach-Object { $_.name }) -join '; ')")
    }
    Test-Assumption 'client-name-condition' 'netsh nps show npconditionattributes lists 0x1020, the client friendly name.' {
        $ids = Get-VpnNpsAttributeIds 'npconditionattributes'
        @($ids.ContainsKey($VpnNpsClientNameId), $(if ($ids.ContainsKey($VpnNpsClientNameId)) { $ids[$VpnNpsClientNameId] } else { "$($ids.Count) ids, not this one" }))
    }
    Test-Assumption 'user-groups-condition' 'netsh nps show npconditionattributes lists 0x1fb5, the groups of the user.' {
        $ids = Get-VpnNpsAttributeIds 'npconditionattributes'
        @($ids.ContainsKey($VpnNpsUserGroupsId), $(if ($ids.ContainsKey($VpnNpsUserGroupsId)) { $ids[$VpnNpsUserGroupsId] } else { 'not listed' }))
    }
    Test-Assumption 'vendor-specific-attribute' 'netsh nps show npprofileattributes lists 0x1a, vendor-specific attributes.' {
        $ids = Get-VpnNpsAttributeIds 'npprofileattributes'
        @($ids.ContainsKey($VpnNpsVendorSpecificId), $(if ($ids.ContainsKey($VpnNpsVendorSpecificId)) { $ids[$VpnNpsVendorSpecificId] } else { 'not listed' }))
    }
    Test-Assumption 'profile-attributes' 'netsh nps show npprofileattributes lists access permission, authentication types and EAP types (0x100f, 0x1009, 0x100a).' {
        $ids = Get-VpnNpsAttributeIds 'npprofileattributes'
        $wanted = @($VpnNpsProfileIds.Values) + @($VpnNpsOptionalProfile.Keys)
        $missing = @(foreach ($id in $wanted) { if (-not $ids.ContainsKey($id)) { $id } })
        $needed = @(foreach ($id in $missing) { if (@($VpnNpsProfileIds.Values) -contains $id) { $id } })
        @((-not $needed.Count), $(if ($missing.Count) { "not listed: $($missing -join ', ')" } else { (@(foreach ($id in $wanted) { $ids[$id] }) -join '; ') }))
    }
    Test-Assumption 'request-policies' 'The export shows every connection request policy with its provider, and the ports NPS listens on.' {
        $requests = @(Read-VpnNpsRequestPolicies $before)
        $nodes = @(Get-VpnNpsConfigurationNode $before 'Proxy_Profiles')
        $shown = @(foreach ($node in $nodes) { if ($null -ne $node.SelectSingleNode('Properties/msAuthProviderType')) { $node } })
        $radius = $before.SelectSingleNode('/Root/Children/Microsoft_Internet_Authentication_Service/Children/Protocols/Children/Microsoft_Radius_Protocol/Properties/Authentication_Port')
        @(($requests.Count -gt 0 -and $shown.Count -eq $nodes.Count -and $null -ne $radius), "$(@(foreach ($one in $requests) { "$($one.name) enabled=$($one.enabled) provider=$($one.provider)" }) -join '; '); ports $(@(Read-VpnNpsPorts $before) -join ','); conditions: $(@(foreach ($one in @($policies) + $requests) { $one.conditions }) -join ' ')")
    }
    Test-Assumption 'extension-in-process' 'The modules of the service process show whether it has loaded the MFA extension.' {
        $running = Test-VpnNpsMfaRunning
        @($(if ($null -eq $running) { $false } else { $true }), "in the process: '$running'")
    }
    Test-Assumption 'directory' 'The directory shows whether the server is in the group RAS and IAS Servers.' {
        $registered = Read-VpnNpsDirectoryRegistration
        @($(if ($null -eq $registered) { $null } else { $true }), "registered: '$registered' (nothing outside a domain)")
    }
    Test-Assumption 'logging-switch' 'The module of the NPS cmdlets has a switch for module logging.' {
        $modules = @(foreach ($command in @(Get-Command -Name New-NpsRadiusClient, Set-NpsRadiusClient)) { $command.Module })
        @(($modules.Count -eq 2 -and $null -ne $modules[0] -and $null -ne $modules[1]), "module: $(@(foreach ($module in $modules) { "$($module.Name) ($($module.ModuleType)) logs=$($module.LogPipelineExecutionDetails)" }) -join '; ')")
    }
    Test-Assumption 'cmdlet-shows-secret' 'Get-NpsRadiusClient shows the shared secret (otherwise the export is used).' {
        $client = Get-NpsRadiusClient | Select-Object -First 1
        if (-not $client) { return @($null, 'there is no RADIUS client') }
        @([bool](Get-VpnNpsField $client 'SharedSecret'), "properties: $(@($client.PSObject.Properties | ForEach-Object { $_.Name }) -join ', ')")
    }
    Test-Assumption 'sid-type-in-registry' 'ServiceSidType in the registry is what sc.exe qsidtype shows.' {
        $value = Get-VpnNpsRegistryValue $VpnNpsServiceKey 'ServiceSidType'
        $shown = @(& sc.exe qsidtype IAS) -join ' '
        $expected = switch ($value) { 1 { 'UNRESTRICTED' } 3 { 'RESTRICTED' } default { 'NONE' } }
        @(($shown -match "\b$expected\b"), "registry: '$value'; sc.exe: $shown")
    }
    Test-Assumption 'audit-backup-number' 'auditpol /backup has a number for the subcategory in its last column.' {
        $path = Join-Path (Get-VpnNpsProtectedDirectory) "reading-$([guid]::NewGuid()).csv"
        try {
            Invoke-VpnNpsProgram 'auditpol.exe' @('/backup', "/file:$path")
            $line = Get-Content -LiteralPath $path | Where-Object { $_ -like "*$VpnNpsAuditSubcategory*" } | Select-Object -First 1
        }
        finally { if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Force } }
        @(("$line" -match ',[0-3]\s*$'), "$line")
    }
    Test-Assumption 'firewall-rules' 'The firewall rules of NPS are found by their ports.' {
        $found = @(Get-NetFirewallPortFilter -Protocol UDP | Where-Object { @($_.LocalPort) -contains '1812' } | ForEach-Object { Get-NetFirewallRule -Name $_.InstanceID })
        @(($found.Count -gt 0), (@($found | ForEach-Object { "$($_.Name) enabled=$($_.Enabled)" }) -join '; '))
    }
    Test-Assumption 'mfa-names' 'The MFA extension is found by its uninstall entry, and TENANT_ID is in its key.' {
        $version = Get-VpnNpsMfaVersion
        if (-not $version) { return @($null, 'not installed, or its uninstall entry has another name') }
        @([bool](Get-VpnNpsRegistryValue $VpnNpsMfaKey 'TENANT_ID'), "version $version")
    }
    if (-not $Change) { return }

    $backup = Backup-VpnNpsConfiguration
    $free = '198.51.100.0/27'
    $name = "vpnnps-probe-$([guid]::NewGuid().ToString('N').Substring(0, 8))"
    try {
        Test-Assumption 'prefix-accepted' 'This edition takes a prefix as address of a RADIUS client (otherwise one client per address is made).' {
            New-NpsRadiusClient -Name $name -Address $free -SharedSecret 'a throw-away value' -VendorName 'RADIUS Standard' | Out-Null
            $held = Get-NpsRadiusClient | Where-Object { $_.Name -eq $name } | Select-Object -First 1
            @(($null -ne $held -and $held.Address -eq $free), "read back: $(if ($held) { $held.Address } else { 'nothing' })")
        }
        Test-Assumption 'secret-characters' 'NPS holds every printable ASCII character of a secret as given.' {
            $all = -join (33..126 | ForEach-Object { [char]$_ })
            $single = "$name-characters"
            New-NpsRadiusClient -Name $single -Address '198.51.100.200' -SharedSecret $all | Out-Null
            $held = Read-VpnNpsRadiusClients (Read-VpnNpsConfiguration) | Where-Object { $_.name -eq $single } | Select-Object -First 1
            $read = if ($held.secret) { ConvertFrom-VpnNpsSecureString $held.secret } else { '' }
            @(($read -ceq $all), "$($read.Length) of $($all.Length) characters")
        }
        Test-Assumption 'own-policy' 'netsh nps add np makes a policy for a client by its friendly name, with the condition as it was asked for, and delete np removes it.' {
            $pattern = Get-VpnNpsClientNamePattern $name
            Invoke-VpnNpsNetsh @('add', 'np') @(@('name', $name), @('state', 'enable'), @('processingorder', ($policies.Count + 1)), @('policysource', '0'), @('conditionid', $VpnNpsClientNameId), @('conditiondata', $pattern), @('profileid', $VpnNpsProfileIds.dialIn), @('profiledata', 'FALSE'))
            $now = @(Read-VpnNpsNetworkPolicies (Read-VpnNpsConfiguration)) | Where-Object { $_.name -eq $name } | Select-Object -First 1
            Invoke-VpnNpsNetsh @('delete', 'np') @(, @('name', $name))
            $left = @(Read-VpnNpsNetworkPolicies (Read-VpnNpsConfiguration)) | Where-Object { $_.name -eq $name }
            @(($null -ne $now -and $now.conditions.Count -eq 1 -and $now.conditions[0] -ceq "MATCH(`"Client-Friendly-Name=$pattern`")" -and -not $left), "condition: $(if ($now) { $now.conditions -join ' ' } else { 'no policy' }); deleted: $(-not $left)")
        }
        Test-Assumption 'netsh-keeps-attributes' 'netsh nps set np with one attribute keeps all others.' {
            $start = Read-VpnNpsConfiguration
            Invoke-VpnNpsNetsh @('set', 'np') @(@('name', $PolicyName), @('profileid', '0x100f'), @('profiledata', ([string](-not $policy.grant)).ToUpperInvariant()))
            $end = Read-VpnNpsConfiguration
            $all = @(Compare-VpnNpsConfiguration $start $end)
            $dialIn = "NPS/RadiusProfiles/$($policy.profile)/msNPAllowDialin"
            $other = @($all | Where-Object { $_ -cne $dialIn })
            @(($all -ccontains $dialIn -and -not $other.Count), "changed: $($all -join '; ')")
        }
        Test-Assumption 'netsh-lists' 'profiledata given several times sets a list attribute to exactly these values.' {
            $settings = @(@('name', $PolicyName), @('profileid', '0x1009'))
            $wanted = @($policy.authTypes + 1 | Select-Object -Unique)
            foreach ($type in $wanted) { $settings += , @('profiledata', ('0x{0:x}' -f $type)) }
            Invoke-VpnNpsNetsh @('set', 'np') $settings
            $now = Read-VpnNpsNetworkPolicies (Read-VpnNpsConfiguration) | Where-Object { $_.name -eq $PolicyName } | Select-Object -First 1
            @(-not @(Compare-Object $wanted $now.authTypes).Count, "wanted $($wanted -join ','), held $($now.authTypes -join ',')")
        }
        Test-Assumption 'netsh-order' 'processingorder is the position in the list of policies.' {
            $last = $policies.Count
            Invoke-VpnNpsNetsh @('set', 'np') @(@('name', $PolicyName), @('processingorder', $last))
            $now = Read-VpnNpsNetworkPolicies (Read-VpnNpsConfiguration) | Where-Object { $_.name -eq $PolicyName } | Select-Object -First 1
            @(($now.order -eq $last), "wanted $last, is $($now.order)")
        }
        Test-Assumption 'limit-proxy-state' 'netsh nps set limitproxystate is known to this server; the detail tells where it is kept.' {
            $keys = 'HKLM:\SYSTEM\CurrentControlSet\Services\IAS\Parameters', 'HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Policy'
            $read = { foreach ($key in $keys) { if (Test-Path -LiteralPath $key) { Get-ItemProperty -LiteralPath $key | ForEach-Object { $_.PSObject.Properties } | Where-Object { $_.Name -notlike 'PS*' } | ForEach-Object { "$key $($_.Name)=$($_.Value)" } } } }
            $start = Read-VpnNpsConfiguration
            $old = @(& $read)
            Invoke-VpnNpsNetsh @('set', 'limitproxystate') @(, @('all', 'enable'))
            $where = @(Compare-VpnNpsConfiguration $start (Read-VpnNpsConfiguration)) + @(& $read | Where-Object { $old -notcontains $_ })
            @($true, "changed: $(if ($where.Count) { $where -join '; ' } else { 'nothing that was looked at (it may have been on before)' })")
        }
    }
    finally { Import-NpsConfiguration -Path $backup | Out-Null }
    Test-Assumption 'import-restores' 'Import-NpsConfiguration puts everything back as it was.' {
        $left = @(Compare-VpnNpsConfiguration $before (Read-VpnNpsConfiguration))
        @(-not $left.Count, $(if ($left.Count) { "different: $($left -join '; '). The backup is $backup" } else { "backup: $backup" }))
    }
} ([bool]$Change) $PolicyName

if (-not $Json) { return $results }
if (-not $MostBytes) { return ConvertTo-Json -InputObject @($results) -Depth 3 -Compress }
foreach ($most in 400, 200, 100, 50, 0) {
    $short = @(foreach ($one in $results) { [ordered]@{ id = $one.id; holds = $one.holds; detail = $(if ($one.detail.Length -gt $most) { $one.detail.Substring(0, $most) + '...' } else { $one.detail }) } })
    $line = ConvertTo-Json -InputObject $short -Depth 3 -Compress
    if ([System.Text.Encoding]::UTF8.GetByteCount($line) -le $MostBytes) { break }
}
$line
