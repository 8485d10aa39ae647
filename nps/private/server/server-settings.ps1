# The server around NPS: role, service, service SID type, audit policy, Blast-RADIUS settings. All of these apply to
# every RADIUS client of the server. So when there are others, Set changes them only with approval.

$VpnNpsServiceKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\IAS'
$VpnNpsOwnKey = 'HKLM:\SOFTWARE\VpnNps'
# By GUID, because the name of the subcategory is translated.
$VpnNpsAuditSubcategory = '{0CCE9243-69AE-11D9-BED3-505054503030}'

function Read-VpnNpsServer {
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $build = [int](Get-VpnNpsRegistryValue $key 'CurrentBuildNumber')
    $year = switch ($build) { { $_ -ge 26100 } { '2025'; break } { $_ -ge 20348 } { '2022'; break } { $_ -ge 17763 } { '2019'; break } { $_ -ge 14393 } { '2016'; break } default { '' } }
    $feature = Get-WindowsFeature -Name NPAS
    # The role without its management tools has the service but not the cmdlets.
    $cmdlets = $null -ne (Get-Command -Name Export-NpsConfiguration -ErrorAction SilentlyContinue)
    $npas = [bool]$feature.Installed -and $cmdlets
    $service = Get-Service -Name IAS -ErrorAction SilentlyContinue
    @{
        name     = [string]$env:COMPUTERNAME
        os       = "Windows Server $year".Trim()
        core     = (Get-VpnNpsRegistryValue $key 'InstallationType') -eq 'Server Core'
        npas     = $npas
        running  = $null -ne $service -and "$($service.Status)" -eq 'Running'
        # Only Server 2019 needs it: its firewall rules name the service, and the SID type of the service keeps them
        # from matching.
        sidType  = $(if ($build -ge 17763 -and $build -lt 20348) { (Get-VpnNpsRegistryValue $VpnNpsServiceKey 'ServiceSidType') -eq 1 } else { $null })
    }
}

# Whether the server is in the group "RAS and IAS Servers" (RID 553) of its domain, so that it may read the dial-in tab
# of accounts; $null when this is not known, as outside a domain.
function Read-VpnNpsDirectoryRegistration {
    try {
        $searcher = New-Object -TypeName System.DirectoryServices.DirectorySearcher
        if ($null -eq $searcher) { return $null }
        $searcher.Filter = "(sAMAccountName=$($env:COMPUTERNAME)$)"
        $found = $searcher.FindOne()
        if ($null -eq $found) { return $null }
        $entry = $found.GetDirectoryEntry()
        $entry.RefreshCache(@('tokenGroups'))
        # A SID ends with its RID, four bytes.
        foreach ($bytes in $entry.Properties['tokenGroups']) { if ([System.BitConverter]::ToUInt32([byte[]]$bytes, $bytes.Length - 4) -eq 553) { return $true } }
        $false
    }
    catch { $null }
}

# The last column of the audit policy's backup is a number. Everything else that auditpol prints is translated.
function Read-VpnNpsAuditPolicy {
    $path = New-VpnNpsReadingPath 'csv'
    try {
        Invoke-VpnNpsProgram 'auditpol.exe' @('/backup', "/file:$path")
        $setting = 0
        foreach ($line in [System.IO.File]::ReadAllLines($path)) {
            if ($line -like "*$VpnNpsAuditSubcategory*" -and $line -match ',(\d)\s*$') { $setting = [int]$Matches[1] }
        }
        @{ success = ($setting -band 1) -eq 1; failure = ($setting -band 2) -eq 2 }
    }
    finally { if ([System.IO.File]::Exists($path)) { [System.IO.File]::Delete($path) } }
}

# It is not documented where NPS keeps these two. When the export has a setting with that name, it counts; otherwise
# what we noted when netsh accepted it. Three states: off, audit (records and drops nothing), on. Unknown counts as off.
function Read-VpnNpsBlastRadius {
    param([System.Xml.XmlDocument]$Configuration)
    $held = @{}
    foreach ($name in 'limitProxyState', 'requireMsgAuth') {
        $value = $null
        if ($Configuration) {
            foreach ($node in $Configuration.SelectNodes('//Properties/*')) { if ($null -eq $value -and $node.LocalName.Replace('_', '') -eq $name) { $value = $node.InnerText.Trim() } }
            foreach ($node in $Configuration.SelectNodes('//registryValue')) { if ($null -eq $value -and $node.GetAttribute('name') -eq $name) { $value = $node.GetAttribute('value') } }
        }
        if ($null -eq $value) { $value = Get-VpnNpsRegistryValue $VpnNpsOwnKey $name }
        $held[$name] = switch ("$value") { '1' { 'on' } 'enable' { 'on' } '2' { 'audit' } 'audit' { 'audit' } default { 'off' } }
    }
    $held
}

function Get-VpnNpsServerDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    $server = $Observed.server
    $shared = $Observed.others -gt 0
    if ($server.core) { New-VpnNpsDifference 'role' @() (New-VpnNpsFinding 'server-core' 'This is Server Core, which does not support the role Network Policy and Access Services.') }
    if (-not $server.npas) {
        $changes = @(New-VpnNpsChange 'role-installed' 'server: role NPAS installed' 'server')
        if ($server.core) { $changes = @() }
        New-VpnNpsDifference 'role' $changes (New-VpnNpsFinding 'npas-missing' 'The role Network Policy and Access Services (NPAS) or its management tools are not installed.')
        return
    }
    # When there is a RADIUS client, somebody used NPS. So a stopped service may be a decision, unless a run of ours
    # stopped it.
    $stopped = $Observed.clients.Count -gt 0 -and -not ($Observed.ContainsKey('unfinished') -and $Observed.unfinished -and $Observed.unfinished.step -eq $VpnNpsRestarting)
    if (-not $server.running) { New-VpnNpsDifference 'service' @(New-VpnNpsChange 'service-started' 'server: service IAS started' 'server' -Restart -Asks:($shared -or $stopped)) (New-VpnNpsFinding 'nps-service' 'The service IAS (Network Policy Server) is not running.') }
    if ($Observed.ports -notcontains '1812') { New-VpnNpsDifference 'ports' @() (New-VpnNpsFinding 'nps-ports' "NPS listens for authentication on $($Observed.ports -join ', '), not on 1812.") }
    if ($server.sidType -eq $false) { New-VpnNpsDifference 'sidType' @(New-VpnNpsChange 'sidtype-unrestricted' 'server: service SID type of IAS set to unrestricted' 'server' -Restart -Asks:$shared) (New-VpnNpsFinding 'sidtype-restricted' 'On Windows Server 2019 the firewall drops RADIUS while the service SID type of IAS is not unrestricted.') }
    Get-VpnNpsFirewallDifference $Desired $Observed
    if (-not $Observed.audit.success -or -not $Observed.audit.failure) {
        New-VpnNpsDifference 'audit' @(New-VpnNpsChange 'audit-on' 'audit: success and failure of Network Policy Server recorded' 'server' -Asks:$shared) (New-VpnNpsFinding 'audit-off' 'Granted and denied requests are not both written to the security log (events 6272 and 6273).')
    }
    foreach ($name in 'limitProxyState', 'requireMsgAuth') {
        # Never changed from audit to enforced: somebody is finding out which clients would lose access.
        if ($Observed.blastRadius[$name] -eq 'audit' -and $Desired[$name]) { New-VpnNpsDifference 'blastRadius' @() (New-VpnNpsFinding 'blast-radius-audit' "$name is in Audit mode: NPS records what it would drop, and drops nothing.") }
    }
    if ($Desired.limitProxyState -and $Observed.blastRadius.limitProxyState -eq 'off') {
        New-VpnNpsDifference 'limitProxyState' @(New-VpnNpsChange 'limit-proxy-state-on' 'blastRadius: limitProxyState enabled' 'server' -Restart -Asks:$shared) (New-VpnNpsFinding 'blast-radius-proxy-state' 'Not known to be on: limitProxyState, which drops the packets used to attack RADIUS (CVE-2024-3596).')
    }
    if ($Observed.blastRadius.requireMsgAuth -eq 'on' -and $Desired.networkPolicy.authenticationMethods -contains 'PAP') {
        # Never switched off: somebody may have switched it on for their own reasons.
        New-VpnNpsDifference 'requireMsgAuthOn' @() (New-VpnNpsFinding 'require-message-authenticator-on' 'requireMsgAuth is on: NPS drops packets without Message-Authenticator, and whether the gateway sends it with PAP (OpenVPN) is not documented. Users of OpenVPN may not be able to sign in.')
    }
    if ($Desired.requireMsgAuth -and $Observed.blastRadius.requireMsgAuth -eq 'off') {
        $message = 'Not known to be on: requireMsgAuth, which drops packets without Message-Authenticator (CVE-2024-3596).'
        if ($shared) { $message += " It applies to the whole server. $($Observed.others) other RADIUS client(s) use this NPS, and their users may be locked out." }
        New-VpnNpsDifference 'requireMsgAuth' @(New-VpnNpsChange 'require-message-authenticator-on' 'blastRadius: requireMessageAuthenticator enabled' 'server' -Restart -Asks:$shared) (New-VpnNpsFinding 'blast-radius-message-authenticator' $message)
    }
}

# Returns whether NPS took it: a server without the updates does not know the command.
function Set-VpnNpsBlastRadius {
    param([string]$Name)
    try { Invoke-VpnNpsNetsh @('set', $Name.ToLowerInvariant()) @(, @('all', 'enable')) } catch { return $false }
    Set-VpnNpsRegistryValue $VpnNpsOwnKey $Name 1 'DWord'
    $true
}

function Install-VpnNpsRole {
    $answer = $null
    try { $answer = Install-WindowsFeature -Name NPAS -IncludeManagementTools -ErrorAction Stop; $reason = 'it reported no success' } catch { $reason = $_.Exception.Message }
    if (-not $answer -or -not $answer.Success) { throw (New-VpnNpsError 'NpasMissing' "The role NPAS could not be installed: $reason." 'server') }
    if (-not (Get-Command -Name Export-NpsConfiguration -ErrorAction SilentlyContinue)) { throw (New-VpnNpsError 'NpasMissing' 'The role NPAS is installed, but its cmdlets are not there yet. Restart the server, then apply again.' 'server') }
}

# Gateways that this module has set up on the server before are not among the "others": what is changed for one of them
# may be changed for all. They are noted as "name address", so that a client that was made again for something else does
# not count.
function Read-VpnNpsGatewayNote {
    $note = @{}
    foreach ($entry in @(Get-VpnNpsRegistryValue $VpnNpsOwnKey 'gatewayClients')) { if ($entry) { $note["$entry"] = $true } }
    $note
}

function Write-VpnNpsGatewayNote {
    param([hashtable]$Desired, [object[]]$Clients)
    $note = @{}
    $old = Read-VpnNpsGatewayNote
    foreach ($client in $Clients) { $entry = "$($client.name) $($client.address)"; if ($old.ContainsKey($entry)) { $note[$entry] = $true } }
    foreach ($want in $Desired.radiusClients) {
        $found = Find-VpnNpsRadiusClient $want $Clients $Desired.radiusClients
        foreach ($client in @($found.named + $found.single)) { $note["$($client.name) $($client.address)"] = $true }
    }
    $entries = [string[]]@($note.Keys)
    [array]::Sort($entries, [System.StringComparer]::Ordinal)
    $before = [string[]]@($old.Keys)
    [array]::Sort($before, [System.StringComparer]::Ordinal)
    if (($entries -join "`n") -cne ($before -join "`n")) { Set-VpnNpsRegistryValue $VpnNpsOwnKey 'gatewayClients' $entries 'MultiString' }
}

function Get-VpnNpsServerState {
    param([hashtable]$Server)
    $state = [ordered]@{ name = $Server.name; os = $Server.os; npasInstalled = $Server.npas; serviceRunning = $Server.running }
    if ($null -ne $Server.sidType) { $state['sidTypeUnrestricted'] = $Server.sidType }
    $state
}
