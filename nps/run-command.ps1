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
# What is at fault when something fails before the operation could answer for itself.
$code = 'ApplyFailed'
$target = 'VpnNps'
try {
    Import-Module "$PSScriptRoot/VpnNps.psm1"
    $code = 'DesiredStateInvalid'
    $target = 'Operation'
    if (@('Get', 'Test', 'Set') -cnotcontains $Operation) { throw "'$Operation' is not one of Get, Test, Set" }
    $target = 'DesiredState'
    $parameters = @{ DesiredState = [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($DesiredState)) }
    if ($SharedSecret -and $Operation -ne 'Get') {
        $code = 'SecretInvalid'
        $target = 'SharedSecret'
        $secure = [securestring]::new()
        foreach ($character in [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($SharedSecret)).ToCharArray()) { $secure.AppendChar($character) }
        $parameters['SharedSecret'] = $secure
    }
    $code = 'ApplyFailed'
    $target = $Operation
    # Everything but the line is dropped: a run command returns only the end of what was printed.
    $line = & "$Operation-VpnNpsConfiguration" @parameters 2>$null 3>$null 4>$null 5>$null 6>$null | Select-Object -Last 1
}
catch {
    $message = "${target}: $($_.Exception.Message)"
    if ($SharedSecret) { $message = $message.Replace($SharedSecret, '***') }
    $line = ConvertTo-Json -Compress -Depth 4 -InputObject ([ordered]@{ error = [ordered]@{ code = $code; message = $message; target = $target }; changed = $false; changes = @(); findings = @() })
}
$line
if ($line -match '^\{"error":') { exit 1 }
exit 0
