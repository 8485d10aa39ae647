# Entry of the run command: prints one line of JSON and nothing else; exit code 1 when the operation failed. Values are
# base64 because a run command's parameters pass through Windows quoting. SharedSecret: "rsa:" and the secret encrypted
# for this server, or base64 of it.
param(
    [string]$Operation,
    [string]$DesiredState,
    [string]$SharedSecret
)
# Nothing below works when a policy of the server allows no .NET methods, and the errors would not say so.
if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') {
    '{"error":{"code":"ConstrainedLanguage","message":"A policy of this server (App Control, AppLocker) runs PowerShell in ConstrainedLanguage mode. Allow this script by its policy, or run the module by hand from a folder that it trusts.","target":"PowerShell"},"changed":false,"changes":[],"findings":[]}'
    exit 1
}
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'
$VerbosePreference = 'SilentlyContinue'
$DebugPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$WhatIfPreference = $false
$line = $null
# The reason when something fails before the operation could give one.
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
        if ($SharedSecret.StartsWith('rsa:', [System.StringComparison]::Ordinal)) { $parameters['SealedSecret'] = $SharedSecret.Substring(4) }
        else {
            $secure = [securestring]::new()
            foreach ($character in [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($SharedSecret)).ToCharArray()) { $secure.AppendChar($character) }
            $parameters['SharedSecret'] = $secure
        }
    }
    $code = 'ApplyFailed'
    $target = $Operation
    # Everything but the line is dropped: a run command returns only the end of the output.
    foreach ($written in @(& "$Operation-VpnNpsConfiguration" @parameters 2>$null 3>$null 4>$null 5>$null 6>$null)) { $line = "$written" }
}
catch {
    $exception = $_.Exception
    if ($exception.Data.Contains('code')) { $code = $exception.Data['code'] }
    $message = "${target}: $($exception.Message)"
    if ($SharedSecret) { $message = $message.Replace($SharedSecret, '***') }
    $line = ConvertTo-Json -Compress -Depth 4 -InputObject ([ordered]@{ error = [ordered]@{ code = $code; message = $message; target = $target }; changed = $false; changes = @(); findings = @() })
}
$line
if ($line -match '^\{"error":') { exit 1 }
exit 0
