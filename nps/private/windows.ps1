# Small doors to Windows: registry values and programs with their exit codes.

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
    if (-not (Test-Path -LiteralPath $Key)) { New-Item -Path $Key -Force | Out-Null }
    New-ItemProperty -LiteralPath $Key -Name $Name -Value $Value -PropertyType $Type -Force | Out-Null
}

# Programs talk in the language of the server: the exit code decides, the text is only quoted in the error.
function Invoke-VpnNpsProgram {
    param([string]$Program, [string[]]$Arguments)
    # An error preference of Stop turns a line on a program's standard error into an exception in Windows PowerShell.
    $ErrorActionPreference = 'Continue'
    $global:LASTEXITCODE = 0
    $output = & $Program @Arguments 2>&1
    if ($global:LASTEXITCODE -ne 0) {
        $text = (@($output | ForEach-Object { "$_".Trim() } | Where-Object { $_ }) -join ' ')
        throw "$Program $($Arguments[0..1] -join ' ') ended with exit code ${global:LASTEXITCODE}: $text"
    }
}

# The documented form of netsh nps has the equals sign as a token of its own.
function Invoke-VpnNpsNetsh {
    param([string[]]$Command, [object[]]$Settings)
    $arguments = @('nps') + $Command
    foreach ($setting in $Settings) { $arguments += @([string]$setting[0], '=', [string]$setting[1]) }
    Invoke-VpnNpsProgram 'netsh.exe' $arguments
}
