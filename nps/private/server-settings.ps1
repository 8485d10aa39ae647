# The server around NPS: role, service, service SID type, firewall, audit policy, Blast-RADIUS settings.

$VpnNpsServiceKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\IAS'
$VpnNpsOwnKey = 'HKLM:\SOFTWARE\VpnNps'
# By GUID: the subcategory's name is translated.
$VpnNpsAuditSubcategory = '{0CCE9243-69AE-11D9-BED3-505054503030}'
$VpnNpsPorts = @('1812', '1813', '1645', '1646')

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
        # Only Server 2019 needs it: its firewall rules name the service, whose SID type does not let them match.
        sidType  = $(if ($build -ge 17763 -and $build -lt 20348) { (Get-VpnNpsRegistryValue $VpnNpsServiceKey 'ServiceSidType') -eq 1 } else { $null })
    }
}

# The ports on which an enabled inbound rule lets RADIUS through, and the disabled rules that would.
function Read-VpnNpsFirewall {
    $open = @{}
    $disabled = @{}
    foreach ($filter in @(Get-NetFirewallPortFilter -Protocol UDP)) {
        $ports = @($VpnNpsPorts | Where-Object { @($filter.LocalPort) -contains $_ })
        if (-not $ports.Count) { continue }
        foreach ($rule in @(Get-NetFirewallRule -Name $filter.InstanceID -ErrorAction SilentlyContinue)) {
            if ("$($rule.Direction)" -ne 'Inbound' -or "$($rule.Action)" -ne 'Allow') { continue }
            foreach ($port in $ports) { if ("$($rule.Enabled)" -eq 'True') { $open[$port] = $true } else { $disabled[$port] = $rule.Name } }
        }
    }
    @{ closed = @($VpnNpsPorts | Where-Object { -not $open.ContainsKey($_) }); disabled = $disabled }
}

# The backup of the audit policy has a number in its last column; everything else auditpol prints is translated.
function Read-VpnNpsAuditPolicy {
    $path = Join-Path (Get-VpnNpsProtectedDirectory) "reading-$([guid]::NewGuid()).csv"
    try {
        Invoke-VpnNpsProgram 'auditpol.exe' @('/backup', "/file:$path")
        $setting = 0
        foreach ($line in @(Get-Content -LiteralPath $path)) {
            if ($line -like "*$VpnNpsAuditSubcategory*" -and $line -match ',(\d)\s*$') { $setting = [int]$Matches[1] }
        }
        @{ success = ($setting -band 1) -eq 1; failure = ($setting -band 2) -eq 2 }
    }
    finally { if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Force } }
}

# Where NPS keeps these two is not documented. A setting of that name in the export counts; else what we noted when
# netsh accepted it. Unknown counts as off.
function Read-VpnNpsBlastRadius {
    param([System.Xml.XmlDocument]$Configuration)
    $held = @{}
    foreach ($name in 'limitProxyState', 'requireMsgAuth') {
        $value = $null
        if ($Configuration) {
            $nodes = @($Configuration.SelectNodes('//Properties/*') | Where-Object { $_.LocalName.Replace('_', '') -eq $name } | ForEach-Object { $_.InnerText })
            $nodes += @($Configuration.SelectNodes('//registryValue') | Where-Object { $_.GetAttribute('name') -eq $name } | ForEach-Object { $_.GetAttribute('value') })
            $value = $nodes | Select-Object -First 1
        }
        if ($null -eq $value) { $value = Get-VpnNpsRegistryValue $VpnNpsOwnKey $name }
        $held[$name] = "$value" -eq '1'
    }
    $held
}

function Get-VpnNpsServerDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    $server = $Observed.server
    if ($server.core) { New-VpnNpsDifference 'role' @() (New-VpnNpsFinding 'server-core' 'high' 'This is Server Core, which cannot hold the role Network Policy and Access Services.' 'Use a server with Desktop Experience.') }
    if (-not $server.npas) {
        $changes = @('server: role NPAS installed')
        if ($server.core) { $changes = @() }
        New-VpnNpsDifference 'role' $changes (New-VpnNpsFinding 'npas-missing' 'high' 'The role Network Policy and Access Services (NPAS) or its management tools are not installed.' 'Apply the desired state, or run: Install-WindowsFeature NPAS -IncludeManagementTools')
        return
    }
    if (-not $server.running) { New-VpnNpsDifference 'service' @('server: service IAS started') (New-VpnNpsFinding 'service-stopped' 'high' 'The service IAS (Network Policy Server) is not running.' 'Apply the desired state, or run: Start-Service IAS') }
    if ($server.sidType -eq $false) { New-VpnNpsDifference 'sidType' @('server: service SID type of IAS set to unrestricted') (New-VpnNpsFinding 'sidtype-restricted' 'medium' 'On Windows Server 2019 the firewall drops RADIUS while the service SID type of IAS is not unrestricted.' 'Apply the desired state, or run: sc.exe sidtype IAS unrestricted') }
    if ($Observed.firewall.closed.Count) {
        $ports = $Observed.firewall.closed -join ', '
        New-VpnNpsDifference 'firewall' @("firewall: UDP $ports opened") (New-VpnNpsFinding 'firewall-closed' 'high' "No enabled firewall rule lets RADIUS in on UDP $ports." 'Apply the desired state, or enable the rules of Network Policy Server.')
    }
    if (-not $Observed.audit.success -or -not $Observed.audit.failure) {
        New-VpnNpsDifference 'audit' @('audit: success and failure of Network Policy Server recorded') (New-VpnNpsFinding 'audit-off' 'medium' 'Granted and denied requests are not both written to the security log (events 6272 and 6273).' 'Apply the desired state.')
    }
    if ($Desired.limitProxyState -and -not $Observed.blastRadius.limitProxyState) {
        New-VpnNpsDifference 'limitProxyState' @('blastRadius: limitProxyState enabled') (New-VpnNpsFinding 'limit-proxy-state-off' 'medium' 'Not known to be on: limitProxyState, which drops the packets used to attack RADIUS (CVE-2024-3596).' 'Install the Windows updates of July 2024 or later and apply the desired state.')
    }
    Get-VpnNpsMessageAuthenticatorDifference $Desired $Observed
}

# requireMsgAuth holds for the whole server. So it is switched on only where no client but ours could be locked out by
# it, and never off: somebody may have switched it on for their own reasons.
function Get-VpnNpsMessageAuthenticatorDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    # By hand the note has to be made by hand as well (see Read-VpnNpsBlastRadius).
    $command = 'netsh nps set requiremsgauth all="{0}"; reg add HKLM\SOFTWARE\VpnNps /v requireMsgAuth /t REG_DWORD /d {1} /f; Restart-Service IAS'
    if ($Observed.blastRadius.requireMsgAuth) {
        # Whether the gateway sends Message-Authenticator with PAP is not documented.
        if ($Desired.networkPolicy.authenticationMethods -contains 'PAP') {
            New-VpnNpsDifference 'requireMsgAuthOn' @() (New-VpnNpsFinding 'require-message-authenticator-on' 'medium' 'requireMsgAuth is on: NPS drops packets without Message-Authenticator, and whether the gateway sends it with PAP (OpenVPN) is not documented. Users of OpenVPN may not be able to sign in.' "Sign in once with OpenVPN and look for event 17 of source NPS in the System log. Where it appears, use another NPS for OpenVPN, or run: $($command -f 'disable', 0)")
        }
        return
    }
    if (-not $Desired.requireMsgAuth) { return }
    $message = 'Not known to be on: requireMsgAuth, which drops packets without Message-Authenticator (CVE-2024-3596).'
    $others = @(Get-VpnNpsOtherRadiusClient $Desired $Observed.clients).Count
    if ($others) {
        New-VpnNpsDifference 'requireMsgAuthLeft' @() (New-VpnNpsFinding 'require-message-authenticator-off' 'medium' "$message It is left as it is: it holds for the whole server, and $others other RADIUS client(s) use this NPS, whose users it may lock out." "Find out whether each of them sends Message-Authenticator (with EAP it must; with PAP, CHAP or MS-CHAP it may not). Only then run: $($command -f 'enable', 1)")
        return
    }
    New-VpnNpsDifference 'requireMsgAuth' @('blastRadius: requireMessageAuthenticator enabled') (New-VpnNpsFinding 'require-message-authenticator-off' 'medium' $message 'Install the Windows updates of July 2024 or later and apply the desired state.')
}

function Set-VpnNpsFirewall {
    param([hashtable]$Firewall)
    foreach ($port in $Firewall.closed) {
        if ($Firewall.disabled.ContainsKey($port)) { Enable-NetFirewallRule -Name $Firewall.disabled[$port] -ErrorAction Stop | Out-Null }
        else { New-NetFirewallRule -Name "VpnNps-UDP-$port" -DisplayName "RADIUS (UDP $port)" -Direction Inbound -Action Allow -Protocol UDP -LocalPort $port -Enabled True -ErrorAction Stop | Out-Null }
    }
}

# Answers whether NPS took it: a server without the updates does not know the command.
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

function Get-VpnNpsServerState {
    param([hashtable]$Server)
    $state = [ordered]@{ name = $Server.name; os = $Server.os; npasInstalled = $Server.npas; serviceRunning = $Server.running }
    if ($null -ne $Server.sidType) { $state['sidTypeUnrestricted'] = $Server.sidType }
    $state
}
