# The shared secret, and those of other RADIUS clients. They are passed on as SecureStrings: module logging (event 4103)
# may record what is bound to a parameter, and it records a SecureString as its type name. So no secret and no part of
# an export is ever an argument or goes through a pipeline: only .NET methods and the language itself touch them.

function ConvertFrom-VpnNpsSecureString {
    param([securestring]$Secret)
    [System.Net.NetworkCredential]::new('', $Secret).Password
}

# The rule of the gateway's side, which is the stricter one: 1 to 128 printable ASCII characters.
function Assert-VpnNpsSecret {
    param([securestring]$Secret)
    if ($null -eq $Secret) { return }
    $plain = ConvertFrom-VpnNpsSecureString $Secret
    $wrong = $null
    if ($plain.Length -eq 0) { $wrong = 'is empty' }
    elseif ($plain.Length -gt 128) { $wrong = "has $($plain.Length) characters, but at most 128 are allowed" }
    elseif ($plain -match '[^\x20-\x7e]') { $wrong = 'contains a character that is not printable ASCII' }
    elseif ($plain -ne $plain.Trim()) { $wrong = 'begins or ends with a space' }
    if ($wrong) { throw (New-VpnNpsError 'SecretInvalid' "The shared secret $wrong." 'SharedSecret') }
}

# With case, byte for byte: -eq would take "Secret" for "secret".
function Test-VpnNpsSecretEqual {
    param([securestring]$Left, [securestring]$Right)
    if ($null -eq $Left -or $null -eq $Right) { return $false }
    [string]::Equals((ConvertFrom-VpnNpsSecureString $Left), (ConvertFrom-VpnNpsSecureString $Right), [System.StringComparison]::Ordinal)
}

# Proves to somebody who knows the secret that NPS holds it, and tells nothing to anybody else.
function Get-VpnNpsSecretProof {
    param([byte[]]$Key, [hashtable]$Client)
    if ($null -eq $Client.secret) { return }
    $hmac = [System.Security.Cryptography.HMACSHA256]::new($Key)
    try { [System.Convert]::ToBase64String($hmac.ComputeHash([System.Text.Encoding]::UTF8.GetBytes((ConvertFrom-VpnNpsSecureString $Client.secret)))) } finally { $hmac.Dispose() }
}

# -SharedSecret of the NPS cmdlets is a plain string. So module logging would record it when a Windows policy turned
# logging on for the NPS module. The module's own switch is the documented way to leave these calls out; it is put back
# at once. PowerShell looks at the switch of the module that a command belongs to. That may be another module than the
# one named NPS: for example a nested module, or a third one that hands its commands on.
function Get-VpnNpsLoggedModule {
    $modules = @(Get-Module -Name NPS)
    foreach ($command in @(Get-Command -Name New-NpsRadiusClient, Set-NpsRadiusClient -ErrorAction SilentlyContinue)) { if ($command.Module) { $modules += $command.Module } }
    foreach ($module in $modules) { foreach ($one in @($module) + @($module.NestedModules)) { if ($one -and $one.LogPipelineExecutionDetails) { $one } } }
}

function Invoke-VpnNpsUnlogged {
    param([scriptblock]$Action)
    $modules = @(Get-VpnNpsLoggedModule)
    foreach ($module in $modules) { $module.LogPipelineExecutionDetails = $false }
    try { & $Action } finally { foreach ($module in $modules) { $module.LogPipelineExecutionDetails = $true } }
}

# Messages of others may quote what they were given, also in base64. The text comes in a hashtable, because a parameter
# of this function would be recorded as well.
function Hide-VpnNpsSecret {
    param([hashtable]$Said, [securestring]$Secret)
    if ($null -eq $Secret) { return $Said.text }
    $plain = ConvertFrom-VpnNpsSecureString $Secret
    if (-not $plain) { return $Said.text }
    $Said.text.Replace($plain, '***').Replace([System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($plain)), '***')
}
