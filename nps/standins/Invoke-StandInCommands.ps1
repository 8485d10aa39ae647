# Runs run commands one after another against imagined servers, in one engine. Standard input: lines, each a JSON list of
#   { "state": <state file>, "script": <script file>, "parameters": { ... } }
# optionally with "given": PowerShell that changes $state before the command, and "snapshot": where to copy the state to
# after it. Standard output: for each line one line, a JSON list of { "exitCode", "output", "error" }. It ends with its
# standard input. Parameters come by standard input, because a command line is open to every process; inside an engine, by
# -Commands.
param([object[]]$Commands)
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/VpnNpsStandIns.psm1"

function Invoke-StandInCommand {
    param($Command)
    Use-StandInServer $Command.state
    if ($Command.PSObject.Properties['given'] -and $Command.given) {
        $state = Get-StandInState
        . ([scriptblock]::Create($Command.given))
        Save-StandInState $state
        Use-StandInServer $Command.state
    }
    $parameters = @{}
    foreach ($property in $Command.parameters.PSObject.Properties) { $parameters[$property.Name] = $property.Value }
    $lines = [System.Collections.Generic.List[string]]::new()
    $failed = ''
    $global:LASTEXITCODE = 0
    Enter-StandInCommand
    try { & $Command.script @parameters *>&1 | ForEach-Object { $lines.Add("$_") } } catch { $failed = "$($_.Exception.Message)"; $global:LASTEXITCODE = 1 }
    Exit-StandInCommand
    if ($Command.PSObject.Properties['snapshot']) { [System.IO.File]::Copy($Command.state, $Command.snapshot, $true) }
    [ordered]@{ exitCode = $global:LASTEXITCODE; output = $lines -join "`n"; error = $failed }
}

function Invoke-StandInCommandList {
    param([object[]]$List)
    ConvertTo-Json -InputObject @(foreach ($command in $List) { Invoke-StandInCommand $command }) -Depth 4 -Compress
}

if ($PSBoundParameters.ContainsKey('Commands')) { return Invoke-StandInCommandList $Commands }
while ($null -ne ($line = [Console]::In.ReadLine())) {
    [Console]::Out.WriteLine((Invoke-StandInCommandList @(ConvertFrom-Json -InputObject $line)))
    [Console]::Out.Flush()
}
