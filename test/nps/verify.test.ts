import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engine, runPowerShell, skipReason } from './engine.ts';

const nps = fileURLToPath(new URL('../../nps/', import.meta.url));

const script = (folder: string) => `
$ErrorActionPreference = 'Stop'
Import-Module '${nps}standins/VpnNpsStandIns.psm1' -Force
function Verify([string]$Name, [string]$Given, [switch]$Change) {
    Use-StandInServer "${folder}/$Name.json"
    $state = Get-StandInState
    . ([scriptblock]::Create($Given))
    Save-StandInState $state
    $answer = & '${nps}verify/Test-NpsAssumptions.ps1' -Json -Change:$Change | Select-Object -Last 1
    $now = Get-StandInState
    [ordered]@{ checks = (ConvertFrom-Json $answer); calls = $now.calls; before = $state; after = $now }
}
$answers = [ordered]@{
    read    = Verify 'read' ''
    change  = Verify 'change' "Set-StandInValue \`$state.faults 'blastRadiusInExport' \`$true" -Change
    other = Verify 'other' "Set-StandInValue \`$state.faults 'conditionIds' @('0x1020'); Set-StandInValue \`$state.faults 'netsh' 'other-condition'; \`$state.registered = \`$null" -Change
    standard = Verify 'standard' "Set-StandInValue \`$state.faults 'prefix' 'refused'; Set-StandInValue \`$state.faults 'netsh' 'drops-attributes'" -Change
}
'ANSWERS ' + (ConvertTo-Json -InputObject $answers -Depth 14 -Compress)
`;

describe.skipIf(!engine)(`the check of assumptions on a real server${skipReason}`, () => {
  let folder = '';
  // biome-ignore lint/suspicious/noExplicitAny: asserted field by field
  let told: any;
  const holds = (run: string) =>
    Object.fromEntries(
      told[run].checks.map((check: { id: string; holds: string }) => [check.id, check.holds]),
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nps-'));
    writeFileSync(join(folder, 'verify.ps1'), script(folder));
    const printed = await runPowerShell(join(folder, 'verify.ps1'));
    told = JSON.parse(
      printed
        .split('\n')
        .findLast((line) => line.startsWith('ANSWERS '))
        ?.slice(8) ?? '',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads only, unless told to change', () => {
    expect(holds('read')).toEqual({
      'export-policies': 'yes',
      'client-name-condition': 'yes',
      'user-groups-condition': 'yes',
      'vendor-specific-attribute': 'yes',
      'profile-attributes': 'yes',
      'request-policies': 'yes',
      'extension-in-process': 'yes',
      directory: 'yes',
      'logging-switch': 'yes',
      'cmdlet-shows-secret': 'unknown',
      'sid-type-in-registry': 'yes',
      'audit-backup-number': 'yes',
      'firewall-rules': 'yes',
      'mfa-names': 'yes',
    });
    expect(
      told.read.calls.filter((call: string) =>
        /^(netsh(?!\.exe nps show )|New-|Set-|Import-|Remove-Nps)/.test(call),
      ),
    ).toEqual([]);
  });

  it('tries what has to be tried, and puts everything back', () => {
    expect(holds('change')).toMatchObject({
      'prefix-accepted': 'yes',
      'secret-characters': 'yes',
      'own-policy': 'yes',
      'netsh-keeps-attributes': 'yes',
      'netsh-lists': 'yes',
      'netsh-order': 'yes',
      'limit-proxy-state': 'yes',
      'import-restores': 'yes',
    });
    expect(told.change.after.networkPolicies).toEqual(told.change.before.networkPolicies);
    expect(told.change.after.radiusClients).toEqual([]);
    const kept = told.change.checks.find((check: { id: string }) => check.id === 'limit-proxy-state');
    expect(kept.detail).toContain('limitProxyState');
  });

  it('finds a server that does not know the condition of the friendly name, or makes another of it', () => {
    expect(holds('other')).toMatchObject({
      'client-name-condition': 'NO',
      'own-policy': 'NO',
      directory: 'unknown',
    });
    expect(told.other.after.networkPolicies).toEqual(told.other.before.networkPolicies);
  });

  it('finds what does not hold', () => {
    expect(holds('standard')).toMatchObject({
      'prefix-accepted': 'NO',
      'netsh-keeps-attributes': 'NO',
      'import-restores': 'yes',
    });
    expect(told.standard.after.networkPolicies).toEqual(told.standard.before.networkPolicies);
  });
});
