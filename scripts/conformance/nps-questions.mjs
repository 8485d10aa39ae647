import { readFileSync } from 'node:fs';

/** The questions of `nps/verify`. A run command asks them on a machine. They only read. */
const versions = { virtualMachines: '2024-07-01', machines: '2025-01-13' };
const name = 'vpn-radius-conformance';
const minutes = 15;

/** The machine that `--nps` names: a VM or an Arc machine, by its whole id. */
export function npsMachine(id) {
  const match =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.(?:Compute\/(virtualMachines)|HybridCompute\/(machines))\/[^/]+$/i.exec(
      id,
    );
  if (!match)
    throw new Error(
      `--nps must be the id of a VM or of an Arc machine, not "${id}". az vm show --resource-group … --name … --query id, or az connectedmachine show …`,
    );
  return {
    id,
    version: match[1] ? versions.virtualMachines : versions.machines,
    commandId: `${id}/runCommands/${name}`,
  };
}

/**
 * Returns what is true on the machine, by the id of the check. A run command of this name may exist, left by a run that
 * was killed. It is deleted first.
 */
export async function npsAnswers({ send, made, gone, progress }, machine, root) {
  const { id, commandId, version } = machine;
  const read = await send('GET', id, undefined, { version, keep: ({ location }) => ({ location }) });
  if (read.status !== 200) throw new Error(`${id} cannot be read: ${read.status} ${read.code}`);
  await gone(commandId, { version });
  progress(`asks ${id.split('/').at(-1)} by the run command ${name}`);
  const body = {
    location: read.body.location,
    properties: {
      source: { script: verifyScript(root) },
      asyncExecution: false,
      timeoutInSeconds: minutes * 60,
    },
  };
  const scriptOfThisProject = (sent) => ({
    ...sent,
    properties: {
      ...sent.properties,
      source: { script: 'nps/verify/Test-NpsAssumptions.ps1 with the module VpnNps' },
    },
  });
  await made(commandId, body, { version, keepSent: scriptOfThisProject });
  const { body: ended } = await send('GET', `${commandId}?$expand=instanceView`, undefined, { version });
  const { output = '', error, executionMessage, exitCode } = ended?.properties?.instanceView ?? {};
  const line = output.trim().split('\n').at(-1);
  if (!line?.startsWith('['))
    throw new Error(
      `the machine gave no answer (exit code ${exitCode}): ${error || executionMessage || output}`,
    );
  return new Map(JSON.parse(line).map((check) => [check.id, check]));
}

/** The result of a check, in the words of this command. */
export function npsVerdict(check) {
  if (!check)
    return {
      verdict: 'not looked at',
      saw: 'changes the server: run nps/verify with -Change on a server that nobody needs',
    };
  const verdict = { yes: 'confirmed', NO: 'contradicted' }[check.holds] ?? 'not looked at';
  return { verdict, saw: check.detail || check.holds };
}

/** The module and the questions as one script. Its answer fits into what a run command returns. */
function verifyScript(root) {
  const read = (path) => readFileSync(`${root}nps/${path}`, 'utf8').replaceAll('\r\n', '\n');
  const module = read('VpnNps.psm1')
    .split('\n')
    .filter((line) => !line.startsWith('Export-ModuleMember'))
    .map((line) => {
      const file = /^\. "\$PSScriptRoot\/(.+)"$/.exec(line)?.[1];
      return file === undefined ? line : read(file);
    })
    .join('\n');
  return inPlace(read('verify/Test-NpsAssumptions.ps1'), [
    ['Import-Module "$PSScriptRoot/../VpnNps.psm1" -Force', module],
    ['& (Get-Module VpnNps) {', '& {'],
    ['[switch]$Json', '[switch]$Json = $true'],
    ['[int]$MostBytes = 0', '[int]$MostBytes = 4000'],
  ]);
}

function inPlace(text, pairs) {
  return pairs.reduce((left, [from, to]) => {
    if (left.split(from).length !== 2) throw new Error(`nps/verify has "${from}" not once.`);
    return left.replace(from, () => to);
  }, text);
}
