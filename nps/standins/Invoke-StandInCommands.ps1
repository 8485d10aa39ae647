# Runs run commands one after another against imagined servers, in one engine. Standard input: lines, each a JSON list of
#   { "state": <state file>, "script": <script file>, "parameters": { ... } }
# optionally with "given": PowerShell that changes $state before the command, and "snapshot": where to copy the state to
# after it. Standard output: for each line one line, a JSON list of { "exitCode", "output", "error" }. The engine ends with
# its standard input. Parameters come by standard input, because a command line is open to every process.
param()
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/VpnNpsStandIns.psm1" -Force
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $answers = [System.Collections.Generic.List[object]]::new()
    foreach ($command in @(ConvertFrom-Json -InputObject $line)) {
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
    [Console]::Out.WriteLine((ConvertTo-Json -InputObject $answers.ToArray() -Depth 4 -Compress))
    [Console]::Out.Flush()
}
