# One engine for many mutants of the module VpnNps. Standard input: requests, one line of JSON each; standard output: one
# line of JSON for each.
#   { "do": "find", "file" }            where the file can be mutated, and its blocks
#   { "do": "load", "text" }            defines the functions of a file of the module again, from this text
#   { "do": "run", "commands": [...] }  as Invoke-StandInCommands.ps1; with the blocks that were reached (see Find-Block)
param([Parameter(Mandatory)][string]$Nps)
$ErrorActionPreference = 'Stop'
Import-Module "$Nps/standins/VpnNpsStandIns.psm1"
Import-Module "$Nps/VpnNps.psm1"
$module = Get-Module VpnNps
$global:VpnNpsReached = @{}

$opposite = @{
    '-eq' = '-ne'; '-ne' = '-eq'; '-ceq' = '-cne'; '-cne' = '-ceq'; '-lt' = '-le'; '-le' = '-lt'; '-gt' = '-ge'; '-ge' = '-gt'
    '-and' = '-or'; '-or' = '-and'; '-contains' = '-notcontains'; '-notcontains' = '-contains'; '-ccontains' = '-cnotcontains'; '-cnotcontains' = '-ccontains'
    '-in' = '-notin'; '-notin' = '-in'; '-cin' = '-cnotin'; '-cnotin' = '-cin'; '-match' = '-notmatch'; '-notmatch' = '-match'; '-cmatch' = '-cnotmatch'; '-cnotmatch' = '-cmatch'
    '-like' = '-notlike'; '-notlike' = '-like'; '-clike' = '-cnotlike'; '-cnotlike' = '-clike'; '-band' = '-bor'; '-bor' = '-band'; '+' = '-'; '-' = '+'
}
$severities = @{ high = 'low'; medium = 'high'; low = 'high'; info = 'high' }

# [kind, extent, what stands there instead] for each place, or nothing.
function Get-Mutation($Node) {
    switch ($Node.GetType().Name) {
        'BinaryExpressionAst' { $other = $opposite["$($Node.ErrorPosition.Text)".ToLowerInvariant()]; if ($other) { , @('operator', $Node.ErrorPosition, $other) } }
        'UnaryExpressionAst' { if ("$($Node.TokenKind)" -in 'Not', 'Exclaim') { , @('operator', $Node.Extent, "($($Node.Child.Extent.Text))") } }
        'VariableExpressionAst' { if ("$($Node.Extent.Text)" -eq '$true') { , @('boolean', $Node.Extent, '$false') } elseif ("$($Node.Extent.Text)" -eq '$false') { , @('boolean', $Node.Extent, '$true') } }
        'ConstantExpressionAst' { if ($Node.Value -is [int]) { , @('number', $Node.Extent, "$($Node.Value + 1)") } }
        'StringConstantExpressionAst' {
            if ("$($Node.StringConstantType)" -in 'SingleQuoted', 'DoubleQuoted' -and $Node.Value) {
                if ($severities.ContainsKey($Node.Value)) { , @('severity', $Node.Extent, "'$($severities[$Node.Value])'") } else { , @('text', $Node.Extent, "''") }
            }
        }
        'ExpandableStringExpressionAst' { , @('text', $Node.Extent, "''") }
        'IfStatementAst' { foreach ($clause in $Node.Clauses) { , @('condition', $clause.Item1.Extent, '$true'); , @('condition', $clause.Item1.Extent, '$false') } }
        'PipelineAst' { if ($Node.Parent.GetType().Name -in 'StatementBlockAst', 'NamedBlockAst') { , @('statement', $Node.Extent, '') } }
        'AssignmentStatementAst' { if ($Node.Parent.GetType().Name -in 'StatementBlockAst', 'NamedBlockAst' -and $Node.Left.GetType().Name -ne 'VariableExpressionAst') { , @('statement', $Node.Extent, '') } }
        { $_ -in 'ThrowStatementAst', 'ContinueStatementAst', 'BreakStatementAst' } { , @('statement', $Node.Extent, '') }
    }
}

function Test-InAttribute($Node) {
    for ($up = $Node.Parent; $up; $up = $up.Parent) { if ($up.GetType().Name -like '*Attribute*Ast' -or $up.GetType().Name -eq 'ParameterAst') { return $true } }
    $false
}

# Where a mark can be put that says that the block was reached: behind its brace, or behind its parameters.
function Find-Block($Node) {
    $type = $Node.GetType().Name
    if ($type -eq 'StatementBlockAst' -and $Node.Extent.Text.StartsWith('{', [System.StringComparison]::Ordinal)) { return @{ at = $Node.Extent.StartOffset + 1; start = $Node.Extent.StartOffset; end = $Node.Extent.EndOffset } }
    if ($type -eq 'ScriptBlockAst' -and $Node.Parent) {
        if ($Node.BeginBlock -or $Node.ProcessBlock -or -not $Node.EndBlock -or -not $Node.EndBlock.Unnamed) { return }
        $at = $Node.Extent.StartOffset + 1
        if ($Node.ParamBlock) { $at = $Node.ParamBlock.Extent.EndOffset }
        return @{ at = $at; start = $Node.Extent.StartOffset; end = $Node.Extent.EndOffset }
    }
}

# A condition or an operand that can be asked twice, or not at all, without any other difference.
$harmless = '^(Test-VpnNps(?!MfaRunning|RadiusClientHeld)|Where-Object$|Select-Object$)'
$readingMethods = 'ContainsKey', 'Contains', 'StartsWith', 'EndsWith', 'Trim', 'Split', 'Replace', 'Substring', 'ToLowerInvariant', 'ToUpperInvariant', 'GetAttribute', 'Equals', 'Exists'

function Get-Function($Node) {
    for ($up = $Node; $up; $up = $up.Parent) { if ($up.GetType().Name -eq 'FunctionDefinitionAst') { return $up } }
}

function Test-Harmless($Node) {
    $function = Get-Function $Node
    $usesMatches = $function -and $function.Extent.Text.Contains('$Matches')
    foreach ($one in $Node.FindAll({ $true }, $true)) {
        switch ($one.GetType().Name) {
            'AssignmentStatementAst' { return $false }
            'UnaryExpressionAst' { if ("$($one.TokenKind)" -match 'PlusPlus|MinusMinus') { return $false } }
            'CommandAst' { if ("$($one.GetCommandName())" -notmatch $harmless) { return $false } }
            'InvokeMemberExpressionAst' { if ($readingMethods -notcontains "$($one.Member)") { return $false } }
            'BinaryExpressionAst' { if ($usesMatches -and "$($one.Operator)" -match 'match') { return $false } }
        }
    }
    $true
}

# Names of marks, one of which is reached where a mutant can make a difference at all: a condition that is true in a story
# is not changed there by "true", and "-lt" is "-le" where two numbers are not equal. Nothing when this is not known.
function Get-SeenBy($Node, $Extent, [string]$Became) {
    if ($Node.GetType().Name -eq 'BinaryExpressionAst') {
        if ($Extent.Text -in '-and', '-or', '-lt', '-le', '-gt', '-ge' -and (Test-Harmless $Node)) { "o$($Extent.StartOffset)" }
        return
    }
    if ($Node.GetType().Name -ne 'IfStatementAst') { return }
    for ($i = 0; $i -lt $Node.Clauses.Count; $i++) {
        if ($Node.Clauses[$i].Item1.Extent.StartOffset -ne $Extent.StartOffset) { continue }
        if (-not (Test-Harmless $Node.Clauses[$i].Item1)) { return }
        if ($Became -eq '$false') { return "$($Node.Clauses[$i].Item2.Extent.StartOffset + 1)" }
        for ($next = $i + 1; $next -lt $Node.Clauses.Count; $next++) { "$($Node.Clauses[$next].Item2.Extent.StartOffset + 1)" }
        if ($Node.ElseClause) { "$($Node.ElseClause.Extent.StartOffset + 1)" } else { "$($Node.Extent.EndOffset)" }
    }
}

# What is put into a file so that it notes what a story reaches: marks behind braces, an else where there is none, and both
# values of an operator.
function Find-Note($Node) {
    $type = $Node.GetType().Name
    if ($type -eq 'IfStatementAst' -and -not $Node.ElseClause) { return @{ at = $Node.Extent.EndOffset; name = "$($Node.Extent.EndOffset)"; text = ' else { <mark> } ' } }
    if ($type -ne 'BinaryExpressionAst') { return }
    $operator = $Node.ErrorPosition
    if (-not (Get-SeenBy $Node $operator '')) { return }
    $was = $Node.Extent.Text
    $at = $operator.StartOffset - $Node.Extent.StartOffset
    $became = $was.Substring(0, $at) + $opposite[$operator.Text.ToLowerInvariant()] + $was.Substring($at + $operator.Text.Length)
    @{ at = $Node.Extent.StartOffset; end = $Node.Extent.EndOffset; name = "o$($operator.StartOffset)"; text = "`$( try { if ([bool]($was) -ne [bool]($became)) { <mark> } } catch { <mark> }; " }
}

function Find-Mutant([string]$File) {
    $tokens = $null; $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($File, [ref]$tokens, [ref]$errors)
    $mutants = [System.Collections.Generic.List[object]]::new()
    $blocks = [System.Collections.Generic.List[object]]::new()
    $notes = [System.Collections.Generic.List[object]]::new()
    foreach ($node in $ast.FindAll({ $true }, $true)) {
        $block = Find-Block $node
        if ($block) { $blocks.Add($block) }
        if (Test-InAttribute $node) { continue }
        $note = Find-Note $node
        if ($note) { $notes.Add($note) }
        $function = Get-Function $node
        foreach ($one in @(Get-Mutation $node)) {
            $extent = $one[1]
            $mutants.Add(@{ kind = $one[0]; function = "$(if ($function) { $function.Name })"; start = $extent.StartOffset; end = $extent.EndOffset; line = $extent.StartLineNumber; column = $extent.StartColumnNumber; was = $extent.Text; became = $one[2]; seenBy = @(Get-SeenBy $node $extent $one[2]) })
        }
    }
    @{ mutants = $mutants.ToArray(); blocks = $blocks.ToArray(); notes = $notes.ToArray() }
}

while ($null -ne ($line = [Console]::In.ReadLine())) {
    $request = ConvertFrom-Json -InputObject $line
    try {
        switch ($request.do) {
            'find' { $answer = Find-Mutant $request.file }
            'load' { . $module ([scriptblock]::Create($request.text)); $answer = @{ loaded = $true } }
            'run' {
                $global:VpnNpsReached = @{}
                $said = & "$Nps/standins/Invoke-StandInCommands.ps1" -Commands @($request.commands)
                $answer = @{ said = "$said"; reached = @($global:VpnNpsReached.Keys) }
            }
        }
    }
    catch { $answer = @{ failed = "$($_.Exception.Message)" } }
    [Console]::Out.WriteLine((ConvertTo-Json -InputObject $answer -Depth 6 -Compress))
    [Console]::Out.Flush()
}
