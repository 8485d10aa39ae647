# A key pair of only this server, so that a secret can be sent to it in a parameter that may be logged: event 400 of
# Windows PowerShell, event 4688 and transcripts keep the command lines of a run command. The private key stays in the
# machine's key store and cannot be exported.

function Get-VpnNpsSecretKey {
    $parameters = [System.Security.Cryptography.CspParameters]::new(24)
    $parameters.KeyContainerName = 'VpnNps'
    # UseMachineKeyStore and UseNonExportableKey.
    $parameters.Flags = [System.Security.Cryptography.CspProviderFlags]5
    New-Object -TypeName System.Security.Cryptography.RSACryptoServiceProvider -ArgumentList 2048, $parameters
}

# Nothing when the key store gives no key. Then the app says that the secret will be readable in logs.
function Get-VpnNpsSecretKeyText {
    try {
        $rsa = Get-VpnNpsSecretKey
        try { [System.Convert]::ToBase64String($rsa.ExportParameters($false).Modulus) } finally { $rsa.Dispose() }
    }
    catch { }
}

# Base64 of the secret, encrypted for this server with OAEP (SHA-1, which every version of Windows accepts).
function ConvertFrom-VpnNpsSealedSecret {
    param([string]$Sealed)
    $rsa = Get-VpnNpsSecretKey
    try { $bytes = $rsa.Decrypt([System.Convert]::FromBase64String($Sealed), $true) }
    catch { throw (New-VpnNpsError 'SecretKeyUnknown' 'The secret was encrypted for another server, or for a key that this server no longer has. Ask it for its key again.' 'SharedSecret') }
    finally { $rsa.Dispose() }
    $secure = [securestring]::new()
    foreach ($character in [System.Text.Encoding]::UTF8.GetString($bytes).ToCharArray()) { $secure.AppendChar($character) }
    $secure
}
