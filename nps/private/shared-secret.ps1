# The shared secret. It travels as a SecureString: what is bound to a parameter may be recorded by module logging
# (event 4103), and a SecureString is recorded as its type name.

function ConvertFrom-VpnNpsSecureString {
    param([securestring]$Secret)
    [System.Net.NetworkCredential]::new('', $Secret).Password
}

# The rule of the gateway's end, which is the stricter one: 1 to 128 printable ASCII characters.
function Assert-VpnNpsSecret {
    param([securestring]$Secret)
    if ($null -eq $Secret) { return }
    $plain = ConvertFrom-VpnNpsSecureString $Secret
    $wrong = $null
    if ($plain.Length -eq 0) { $wrong = 'is empty' }
    elseif ($plain.Length -gt 128) { $wrong = "has $($plain.Length) characters; 128 are the most" }
    elseif ($plain -match '[^\x20-\x7e]') { $wrong = 'holds a character that is not printable ASCII' }
    elseif ($plain -ne $plain.Trim()) { $wrong = 'begins or ends with a space' }
    if ($wrong) { throw (New-VpnNpsError 'SecretInvalid' "The shared secret $wrong." 'SharedSecret') }
}

function Test-VpnNpsSecretEqual {
    param([securestring]$Secret, [hashtable]$Client)
    $null -ne $Client.secret -and (ConvertFrom-VpnNpsSecureString $Secret) -ceq $Client.secret
}

# Proves which secret NPS holds to one who knows it, and tells nothing to anybody else.
function Get-VpnNpsSecretProof {
    param([byte[]]$Key, [hashtable]$Client)
    if ($null -eq $Client.secret) { return }
    $hmac = [System.Security.Cryptography.HMACSHA256]::new($Key)
    try { [System.Convert]::ToBase64String($hmac.ComputeHash([System.Text.Encoding]::UTF8.GetBytes($Client.secret))) } finally { $hmac.Dispose() }
}

# -SharedSecret of the NPS cmdlets is a plain string, so module logging would record it where a policy turned that on
# for the NPS module. The module's own switch is the documented way to leave these calls out; it is put back at once.
function Invoke-VpnNpsUnlogged {
    param([scriptblock]$Action)
    $modules = @(Get-Module -Name NPS | Where-Object { $_.LogPipelineExecutionDetails })
    foreach ($module in $modules) { $module.LogPipelineExecutionDetails = $false }
    try { & $Action } finally { foreach ($module in $modules) { $module.LogPipelineExecutionDetails = $true } }
}

# Messages of others may quote what they were given.
function Hide-VpnNpsSecret {
    param([string]$Text, [securestring]$Secret)
    if ($null -eq $Secret) { return $Text }
    $plain = ConvertFrom-VpnNpsSecureString $Secret
    if (-not $plain) { return $Text }
    $Text.Replace($plain, '***')
}
