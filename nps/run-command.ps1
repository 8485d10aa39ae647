# Entry of the run command: prints one line of JSON and nothing else; exit code 1 when the operation failed.
# Values are base64 because a run command's parameters pass through Windows quoting.
param(
    [string]$Operation,
    [string]$DesiredState,
    [string]$SharedSecret
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'
$VerbosePreference = 'SilentlyContinue'
$DebugPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$WhatIfPreference = $false
$line = $null
try {
    Import-Module "$PSScriptRoot/VpnNps.psm1" -Force
    if (@('Get', 'Test', 'Set') -cnotcontains $Operation) { throw "Operation: '$Operation' is not one of Get, Test, Set" }
    $parameters = @{ DesiredState = [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($DesiredState)) }
    if ($SharedSecret -and $Operation -ne 'Get') {
        $secure = [securestring]::new()
        foreach ($character in [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($SharedSecret)).ToCharArray()) { $secure.AppendChar($character) }
        $parameters['SharedSecret'] = $secure
    }
    # Everything but the line is dropped: a run command returns only the end of what was printed.
    $line = & "$Operation-VpnNpsConfiguration" @parameters 2>$null 3>$null 4>$null 5>$null 6>$null | Select-Object -Last 1
}
catch {
    $message = "$($_.Exception.Message)"
    if ($SharedSecret) { $message = $message.Replace($SharedSecret, '***') }
    $line = ConvertTo-Json -Compress -Depth 4 -InputObject ([ordered]@{ error = [ordered]@{ code = 'DesiredStateInvalid'; message = $message }; changed = $false; changes = @(); findings = @() })
}
$line
if ($line -match '^\{"error":') { exit 1 }
exit 0
