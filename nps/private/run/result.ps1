# The answer of an operation: changes, findings and errors, and the one line that they become.

# A managed run command returns only the last 4,096 bytes of output; two of them are the line end.
$VpnNpsLineLimit = 4094
$VpnNpsSeverities = @('high', 'medium', 'low', 'info')

function New-VpnNpsError {
    param([string]$Code, [string]$Message, [string]$Target)
    $exception = [System.InvalidOperationException]::new($Message)
    $exception.Data['code'] = $Code
    if ($Target) { $exception.Data['target'] = $Target }
    $exception
}

# Severity and fix come from the table that the app has too. $Client: the RADIUS client of the desired state that the
# finding is about; none: the server.
function New-VpnNpsFinding {
    param([string]$Id, [string]$Message, [string]$Client)
    $check = $VpnNpsChecks[$Id]
    $finding = [ordered]@{ id = $Id; severity = $check.severity; message = $Message; fix = $check.fix }
    if ($Client) { $finding['client'] = $Client }
    $finding
}

# One thing that Set would change. Scope: own (this gateway's RADIUS client, policy or firewall rule), shared (a policy
# that users of other RADIUS clients may meet) or server. Asks: only with approval.
function New-VpnNpsChange {
    param([string]$Id, [string]$What, [string]$Scope, [switch]$Restart, [switch]$Asks)
    $change = [ordered]@{ id = $Id; what = $What; scope = $Scope }
    if ($Restart) { $change['restart'] = $true }
    if ($Asks) { $change['asks'] = $true }
    $change
}

# A difference between the desired state and the server: what Set would do about it (nothing: it needs a person), and
# what is wrong while it stays.
function New-VpnNpsDifference {
    param([string]$Subject, [object[]]$Changes = @(), $Finding, [hashtable]$Data = @{})
    @{ subject = $Subject; changes = @($Changes); finding = $Finding; data = $Data }
}

function ConvertTo-VpnNpsLine {
    param($Result)
    $text = ConvertTo-Json -InputObject $Result -Depth 8 -Compress
    # The console may have any code page: only ASCII passes it unchanged.
    [regex]::Replace($text, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}

# Removes entries from the end of a list until the line fits, and counts them.
function Limit-VpnNpsList {
    param($Result, [string]$Name, [string[]]$Severities = @())
    $line = ConvertTo-VpnNpsLine $Result
    while ($line.Length -gt $VpnNpsLineLimit -and $Result[$Name].Count -gt 0) {
        if ($Severities.Count -and $Severities -notcontains $Result[$Name][-1].severity) { break }
        $Result[$Name] = @($Result[$Name] | Select-Object -First ($Result[$Name].Count - 1))
        $Result["${Name}Omitted"] = 1 + [int]$Result["${Name}Omitted"]
        $line = ConvertTo-VpnNpsLine $Result
    }
    $line
}

# Fits the answer into the limit. What the app knows itself is left out first: the fixes, which are in its table. Then
# the less severe findings, the sign-in paths (a blocked one is also a finding), the other findings, and last the
# changes, because a plan needs them. The state is left out only when it alone is too long. What is left out is counted.
function ConvertTo-VpnNpsResultLine {
    param($Result)
    $Result.findings = @(foreach ($severity in $VpnNpsSeverities) { $Result.findings | Where-Object { $_.severity -eq $severity } })
    $line = ConvertTo-VpnNpsLine $Result
    if ($line.Length -gt $VpnNpsLineLimit) { foreach ($finding in $Result.findings) { $finding.Remove('fix') } }
    $line = Limit-VpnNpsList $Result 'findings' @('info', 'low', 'medium')
    if ($Result.Contains('signInPath')) { $line = Limit-VpnNpsList $Result 'signInPath' }
    $line = Limit-VpnNpsList $Result 'findings'
    $line = Limit-VpnNpsList $Result 'changes'
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
