# Access to Windows: registry values, and programs with their exit codes.

# The NPS cmdlets, and the registry of NPS and of its extension, exist only in the 64-bit view.
function Test-VpnNps32BitProcess {
    [System.IntPtr]::Size -eq 4 -and [System.Environment]::Is64BitOperatingSystem
}

function Assert-VpnNpsProcess {
    if (Test-VpnNps32BitProcess) {
        throw (New-VpnNpsError 'PowerShell32Bit' 'This is the 32-bit PowerShell of a 64-bit Windows, which sees another registry and no NPS. Run C:\Windows\Sysnative\WindowsPowerShell\v1.0\powershell.exe, or update the agent.' 'PowerShell')
    }
}

function Get-VpnNpsRegistryValue {
    param([string]$Key, [string]$Name)
    if (-not (Test-Path -LiteralPath $Key)) { return $null }
    $values = Get-ItemProperty -LiteralPath $Key -ErrorAction SilentlyContinue
    if ($null -eq $values) { return $null }
    $property = $values.PSObject.Properties[$Name]
    if ($null -ne $property) { $property.Value }
}

function Set-VpnNpsRegistryValue {
    param([string]$Key, [string]$Name, $Value, [string]$Type)
    if (-not (Test-Path -LiteralPath $Key)) { $null = New-Item -Path $Key -Force }
    $null = New-ItemProperty -LiteralPath $Key -Name $Name -Value $Value -PropertyType $Type -Force
}

# Programs write in the language of the server. The exit code decides; the text is only quoted in the error. Returns the
# lines that the program wrote.
function Invoke-VpnNpsProgram {
    param([string]$Program, [string[]]$Arguments, [switch]$Read)
    # With the error preference Stop, Windows PowerShell makes an exception of a line on a program's standard error.
    $ErrorActionPreference = 'Continue'
    $global:LASTEXITCODE = 0
    $output = & $Program @Arguments 2>&1
    if ($global:LASTEXITCODE -ne 0) {
        $text = (@(foreach ($line in $output) { if ("$line".Trim()) { "$line".Trim() } }) -join ' ')
        throw "$Program $($Arguments[0..1] -join ' ') ended with exit code ${global:LASTEXITCODE}: $text"
    }
    if ($Read) { foreach ($line in $output) { "$line" } }
}

# The documented form of netsh nps has the equals sign as a separate token.
function Invoke-VpnNpsNetsh {
    param([string[]]$Command, [object[]]$Settings)
    $arguments = @('nps') + $Command
    foreach ($setting in $Settings) { $arguments += @([string]$setting[0], '=', [string]$setting[1]) }
    Invoke-VpnNpsProgram 'netsh.exe' $arguments
}

# Ids of attributes that "netsh nps show ..." lists. Only the numbers are read, because the names may be translated.
function Get-VpnNpsAttributeIds {
    param([string]$Kind)
    $ids = @{}
    foreach ($line in @(Invoke-VpnNpsProgram 'netsh.exe' @('nps', 'show', $Kind) -Read)) {
        foreach ($found in [regex]::Matches($line, '\b0x[0-9a-fA-F]+\b')) { $ids[$found.Value.ToLowerInvariant()] = $line.Trim() }
    }
    $ids
}

function Get-VpnNpsOwnAddress {
    foreach ($address in @(Get-NetIPAddress -AddressFamily IPv4 -ErrorAction SilentlyContinue)) {
        if ("$($address.IPAddress)" -notlike '127.*' -and "$($address.IPAddress)" -notlike '169.254.*') { "$($address.IPAddress)" }
    }
}
