# Whether the NPS extension for Microsoft Entra multifactor authentication is installed, loaded and registered, and whether
# it asks every user.

$VpnNpsMfaKey = 'HKLM:\SOFTWARE\Microsoft\AzureMfa'
$VpnNpsMfaDllKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\AuthSrv\Parameters'
$VpnNpsUninstallKeys = @('HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall', 'HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall')

# Win32_Product would make the installer check (and repair) every product on the server. The uninstall keys do not do
# this.
function Get-VpnNpsMfaVersion {
    foreach ($key in $VpnNpsUninstallKeys) {
        if (-not (Test-Path -LiteralPath $key)) { continue }
        foreach ($entry in @(Get-ItemProperty -Path "$key\*" -ErrorAction SilentlyContinue)) {
            $name = $entry.PSObject.Properties['DisplayName']
            if ($null -eq $name -or "$($name.Value)" -notmatch '^NPS Extension\b.*(MFA|multi-?factor)') { continue }
            $version = $entry.PSObject.Properties['DisplayVersion']
            if ($null -ne $version) { return [string]$version.Value }
            return ''
        }
    }
}

# Both DLLs by name: a blank value switches the extension off without any message.
function Test-VpnNpsMfaLoaded {
    $authz = @(Get-VpnNpsRegistryValue $VpnNpsMfaDllKey 'AuthorizationDLLs') -join ';'
    $authn = @(Get-VpnNpsRegistryValue $VpnNpsMfaDllKey 'ExtensionDLLs') -join ';'
    $authz -match 'MfaNpsAuthzExt\.dll' -and $authn -match 'MfaNpsAuthnExt\.dll'
}

# The certificate with which the extension signs in. CLIENT_CERT_IDENTIFIER names it by thumbprint or by subject
# (Microsoft allows both; people paste thumbprints with spaces). Without it, it is found by the tenant in its subject.
# After a renewal the old certificate is still there: the one that is valid longest counts.
function Get-VpnNpsMfaCertificate {
    param([string]$TenantId)
    $identifier = "$(Get-VpnNpsRegistryValue $VpnNpsMfaKey 'CLIENT_CERT_IDENTIFIER')".Trim()
    # The console puts an invisible character before a copied thumbprint.
    $thumbprint = [regex]::Replace($identifier, '[^0-9A-Fa-f]', '')
    $best = $null
    foreach ($certificate in @(Get-ChildItem -Path 'Cert:\LocalMachine\My')) {
        $named = $false
        if ($identifier) {
            $subject = $identifier -replace '^(?i)CN='
            $named = ($thumbprint.Length -eq 40 -and $certificate.Thumbprint -eq $thumbprint) -or $certificate.Subject -eq $identifier -or $certificate.Subject -match "(^|, ?)CN=`"?$([regex]::Escape($subject))`"?(,|$)"
        }
        elseif ($TenantId) { $named = $certificate.Subject -match "CN=$([regex]::Escape($TenantId))(,|$)" -and $certificate.Subject -match 'OU="?Microsoft NPS Extension"?' }
        if ($named -and ($null -eq $best -or $certificate.NotAfter -gt $best.NotAfter)) { $best = $certificate }
    }
    $best
}

# The hosts that do not answer on 443. All are tried at once, for three seconds altogether.
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

# Whether the running service has loaded the extension; $null when this is not known. The extension may have been
# installed after the service started. Then a restart would ask the users of every RADIUS client for a second factor.
function Test-VpnNpsMfaRunning {
    try {
        $process = (Get-CimInstance -ClassName Win32_Service -Filter "Name='IAS'" -ErrorAction Stop).ProcessId
        if (-not $process) { return $null }
        foreach ($module in (Get-Process -Id $process -ErrorAction Stop).Modules) { if ("$($module.ModuleName)" -match '^MfaNpsAuth[zn]Ext\.dll$') { return $true } }
        $false
    }
    catch { $null }
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
        running          = $(if ($installed) { Test-VpnNpsMfaRunning } else { $null })
        tenantId         = $tenant
        certificate      = $certificate
        requireUserMatch = "$(Get-VpnNpsRegistryValue $VpnNpsMfaKey 'REQUIRE_USER_MATCH')".Trim() -ne 'FALSE'
        override         = Get-VpnNpsRegistryValue $VpnNpsMfaKey 'OVERRIDE_NUMBER_MATCHING_WITH_OTP'
        ipWhitelist      = "$(Get-VpnNpsRegistryValue $VpnNpsMfaKey 'IP_WHITELIST')"
        unreachable      = $unreachable
    }
}

# The extension is installed, and would refuse every RADIUS client when NPS loads it. So this module does not restart
# NPS then.
function Test-VpnNpsMfaUnregistered {
    param([hashtable]$Mfa)
    $Mfa.installed -and (-not $Mfa.tenantId -or -not $Mfa.certificate)
}

function Test-VpnNpsVersionAtLeast {
    param([string]$Version, [string]$Least)
    $parsed = $null
    # A version that cannot be read counts as new: the checks for new versions are the stricter ones.
    if (-not [version]::TryParse($Version, [ref]$parsed)) { return $true }
    $parsed -ge [version]$Least
}

# Since 1.2.2216.1 the extension asks for a code when the user has one. The VPN client has no field for it, so the
# sign-in fails. FALSE brings back approve and deny.
function Test-VpnNpsAsksForCodes {
    param([hashtable]$Mfa)
    "$($Mfa.override)".Trim() -ne 'FALSE' -and (Test-VpnNpsVersionAtLeast $Mfa.version '1.2.2216.1')
}

# Checked in every deployment, also when it wants nothing of the extension: our restart would load it.
function Get-VpnNpsMfaLoadDifference {
    param([hashtable]$Observed)
    $mfa = $Observed.mfa
    if ($Observed.others -eq 0 -or -not $mfa.loaded -or $mfa.running -ne $false -or (Test-VpnNpsMfaUnregistered $mfa)) { return }
    $change = New-VpnNpsChange 'mfa-loads-on-restart' "mfaExtension: loaded by the restart of NPS, for the users of $($Observed.others) other RADIUS client(s) too" 'server' -Restart -Asks
    New-VpnNpsDifference 'mfaLoads' @($change) (New-VpnNpsFinding 'mfa-loads-on-restart' 'The extension was installed after NPS last started, so NPS runs without it. After the next restart it asks the users of every RADIUS client for a second factor.')
}

function Get-VpnNpsMfaDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    Get-VpnNpsMfaLoadDifference $Observed
    if ($Desired.mfaExtension -eq 'skip') { return }
    $mfa = $Observed.mfa
    $shared = $Observed.others -gt 0
    if (-not $mfa.installed) {
        $changes = @()
        if ($Desired.mfaExtension -eq 'install') { $changes = @(New-VpnNpsChange 'mfa-installed' 'mfaExtension: installed; until a person registers it, it refuses every RADIUS client from the next restart of NPS on' 'server' -Asks:$shared) }
        return New-VpnNpsDifference 'mfaInstall' $changes (New-VpnNpsFinding 'mfa-not-installed' 'The NPS extension for Microsoft Entra multifactor authentication is not installed: users can sign in with only a password.')
    }
    $findings = @()
    if (-not $mfa.loaded) { $findings += New-VpnNpsFinding 'mfa-not-loaded' 'The NPS extension is installed but NPS does not load it (AuthorizationDLLs or ExtensionDLLs): users can sign in with only a password.' }
    if (-not $mfa.tenantId -and -not $mfa.certificate) { $findings += New-VpnNpsFinding 'mfa-registration-needed' 'The NPS extension is not registered with a tenant. This step needs a person with an administrator account of the tenant.' }
    elseif (-not $mfa.tenantId) { $findings += New-VpnNpsFinding 'mfa-tenant-missing' 'The NPS extension has no tenant id (TENANT_ID).' }
    elseif (-not $mfa.certificate) { $findings += New-VpnNpsFinding 'mfa-certificate' 'The certificate with which the NPS extension signs in to the tenant is not in LocalMachine\My.' }
    $findings += @(Get-VpnNpsMfaCertificateFinding $mfa.certificate)
    if (-not $mfa.requireUserMatch) { $findings += New-VpnNpsFinding 'mfa-user-match' 'REQUIRE_USER_MATCH is FALSE: users who are not registered for multifactor authentication can sign in with only a password.' }
    if ($mfa.ipWhitelist.Trim()) { $findings += New-VpnNpsFinding 'mfa-ip-whitelist' "IP_WHITELIST is '$($mfa.ipWhitelist.Trim())': requests from these addresses skip multifactor authentication." }
    if ($mfa.unreachable) { $findings += New-VpnNpsFinding 'mfa-endpoints' "No connection on port 443 to $($mfa.unreachable -join ', ')." }
    if (-not (Test-VpnNpsVersionAtLeast $mfa.version '1.2.2893.1')) { $findings += New-VpnNpsFinding 'mfa-version' "The NPS extension has version $($mfa.version)." }
    foreach ($finding in $findings) { New-VpnNpsDifference 'mfa' @() $finding }
    if (Test-VpnNpsAsksForCodes $mfa) {
        $change = New-VpnNpsChange 'mfa-text-codes' 'mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE' 'server' -Restart -Asks:$shared
        New-VpnNpsDifference 'mfaTextCodes' @($change) (New-VpnNpsFinding 'mfa-text-codes' 'The NPS extension asks for a code, which a VPN client cannot enter: OVERRIDE_NUMBER_MATCHING_WITH_OTP is not FALSE.')
    }
    if ($shared) {
        $some = @(foreach ($client in @($Observed.otherClients | Select-Object -First 3)) { $client.name }) -join ', '
        New-VpnNpsDifference 'mfa' @() (New-VpnNpsFinding 'other-clients-get-mfa' "$($Observed.others) other RADIUS client(s) use this NPS ($some): the extension asks their users as well.")
    }
}

function Get-VpnNpsMfaCertificateFinding {
    param($Certificate)
    if (-not $Certificate) { return }
    $until = ([datetime]$Certificate.NotAfter).ToUniversalTime()
    $day = $until.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture)
    $days = [math]::Floor(($until - [datetime]::UtcNow).TotalDays)
    if ($until -le [datetime]::UtcNow) { New-VpnNpsFinding 'mfa-certificate' "The certificate $($Certificate.Thumbprint) of the NPS extension expired on $day." }
    elseif ($days -lt 30) { New-VpnNpsFinding 'mfa-certificate' "The certificate $($Certificate.Thumbprint) of the NPS extension expires on $day, in $days days." }
}

function Get-VpnNpsMfaState {
    param([hashtable]$Mfa)
    # A function without output gives a value that ConvertTo-Json writes as {}. Only a real $null becomes null.
    $text = @{}
    foreach ($field in 'version', 'tenantId', 'override') { $text[$field] = $null; if ($null -ne $Mfa[$field]) { $text[$field] = [string]$Mfa[$field] } }
    $certificate = $null
    if ($Mfa.certificate) { $certificate = [ordered]@{ thumbprint = [string]$Mfa.certificate.Thumbprint; notAfter = ([datetime]$Mfa.certificate.NotAfter).ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [cultureinfo]::InvariantCulture) } }
    $reachable = $null
    if ($null -ne $Mfa.unreachable) { $reachable = @($Mfa.unreachable).Count -eq 0 }
    [ordered]@{
        installed = $Mfa.installed; version = $text.version; loaded = $Mfa.loaded; tenantId = $text.tenantId; certificate = $certificate
        requireUserMatch = $Mfa.requireUserMatch; overrideNumberMatching = $text.override; ipWhitelist = $Mfa.ipWhitelist; endpointsReachable = $reachable
    }
}
