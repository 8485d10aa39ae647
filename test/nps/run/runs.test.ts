import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npsRunCommandScript } from '../../../shared/nps/script.ts';
import { desired, secret } from '../desired.ts';
import { forSeconds, powerShell, runPowerShell, withoutPowerShell } from '../engine.ts';

const nps = fileURLToPath(new URL('../../../nps/', import.meta.url));
const load = `
$ErrorActionPreference = 'Stop'
Import-Module '${nps}standins/VpnNpsStandIns.psm1' -Force
Import-Module '${nps}VpnNps.psm1' -Force
$module = Get-Module VpnNps
`;
const secure = `$secure = [securestring]::new(); foreach ($c in '${secret}'.ToCharArray()) { $secure.AppendChar($c) }`;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

/** What a script left in `$answers`. */
const answersOf = (printed: string) =>
  JSON.parse(
    printed
      .split('\n')
      .findLast((line) => line.startsWith('ANSWERS '))
      ?.slice(8) ?? '',
  );
const tell = `'ANSWERS ' + (ConvertTo-Json -InputObject $answers -Depth 12 -Compress)`;

/** A run that holds the server while others come, a run that was killed, and processes in which the module cannot work. */
const script = (folder: string) => `${load}
$answers = [ordered]@{}
$desired = [System.IO.File]::ReadAllText('${folder}/desired.json')
${secure}

# Killed in an earlier process: the state was saved at that moment.
Use-StandInServer '${folder}/killed.json'
$answers.note = [System.IO.File]::ReadAllText((& $module { Get-VpnNpsRunNotePath }))
$answers.afterKill = ConvertFrom-Json (Test-VpnNpsConfiguration $desired $secure)
$answers.fixed = ConvertFrom-Json (Set-VpnNpsConfiguration $desired $secure)
$answers.restarts = (Get-StandInState).service.restarts
$answers.after = ConvertFrom-Json (Test-VpnNpsConfiguration $desired $secure)

Use-StandInServer '${folder}/held.json'
$run = @{ step = 'changing the network policy'; started = '2026-01-02T03:04:05Z'; backup = $null }
$mutex = & $module { param($run) $null = Get-VpnNpsProtectedDirectory; $mutex = Enter-VpnNpsRun; Enter-VpnNpsStep $run $run.step; $mutex } $run
# A second run, in a runspace of its own: a mutex belongs to a thread.
$second = {
    param($script, $wait, $came, $events)
    . ([scriptblock]::Create($script))
    & $module { param($wait) $script:VpnNpsLongestWait = $wait } $wait
    # The directory is protected before a run waits, and the export is what it reads with first.
    $global:came = $came
    $global:events = $events
    function global:icacls.exe { $global:LASTEXITCODE = 0; $global:came.Set() }
    function global:Export-NpsConfiguration { param([string]$Path) $global:events.Enqueue('second run reads'); throw 'far enough' }
    Test-VpnNpsConfiguration $desired
}
$events = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
function Start-Second([double]$Wait) {
    $shell = [powershell]::Create()
    $came = [System.Threading.ManualResetEventSlim]::new($false)
    $text = [System.IO.File]::ReadAllText('${folder}/second.ps1')
    $null = $shell.AddScript($second).AddArgument($text).AddArgument($Wait).AddArgument($came).AddArgument($events)
    @{ shell = $shell; came = $came; task = $shell.BeginInvoke() }
}
$late = Start-Second 0
$answers.busy = ConvertFrom-Json @($late.shell.EndInvoke($late.task))[-1]
$waiting = Start-Second 600
$waiting.came.Wait()
$events.Enqueue('first run ends')
& $module { param($mutex) Remove-VpnNpsRunNote; Exit-VpnNpsRun $mutex } $mutex
$answers.waited = ConvertFrom-Json @($waiting.shell.EndInvoke($waiting.task))[-1]
$answers.order = @($events.ToArray())

# A mutex that SYSTEM has made cannot be opened by an administrator.
$answers.foreign = & $module {
    $script:tries = 0
    function script:New-VpnNpsMutex { param([string]$Name) $script:tries++; if ($script:tries -lt 3) { throw [System.UnauthorizedAccessException]::new('Access is denied') } ; [System.Threading.Mutex]::new($false, $Name) }
    function script:Start-Sleep { param([int]$Seconds) }
    $mutex = Enter-VpnNpsRun
    Exit-VpnNpsRun $mutex
    $script:tries
    $script:VpnNpsLongestWait = 0
    $script:tries = -100
    try { $null = Enter-VpnNpsRun } catch { "$($_.Exception.Data['code'])" }
    Remove-Item -LiteralPath function:New-VpnNpsMutex
}

# Exports that are read and deleted at once: no two runs have one name, and none takes that of another run away.
$answers.paths = & $module {
    $paths = @(foreach ($number in 1..3) { New-VpnNpsReadingPath 'xml' })
    [System.IO.File]::WriteAllText($paths[0], 'of a run that reads now')
    [System.IO.File]::WriteAllText($paths[1], 'of a run that was killed')
    [System.IO.File]::SetLastWriteTimeUtc($paths[1], [datetime]::UtcNow.AddHours(-2))
    $null = Get-VpnNpsProtectedDirectory
    [ordered]@{ names = @(foreach ($path in $paths) { [System.IO.Path]::GetFileName($path) }); running = [System.IO.File]::Exists($paths[0]); killed = [System.IO.File]::Exists($paths[1]); process = $PID }
}

Use-StandInServer '${folder}/thirty-two.json'
& $module { function script:Test-VpnNps32BitProcess { $true } }
$answers.bits = ConvertFrom-Json (Set-VpnNpsConfiguration $desired $secure)
$answers.bitsCalls = @((Get-StandInState).calls)

# A policy of the server: what is not signed, or not trusted, runs in this mode.
$constrained = [powershell]::Create()
$constrained.Runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
$answers.constrained = "$(@($constrained.AddCommand('${folder}/joined.ps1').AddParameter('Operation', 'Set').AddParameter('DesiredState', '${base64({})}').Invoke())[-1])"
$constrained.Commands.Clear()
try { $null = $constrained.AddScript("Import-Module '${nps}VpnNps.psm1'").Invoke(); $answers.constrainedModule = "$($constrained.Streams.Error[0])" } catch { $answers.constrainedModule = $_.Exception.Message }
${tell}
`;

describe.skipIf(!powerShell)(
  `one run at a time, and processes in which none can work${withoutPowerShell}`,
  () => {
    let folder = '';
    // biome-ignore lint/suspicious/noExplicitAny: asserted field by field
    let told: any;
    let died: { code: unknown; state: { radiusClients: unknown[] } };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'nps-'));
      writeFileSync(join(folder, 'desired.json'), JSON.stringify(desired()));
      writeFileSync(join(folder, 'joined.ps1'), npsRunCommandScript());
      writeFileSync(
        join(folder, 'second.ps1'),
        `${load}Use-StandInServer '${folder}/held.json'\n$desired = [System.IO.File]::ReadAllText('${folder}/desired.json')`,
      );
      // The power fails while the service restarts: the policy and the client are written, and nothing more happens.
      writeFileSync(
        join(folder, 'killed.ps1'),
        `${load}${secure}
Use-StandInServer '${folder}/killed.json'
function global:Restart-Service { [System.Environment]::Exit(9) }
Set-VpnNpsConfiguration ([System.IO.File]::ReadAllText('${folder}/desired.json')) $secure`,
      );
      const code = await new Promise((resolve) => {
        const args = ['-NoProfile', '-File', join(folder, 'killed.ps1')];
        const env = { ...process.env, ...forSeconds };
        execFile(powerShell ?? '', args, { env }, (error) => resolve(error?.code));
      });
      died = { code, state: JSON.parse(readFileSync(join(folder, 'killed.json'), 'utf8')) };
      writeFileSync(join(folder, 'runs.ps1'), script(folder));
      told = answersOf(await runPowerShell(join(folder, 'runs.ps1'), '', 600_000, powerShell));
    }, 600_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const ids = (answer: { findings: { id: string }[] }) => answer.findings.map(({ id }) => id);

    it('a run that was killed between two steps is found and named by the next', () => {
      expect(died.code).toBe(9);
      expect(died.state.radiusClients).toHaveLength(1);
      expect(JSON.parse(told.note)).toMatchObject({ operation: 'Set', step: 'restarting the service IAS' });
      expect(told.note).not.toContain(secret);
      const found = told.afterKill.findings.find(({ id }: { id: string }) => id === 'unfinished-run');
      expect(found.message).toMatch(
        /started 20\d\d-\d\d-\d\dT.*Z, was stopped at 'restarting the service IAS'\. Its backup: nps-20\d{6}-\d{6}-\d{3}\.xml\./,
      );
      expect(told.fixed.changes.map(({ id }: { id: string }) => id)).toEqual(['service-restarted']);
      expect(told.restarts).toBe(1);
      expect(ids(told.fixed)).not.toContain('unfinished-run');
      expect(ids(told.after)).not.toContain('unfinished-run');
    });

    it('a second run waits, and goes on when the first has ended', () => {
      expect(told.order).toEqual(['first run ends', 'second run reads']);
      expect(told.waited.error.message).toContain('far enough');
    });

    it('a second run that has waited long enough says who holds the server', () => {
      expect(told.busy).toMatchObject({ changed: false, changes: [], error: { code: 'NpsServerBusy' } });
      expect(told.busy.error.message).toMatch(
        /A run of Set, process \d+, since 2026-01-02T03:04:05Z, now at 'changing the network policy',/,
      );
    });

    it('a run of another account, whose mutex may not be opened, is waited for as well', () => {
      expect(told.foreign).toEqual([3, 'NpsServerBusy']);
    });

    it('exports that are read have names of their own, and only those left by a killed run are deleted', () => {
      const { names, running, killed, process } = told.paths;
      expect(new Set(names).size).toBe(3);
      for (const name of names) expect(name).toMatch(new RegExp(`^reading-${process}-[0-9a-f-]{36}\\.xml$`));
      expect({ running, killed }).toEqual({ running: true, killed: false });
    });

    it('a 32-bit process of a 64-bit Windows is told so, before the registry of the wrong view is read', () => {
      expect(told.bits).toMatchObject({
        changed: false,
        error: { code: 'PowerShell32Bit', target: 'PowerShell' },
      });
      expect(told.bits.error.message).toContain('Sysnative');
      expect(told.bitsCalls).toEqual([]);
    });

    it('ConstrainedLanguage is told so, by the run command and by the module', () => {
      expect(JSON.parse(told.constrained)).toMatchObject({
        error: { code: 'ConstrainedLanguage', target: 'PowerShell' },
        changed: false,
      });
      expect(told.constrainedModule).toContain('ConstrainedLanguage');
    });
  },
);

/** Languages with another calendar, other digits or other rules for comparing text. */
const cultures = ['th-TH', 'ar-SA', 'tr-TR', 'fa-IR', 'de-DE'];

describe.skipIf(!powerShell)(`a server in another language${withoutPowerShell}`, () => {
  let folder = '';
  // biome-ignore lint/suspicious/noExplicitAny: asserted field by field
  let told: any;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nps-'));
    writeFileSync(join(folder, 'desired.json'), JSON.stringify(desired()));
    const text = `${load}
$answers = [ordered]@{ calendars = [ordered]@{} }
$desired = [System.IO.File]::ReadAllText('${folder}/desired.json')
${secure}
$certificate = '2027-06-05T04:03:02Z'
foreach ($name in 'en-US', ${cultures.map((name) => `'${name}'`).join(', ')}) {
    Use-StandInServer "${folder}/$name.json"
    $state = Get-StandInState
    $state.certificates[0].NotAfter = $certificate
    Save-StandInState $state
    [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::new($name)
    [System.Threading.Thread]::CurrentThread.CurrentUICulture = [cultureinfo]::new($name)
    $answers.calendars[$name] = [datetime]::new(2027, 6, 5).ToString('yyyy-MM-dd')
    $lines = @((Test-VpnNpsConfiguration $desired $secure), (Set-VpnNpsConfiguration $desired $secure), (Test-VpnNpsConfiguration $desired $secure))
    $answers[$name] = [ordered]@{ lines = $lines; kept = [cultureinfo]::CurrentCulture.Name; backups = @([System.IO.Directory]::GetFiles("${folder}/$name.json.files/VpnNps/Backups") | ForEach-Object { [System.IO.Path]::GetFileName($_) }) }
}
${tell}
`;
    writeFileSync(join(folder, 'languages.ps1'), text);
    const printed = await runPowerShell(join(folder, 'languages.ps1'), '', 600_000, powerShell);
    told = answersOf(printed);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('would say other dates, were it left to the language', () => {
    expect(told.calendars).toMatchObject({ 'th-TH': '2570-06-05', 'en-US': '2027-06-05' });
    expect(told.calendars['ar-SA']).not.toContain('2027');
  });

  it.each(cultures)('%s: the answers are those of en-US, and dates are Gregorian', (name) => {
    expect(told[name].kept).toBe(name);
    expect(told[name].lines).toEqual(told['en-US'].lines);
    for (const line of told[name].lines) expect(line).toContain('"notAfter":"2027-06-05T04:03:02Z"');
    const year = new Date().getUTCFullYear();
    expect(told[name].backups).toHaveLength(1);
    expect(told[name].backups[0]).toMatch(
      new RegExp(`^nps-(${year}|${year + 1})\\d{4}-\\d{6}-\\d{3}\\.xml$`),
    );
  });
});
