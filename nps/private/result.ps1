# What an operation answers: changes, findings and errors, and the one line they become.

# A managed run command gives back the last 4,096 bytes of output only; two are the line end.
$VpnNpsLineLimit = 4094
$VpnNpsSeverities = @('high', 'medium', 'low', 'info')

function New-VpnNpsError {
    param([string]$Code, [string]$Message, [string]$Target)
    $exception = [System.InvalidOperationException]::new($Message)
    $exception.Data['code'] = $Code
    if ($Target) { $exception.Data['target'] = $Target }
    $exception
}

function New-VpnNpsFinding {
    param([string]$Id, [string]$Severity, [string]$Message, [string]$Fix)
    [ordered]@{ id = $Id; severity = $Severity; message = $Message; fix = $Fix }
}

# A difference between the desired state and the server: what Set would do about it (none: it needs a person) and
# what is wrong as long as it stays.
function New-VpnNpsDifference {
    param([string]$Subject, [string[]]$Changes = @(), $Finding, [hashtable]$Data = @{})
    @{ subject = $Subject; changes = @($Changes); finding = $Finding; data = $Data }
}

function ConvertTo-VpnNpsLine {
    param($Result)
    $text = ConvertTo-Json -InputObject $Result -Depth 8 -Compress
    # The console's code page is not ours to choose: only ASCII passes it unharmed.
    [regex]::Replace($text, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}

# Removes entries from the end of a list until the line fits, and counts them.
function Limit-VpnNpsList {
    param($Result, [string]$Name)
    $line = ConvertTo-VpnNpsLine $Result
    $whole = @($Result[$Name]).Count
    while ($line.Length -gt $VpnNpsLineLimit -and $Result[$Name].Count -gt 0) {
        $Result[$Name] = @($Result[$Name] | Select-Object -First ($Result[$Name].Count - 1))
        $Result["${Name}Omitted"] = $whole - $Result[$Name].Count
        $line = ConvertTo-VpnNpsLine $Result
    }
    $line
}

# Fits the answer into the limit. Changes leave first, then findings, the least severe before the others; the state only
# where it alone is too long; text of an error is cut. What left is counted.
function ConvertTo-VpnNpsResultLine {
    param($Result)
    $Result.findings = @(foreach ($severity in $VpnNpsSeverities) { $Result.findings | Where-Object { $_.severity -eq $severity } })
    $line = Limit-VpnNpsList $Result 'changes'
    $line = Limit-VpnNpsList $Result 'findings'
    if ($line.Length -gt $VpnNpsLineLimit -and $Result.Contains('state')) {
        $Result.Remove('state')
        $Result['stateOmitted'] = $true
        $line = ConvertTo-VpnNpsLine $Result
    }
    while ($line.Length -gt $VpnNpsLineLimit -and $Result.Contains('error') -and $Result.error.message.Length -gt 40) {
        $message = $Result.error.message
        $Result.error.message = $message.Substring(0, [int]($message.Length * 0.9)) + '...'
        $line = ConvertTo-VpnNpsLine $Result
    }
    $line
}
