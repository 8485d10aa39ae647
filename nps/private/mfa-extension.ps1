# The NPS extension for Microsoft Entra multifactor authentication: installed, loaded, registered, and asking everybody.

$VpnNpsMfaKey = 'HKLM:\SOFTWARE\Microsoft\AzureMfa'
$VpnNpsMfaDllKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\AuthSrv\Parameters'
$VpnNpsUninstallKey = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'
$VpnNpsMfaSetup = "& 'C:\Program Files\Microsoft\AzureMfa\Config\AzureMfaNpsExtnConfigSetup.ps1'"

# Win32_Product would make the installer check (and repair) every product on the server: the uninstall keys do not.
function Get-VpnNpsMfaVersion {
    if (-not (Test-Path -LiteralPath $VpnNpsUninstallKey)) { return }
    $entries = @(Get-ItemProperty -Path "$VpnNpsUninstallKey\*" -ErrorAction SilentlyContinue)
    $entry = $entries | Where-Object { (Get-VpnNpsField $_ 'DisplayName') -match '^NPS Extension\b.*(MFA|multi-?factor)' } | Select-Object -First 1
    if ($entry) { [string](Get-VpnNpsField $entry 'DisplayVersion') }
}

# Both DLLs by name: a blank value is what switches the extension off without a trace.
function Test-VpnNpsMfaLoaded {
    $authz = @(Get-VpnNpsRegistryValue $VpnNpsMfaDllKey 'AuthorizationDLLs') -join ';'
    $authn = @(Get-VpnNpsRegistryValue $VpnNpsMfaDllKey 'ExtensionDLLs') -join ';'
    $authz -match 'MfaNpsAuthzExt\.dll' -and $authn -match 'MfaNpsAuthnExt\.dll'
}

# The certificate the extension signs in with: named by CLIENT_CERT_IDENTIFIER, else found by its subject. After a
# renewal the old one is still there: the one that lasts longest counts.
function Get-VpnNpsMfaCertificate {
    param([string]$TenantId)
    $thumbprint = Get-VpnNpsRegistryValue $VpnNpsMfaKey 'CLIENT_CERT_IDENTIFIER'
    $certificates = @(Get-ChildItem -Path 'Cert:\LocalMachine\My')
    if ($thumbprint) { $certificates = @($certificates | Where-Object { $_.Thumbprint -eq $thumbprint }) }
    elseif ($TenantId) { $certificates = @($certificates | Where-Object { $_.Subject -match "CN=$([regex]::Escape($TenantId))(,|$)" -and $_.Subject -match 'OU="?Microsoft NPS Extension"?' }) }
    else { return }
    $certificates | Sort-Object -Property NotAfter -Descending | Select-Object -First 1
}

# Which of the hosts do not answer on 443. All are tried at once, three seconds altogether.
function Get-VpnNpsUnreachableEndpoint {
    param([string[]]$Names)
    $deadline = [datetime]::UtcNow.AddSeconds(3)
    $attempts = @(foreach ($name in $Names) {
            $client = New-Object -TypeName System.Net.Sockets.TcpClient
            $task = $null
            try { $task = $client.ConnectAsync($name, 443) } catch { $task = $null }
            @{ name = $name; client = $client; task = $task }
        })
    foreach ($attempt in $attempts) {
        $left = [int][math]::Max(0, ($deadline - [datetime]::UtcNow).TotalMilliseconds)
        $answered = $false
        try { $answered = $attempt.task.Wait($left) } catch { $answered = $false }
        $attempt.client.Dispose()
        if (-not $answered) { $attempt.name }
    }
}

function Read-VpnNpsMfaExtension {
    param([hashtable]$Desired)
    $version = Get-VpnNpsMfaVersion
    $installed = $null -ne $version
    $tenant = Get-VpnNpsRegistryValue $VpnNpsMfaKey 'TENANT_ID'
    $certificate = $null
    $unreachable = $null
    if ($installed) {
        $certificate = Get-VpnNpsMfaCertificate $tenant
        if ($Desired.mfaExtension -ne 'skip') { $unreachable = @(Get-VpnNpsUnreachableEndpoint $Desired.mfaEndpoints) }
    }
    @{
        installed        = $installed
        version          = $version
        loaded           = $installed -and (Test-VpnNpsMfaLoaded)
        tenantId         = $tenant
        certificate      = $certificate
        requireUserMatch = "$(Get-VpnNpsRegistryValue $VpnNpsMfaKey 'REQUIRE_USER_MATCH')".Trim() -ne 'FALSE'
        override         = Get-VpnNpsRegistryValue $VpnNpsMfaKey 'OVERRIDE_NUMBER_MATCHING_WITH_OTP'
        ipWhitelist      = "$(Get-VpnNpsRegistryValue $VpnNpsMfaKey 'IP_WHITELIST')"
        unreachable      = $unreachable
    }
}

function Test-VpnNpsVersionAtLeast {
    param([string]$Version, [string]$Least)
    $parsed = $null
    # A version that cannot be read is treated as new: the checks for new versions are the stricter ones.
    if (-not [version]::TryParse($Version, [ref]$parsed)) { return $true }
    $parsed -ge [version]$Least
}

function Get-VpnNpsMfaDifference {
    param([hashtable]$Desired, [hashtable]$Mfa, [object[]]$Clients)
    if ($Desired.mfaExtension -eq 'skip') { return }
    if (-not $Mfa.installed) {
        $fix = 'Install the extension (https://aka.ms/npsmfa) and register it with the tenant.'
        $finding = New-VpnNpsFinding 'mfa-not-installed' 'high' 'The NPS extension for Microsoft Entra multifactor authentication is not installed: a password alone opens the VPN.' $fix
        $changes = @()
        if ($Desired.mfaExtension -eq 'install') { $changes = @('mfaExtension: installed') }
        return New-VpnNpsDifference 'mfaInstall' $changes $finding
    }
    $setup = "On this server, in Windows PowerShell as administrator, run: $VpnNpsMfaSetup (it asks for a sign-in and the tenant id)."
    $findings = @()
    if (-not $Mfa.loaded) { $findings += New-VpnNpsFinding 'mfa-not-loaded' 'high' 'The NPS extension is installed but NPS does not load it (AuthorizationDLLs or ExtensionDLLs): a password alone opens the VPN.' $setup }
    if (-not $Mfa.tenantId -and -not $Mfa.certificate) { $findings += New-VpnNpsFinding 'mfa-registration-needed' 'high' 'The NPS extension is not registered with a tenant. This step needs a person with an administrator account of the tenant.' $setup }
    elseif (-not $Mfa.tenantId) { $findings += New-VpnNpsFinding 'mfa-tenant-missing' 'high' 'The NPS extension has no tenant id (TENANT_ID).' $setup }
    elseif (-not $Mfa.certificate) { $findings += New-VpnNpsFinding 'mfa-certificate-missing' 'high' 'The certificate with which the NPS extension signs in to the tenant is not in LocalMachine\My.' $setup }
    $findings += @(Get-VpnNpsMfaCertificateFinding $Mfa.certificate $setup)
    if (-not $Mfa.requireUserMatch) { $findings += New-VpnNpsFinding 'mfa-user-match-off' 'high' 'REQUIRE_USER_MATCH is FALSE: users not registered for multifactor authentication get in with a password alone.' "Remove REQUIRE_USER_MATCH from $VpnNpsMfaKey or set it to TRUE, then restart the service IAS." }
    if ($Mfa.ipWhitelist.Trim()) { $findings += New-VpnNpsFinding 'mfa-ip-whitelist' 'medium' "IP_WHITELIST is '$($Mfa.ipWhitelist.Trim())': requests from these addresses skip multifactor authentication." "Empty IP_WHITELIST in $VpnNpsMfaKey, then restart the service IAS." }
    if ($Mfa.unreachable) { $findings += New-VpnNpsFinding 'mfa-endpoint-unreachable' 'high' "No connection on port 443 to $($Mfa.unreachable -join ', ')." 'Allow these hosts in the firewall; the extension cannot use a proxy.' }
    if (-not (Test-VpnNpsVersionAtLeast $Mfa.version '1.2.2893.1')) { $findings += New-VpnNpsFinding 'mfa-version-old' 'low' "The NPS extension has version $($Mfa.version)." 'Install the current version from https://aka.ms/npsmfa.' }
    foreach ($finding in $findings) { New-VpnNpsDifference 'mfa' @() $finding }
    Get-VpnNpsTextCodeDifference $Mfa
    $others = @(Get-VpnNpsOtherRadiusClient $Desired $Clients)
    if ($others.Count) {
        New-VpnNpsDifference 'mfa' @() (New-VpnNpsFinding 'other-clients-get-mfa' 'info' "$($others.Count) other RADIUS client(s) use this NPS ($(@($others | Select-Object -First 3 | ForEach-Object { $_.name }) -join ', ')): the extension asks their users as well." 'Use another NPS for clients that must not be asked.')
    }
}

function Get-VpnNpsMfaCertificateFinding {
    param($Certificate, [string]$Setup)
    if (-not $Certificate) { return }
    $until = ([datetime]$Certificate.NotAfter).ToUniversalTime()
    $days = [math]::Floor(($until - [datetime]::UtcNow).TotalDays)
    if ($until -le [datetime]::UtcNow) { New-VpnNpsFinding 'mfa-certificate-expired' 'high' "The certificate of the NPS extension expired on $($until.ToString('yyyy-MM-dd'))." $Setup }
    elseif ($days -le 30) { New-VpnNpsFinding 'mfa-certificate-expiring' 'medium' "The certificate of the NPS extension expires on $($until.ToString('yyyy-MM-dd')), in $days days." $Setup }
}

# Since 1.2.2216.1 the extension asks for a code where the user has one; the VPN client has no field for it, so the
# sign-in fails. FALSE brings back approve and deny.
function Get-VpnNpsTextCodeDifference {
    param([hashtable]$Mfa)
    if ("$($Mfa.override)".Trim() -eq 'FALSE' -or -not (Test-VpnNpsVersionAtLeast $Mfa.version '1.2.2216.1')) { return }
    $finding = New-VpnNpsFinding 'mfa-text-codes' 'high' 'The NPS extension asks for a code, which a VPN client cannot enter: OVERRIDE_NUMBER_MATCHING_WITH_OTP is not FALSE.' 'Apply the desired state.'
    New-VpnNpsDifference 'mfaTextCodes' @('mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE') $finding
}

function Get-VpnNpsMfaState {
    param([hashtable]$Mfa)
    # A function without output gives a value that ConvertTo-Json writes as {}; only a real $null becomes null.
    $text = @{}
    foreach ($field in 'version', 'tenantId', 'override') { $text[$field] = $null; if ($null -ne $Mfa[$field]) { $text[$field] = [string]$Mfa[$field] } }
    $certificate = $null
    if ($Mfa.certificate) { $certificate = [ordered]@{ thumbprint = [string]$Mfa.certificate.Thumbprint; notAfter = ([datetime]$Mfa.certificate.NotAfter).ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") } }
    $reachable = $null
    if ($null -ne $Mfa.unreachable) { $reachable = @($Mfa.unreachable).Count -eq 0 }
    [ordered]@{
        installed = $Mfa.installed; version = $text.version; loaded = $Mfa.loaded; tenantId = $text.tenantId; certificate = $certificate
        requireUserMatch = $Mfa.requireUserMatch; overrideNumberMatching = $text.override; ipWhitelist = $Mfa.ipWhitelist; endpointsReachable = $reachable
    }
}
