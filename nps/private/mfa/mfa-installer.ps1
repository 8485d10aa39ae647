# Installs the NPS extension from an installer that was given, after checking where it comes from.

function New-VpnNpsInstallerRejected {
    param([string]$Message)
    New-VpnNpsError 'InstallerRejected' "The installer of the NPS extension was not run: $Message" 'mfaInstaller'
}

function Assert-VpnNpsInstaller {
    param([string]$Path, [string]$Sha256)
    if ($Sha256) {
        $actual = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
        if ($actual -ne $Sha256) { throw (New-VpnNpsInstallerRejected "its SHA-256 is $($actual.ToLowerInvariant()), but $($Sha256.ToLowerInvariant()) was expected.") }
        return
    }
    $signature = Get-AuthenticodeSignature -LiteralPath $Path
    if ("$($signature.Status)" -ne 'Valid') { throw (New-VpnNpsInstallerRejected "its signature is $($signature.Status). Give the sha256 of an installer you trust.") }
    if ($signature.SignerCertificate.Subject -notmatch '(^|, )O=Microsoft Corporation(,|$)') { throw (New-VpnNpsInstallerRejected "it is signed by $($signature.SignerCertificate.Subject), not by Microsoft Corporation.") }
}

# The file is copied into the protected directory first, so that exactly what was checked is run.
function Install-VpnNpsMfaExtension {
    param([hashtable]$Installer)
    $path = New-VpnNpsReadingPath 'exe'
    try {
        try {
            if ($Installer.source -match '^https://') {
                [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12
                $null = Invoke-WebRequest -Uri $Installer.source -OutFile $path -UseBasicParsing -TimeoutSec 300
            }
            else { Copy-Item -LiteralPath $Installer.source -Destination $path }
        }
        catch { throw (New-VpnNpsInstallerRejected "$($Installer.source) could not be read: $($_.Exception.Message)") }
        Assert-VpnNpsInstaller $path $Installer.sha256
        $process = Start-Process -FilePath $path -ArgumentList '/install', '/quiet' -Wait -PassThru
        # 3010: done, but Windows wants a restart.
        if (@(0, 3010) -notcontains $process.ExitCode) { throw (New-VpnNpsError 'ApplyFailed' "The installer of the NPS extension ended with exit code $($process.ExitCode). Nothing else was changed." 'mfaInstaller') }
    }
    finally { if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Force -ErrorAction SilentlyContinue } }
}
