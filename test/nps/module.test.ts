import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npsRunCommandScript } from '../../shared/nps/script.ts';
import { desired, oldSecret, policyName, secret } from './desired.ts';
import { engine, runPowerShell, skipReason } from './engine.ts';

const nps = fileURLToPath(new URL('../../nps/', import.meta.url));
/** What runs on a Windows server. */
const written = readdirSync(nps, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.psm?1$/.test(name) && !name.startsWith('standins'))
  .map((name) => nps + name.replaceAll('\\', '/'));

const renamed = `<Root><Children><Microsoft_Internet_Authentication_Service><Children>
<RadiusProfiles><Children>
 <New_name name="New name"><Properties><msNPAllowDialin>1</msNPAllowDialin></Properties></New_name>
 <Old name="Old"><Properties><msNPAllowDialin>0</msNPAllowDialin><msNPAuthenticationType2>1</msNPAuthenticationType2></Properties></Old>
</Children></RadiusProfiles>
<NetworkPolicy><Children>
 <New_name name="New name"><Properties><msNPAction>Older</msNPAction><msNPSequence>7</msNPSequence></Properties></New_name>
 <Renamed name="Renamed"><Properties><msNPAction>Old</msNPAction><msNPSequence>3</msNPSequence><Policy_Enabled>0</Policy_Enabled></Properties></Renamed>
</Children></NetworkPolicy>
</Children></Microsoft_Internet_Authentication_Service></Children></Root>`;

/** One start of the engine: what an administrator does by hand, and what only PowerShell can tell about the scripts. */
const script = (folder: string) => `
$ErrorActionPreference = 'Stop'
Import-Module '${nps}standins/VpnNpsStandIns.psm1' -Force
Import-Module '${nps}VpnNps.psm1' -Force
$answers = [ordered]@{}
$answers.commands = @((Get-Module VpnNps).ExportedCommands.Keys | Sort-Object)
$desired = [System.IO.File]::ReadAllText('${folder}/desired.json')
$secure = [securestring]::new(); foreach ($c in '${secret}'.ToCharArray()) { $secure.AppendChar($c) }

Use-StandInServer '${folder}/what-if.json'
$answers.whatIf = ConvertFrom-Json (Set-VpnNpsConfiguration $desired $secure -WhatIf 6>$null | Select-Object -Last 1)
$answers.whatIfState = Get-StandInState
$answers.whatIfFiles = @(Get-ChildItem -LiteralPath '${folder}/what-if.json.files/VpnNps/Backups' | ForEach-Object { $_.Name })

# Not every engine's Remove-Item heeds the preference, so it is looked at itself.
$answers.preference = (& (Get-Module VpnNps) {
    param($desired)
    function Read-VpnNpsServer { throw "WhatIfPreference is $WhatIfPreference" }
    $WhatIfPreference = $true
    Invoke-VpnNpsOperation 'Set' $desired $null $false
} $desired).error.message

Use-StandInServer '${folder}/by-hand.json'
$state = Get-StandInState; $state.moduleLogging = $true; Save-StandInState $state
Use-StandInServer '${folder}/by-hand.json'
$answers.set = ConvertFrom-Json (Set-VpnNpsConfiguration $desired $secure)
$answers.test = ConvertFrom-Json (Test-VpnNpsConfiguration $desired $secure)
$answers.get = ConvertFrom-Json (Get-VpnNpsConfiguration $desired)
$answers.loggingPutBack = (Get-Module NPS).LogPipelineExecutionDetails
# The same cmdlet without the module's care, to know that the stand-in would have recorded it.
Set-NpsRadiusClient -Name vpngw-hub -SharedSecret '${oldSecret}'
$answers.recorded = @((Get-StandInState).calls | Where-Object { $_ -like 'event 4103*' })

$answers.policies = & (Get-Module VpnNps) { param($xml) Read-VpnNpsNetworkPolicies ([xml]$xml) } @'
${renamed}
'@

$answers.addresses = & (Get-Module VpnNps) {
    [ordered]@{ '/27' = @(Get-VpnNpsUsableAddress '10.0.255.0/27'); '/29' = @(Get-VpnNpsUsableAddress '255.255.255.248/29'); '/32' = @(Get-VpnNpsUsableAddress '10.0.0.1') }
}

$answers.newer = @(foreach ($file in [System.IO.FileInfo[]]@(${[...written, `${folder}/joined.ps1`].map((file) => `'${file}'`)})) {
        $tokens = $null; $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$tokens, [ref]$errors)
        foreach ($e in $errors) { "$($file.Name): $($e.Message)" }
        foreach ($t in $tokens) { if ('QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr' -contains "$($t.Kind)") { "$($file.Name): $($t.Text) on line $($t.Extent.StartLineNumber)" } }
        foreach ($node in $ast.FindAll({ param($n) $n.GetType().Name -eq 'TernaryExpressionAst' }, $true)) { "$($file.Name): ternary on line $($node.Extent.StartLineNumber)" }
        foreach ($node in $ast.FindAll({ param($n) $n -is [System.Management.Automation.Language.CommandParameterAst] }, $true)) { if ('Stable', 'AsHashtable', 'AsByteStream', 'Parallel', 'AsArray', 'SkipHttpErrorCheck', 'SkipCertificateCheck', 'NoProxy' -contains $node.ParameterName) { "$($file.Name): -$($node.ParameterName) on line $($node.Extent.StartLineNumber)" } }
        foreach ($node in $ast.FindAll({ param($n) $n -is [System.Management.Automation.Language.InvokeMemberExpressionAst] }, $true)) { if ('StartsWith', 'EndsWith', 'IndexOf', 'LastIndexOf', 'ToLower', 'ToUpper', 'CompareTo' -contains "$($node.Member)" -and "$($node.Arguments)" -notmatch 'Ordinal') { "$($file.Name): $($node.Member) by the rules of the server's language on line $($node.Extent.StartLineNumber)" } }
        # .NET Framework 4.8 has none of these members, nor these overloads.
        foreach ($node in $ast.FindAll({ param($n) $n -is [System.Management.Automation.Language.InvokeMemberExpressionAst] }, $true)) { if ('HashData', 'ToHexString', 'FromHexString', 'GetRelativePath', 'IsPathFullyQualified', 'AppendJoin' -contains "$($node.Member)" -or ('Contains', 'Replace', 'Split' -contains "$($node.Member)" -and "$($node.Arguments)" -match 'StringComparison|Ordinal')) { "$($file.Name): $($node.Member), which .NET Framework does not have so, on line $($node.Extent.StartLineNumber)" } }
        foreach ($node in $ast.FindAll({ param($n) $n -is [System.Management.Automation.Language.CommandAst] }, $true)) { if ('Test-Json', 'Join-String', 'Get-Error', 'Get-Uptime', 'Remove-Service', 'Remove-Alias', 'ConvertFrom-Markdown' -contains "$($node.GetCommandName())") { "$($file.Name): $($node.GetCommandName()) on line $($node.Extent.StartLineNumber)" } }
        foreach ($node in $ast.FindAll({ param($n) $n -is [System.Management.Automation.Language.CommandAst] }, $true)) { if ("$($node.GetCommandName())" -eq 'ConvertFrom-Json' -and "$node" -match '-Depth') { "$($file.Name): ConvertFrom-Json -Depth on line $($node.Extent.StartLineNumber)" } }
        if ([System.IO.File]::ReadAllText($file.FullName) -match '[^\\x00-\\x7f]') { "$($file.Name): a character that is not ASCII, which Windows PowerShell reads in the code page of the server" }
    })
'ANSWERS ' + (ConvertTo-Json -InputObject $answers -Depth 12 -Compress)
`;

describe.skipIf(!engine)(`the module by hand${skipReason}`, () => {
  let folder = '';
  // biome-ignore lint/suspicious/noExplicitAny: asserted field by field
  let told: any;
  let printed = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nps-'));
    writeFileSync(join(folder, 'desired.json'), JSON.stringify(desired()));
    writeFileSync(join(folder, 'joined.ps1'), npsRunCommandScript());
    writeFileSync(join(folder, 'by-hand.ps1'), script(folder));
    printed = await runPowerShell(join(folder, 'by-hand.ps1'));
    told = JSON.parse(
      printed
        .split('\n')
        .findLast((line) => line.startsWith('ANSWERS '))
        ?.slice(8) ?? '',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has three commands', () => {
    expect(told.commands).toEqual([
      'Get-VpnNpsConfiguration',
      'Set-VpnNpsConfiguration',
      'Test-VpnNpsConfiguration',
    ]);
  });

  it('-WhatIf tells and does nothing, and leaves no export behind', () => {
    expect(told.whatIf).toMatchObject({ changed: false });
    expect(told.whatIf.changes).toContainEqual({
      id: `policy-grant:${policyName}`,
      what: `networkPolicy ${policyName}: access permission set to grant`,
      scope: 'shared',
      restart: true,
    });
    expect(told.whatIf.findings.length).toBeGreaterThan(3);
    expect(told.whatIfState).toMatchObject({ radiusClients: [], audit: 0, service: { restarts: 0 } });
    expect(told.whatIfFiles).toEqual([]);
    expect(told.preference).toContain('WhatIfPreference is False');
  });

  it('Set, Test and Get answer as in a run command', () => {
    expect(told.set).toMatchObject({ changed: true, findings: [] });
    expect(told.test).toMatchObject({ changed: false, changes: [], findings: [] });
    expect(told.get.state.radiusClients).toMatchObject([{ name: 'vpngw-hub', address: '10.0.255.0/27' }]);
  });

  it('module logging is on again after the calls that carry the secret', () => {
    expect(told.loggingPutBack).toBe(true);
    expect(told.recorded).toEqual([expect.stringContaining(oldSecret)]);
    expect(printed).not.toContain(secret);
  });

  it('finds the profile of a policy that was renamed', () => {
    expect(told.policies).toMatchObject([
      {
        name: 'Renamed',
        order: 1,
        sequence: 3,
        enabled: false,
        profile: 'Old',
        grant: false,
        authTypes: [1],
      },
      { name: 'New name', order: 2, sequence: 7, enabled: true, profile: 'New name', grant: true },
    ]);
  });

  it('knows which addresses of a subnet a gateway can have', () => {
    expect(told.addresses['/27']).toHaveLength(27);
    expect(told.addresses['/27'][0]).toBe('10.0.255.4');
    expect(told.addresses['/27'].at(-1)).toBe('10.0.255.30');
    expect(told.addresses['/29']).toEqual(['255.255.255.252', '255.255.255.253', '255.255.255.254']);
    expect(told.addresses['/32']).toEqual([]);
  });

  it('uses nothing that Windows PowerShell 5.1 does not have', () => {
    expect(written.length).toBeGreaterThan(20);
    expect(told.newer).toEqual([]);
  });
});

describe('the script of the run command', () => {
  const text = npsRunCommandScript();
  it('begins with its parameters and holds the whole module', () => {
    expect(text.split('\n').find((line) => line && !line.startsWith('#'))).toBe('param(');
    for (const name of ['Operation', 'DesiredState', 'SharedSecret'])
      expect(text).toMatch(new RegExp(`^ {4}\\[string\\]\\$${name},?$`, 'm'));
    for (const name of ['Invoke-VpnNpsOperation', 'Set-VpnNpsConfiguration'])
      expect(text.match(new RegExp(`^function ${name} `, 'gm'))).toHaveLength(1);
  });

  it('has every file of private/, each once', () => {
    const loaded = [...readFileSync(`${nps}VpnNps.psm1`, 'utf8').matchAll(/^\. "\$PSScriptRoot\/(.+)"$/gm)];
    const own = written.map((file) => file.slice(nps.length)).filter((name) => name.startsWith('private/'));
    expect(loaded.map(([, name]) => name).sort()).toEqual(own.sort());
  });

  it('needs no file beside it', () => {
    expect(text).not.toMatch(/^[^#\n]*(\$PSScriptRoot|Import-Module|Export-ModuleMember)/m);
  });

  it('is the same on Windows, where a checkout has other line ends', () => {
    expect(text).not.toContain('\r');
    expect(readFileSync(`${nps}VpnNps.psm1`, 'utf8')).toContain('private/run/operation.ps1');
  });
});
