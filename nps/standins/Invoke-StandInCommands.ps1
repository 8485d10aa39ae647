# Runs run commands one after another against imagined servers, in one engine. Standard input: a JSON list of
#   { "state": <state file>, "script": <script file>, "parameters": { ... } }
# optionally with "given": PowerShell that changes $state before the command, and "snapshot": where to copy the state to
# after it. Standard output: one line, a JSON list of { "exitCode", "output", "error" }. Parameters come by standard
# input, because a command line is open to every process; inside an engine, by -Commands.
param([object[]]$Commands)
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/VpnNpsStandIns.psm1"
if (-not $PSBoundParameters.ContainsKey('Commands')) { $Commands = @(ConvertFrom-Json -InputObject ([Console]::In.ReadToEnd())) }
$answers = [System.Collections.Generic.List[object]]::new()
foreach ($command in $Commands) {
    Use-StandInServer $command.state
    if ($command.PSObject.Properties['given'] -and $command.given) {
        $state = Get-StandInState
        . ([scriptblock]::Create($command.given))
        Save-StandInState $state
        Use-StandInServer $command.state
    }
    $parameters = @{}
    foreach ($property in $command.parameters.PSObject.Properties) { $parameters[$property.Name] = $property.Value }
    $lines = [System.Collections.Generic.List[string]]::new()
    $failed = ''
    $global:LASTEXITCODE = 0
    Enter-StandInCommand
    try { & $command.script @parameters *>&1 | ForEach-Object { $lines.Add("$_") } } catch { $failed = "$($_.Exception.Message)"; $global:LASTEXITCODE = 1 }
    Exit-StandInCommand
    $answers.Add([ordered]@{ exitCode = $global:LASTEXITCODE; output = $lines -join "`n"; error = $failed })
    if ($command.PSObject.Properties['snapshot']) { [System.IO.File]::Copy($command.state, $command.snapshot, $true) }
}
ConvertTo-Json -InputObject $answers.ToArray() -Depth 4 -Compress
