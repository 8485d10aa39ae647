import { failed, VpnRadiusError } from '../../core/errors.ts';
import { isResourceOfType } from '../../core/resource-id.ts';
import type { GivenSecret, NpsHostStatus, NpsRun } from '../../nps/model.ts';
import type { NpsServers } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking, found, foundForSure } from '../wire/errors.ts';
import { arcMachines } from './arc-machines.ts';
import { base64, type Machines, runCommand, runState } from './run-command.ts';
import { virtualMachines } from './virtual-machines.ts';

/** `script` gives the text that the run command runs: `npsRunCommandScript` of `shared/nps/script.ts`. */
export function npsServers(azure: Azure, script: () => string): NpsServers {
  const virtual = virtualMachines(azure);
  const arc = arcMachines(azure);
  const machinesOf = (hostId: string) => {
    if (isResourceOfType(hostId, 'Microsoft.Compute/virtualMachines')) return virtual;
    if (isResourceOfType(hostId, 'Microsoft.HybridCompute/machines')) return arc;
    throw failed(
      'UnsupportedNpsHost',
      'An NPS server is reached on an Azure VM (Microsoft.Compute/virtualMachines) or an Arc machine (Microsoft.HybridCompute/machines).',
      hostId,
    );
  };

  return {
    readHost: async (hostId) => foundForSure(hostId, () => machinesOf(hostId).read(hostId)),

    async start(host: NpsHostStatus, run: NpsRun, secret?: GivenSecret) {
      const command = runCommand(script(), run, secret);
      const sent = command.protectedParameters?.map(({ value }) => value) ?? [];
      const machines = machinesOf(host.id);
      return asking(
        host.id,
        () => machines.start(host, run.name, command),
        secret ? [secret.value, base64(secret.value), ...sent] : [],
      ).catch(async (error: unknown) => {
        // Started a moment ago by the same step. Nobody got the answer of that start.
        if (isBusy(error) && (await isCommandRunning(machines, host.id, run.name)))
          return { retryAfterSeconds: 10 };
        throw error;
      });
    },

    async result(hostId, runName) {
      const command = await found(hostId, () => machinesOf(hostId).command(hostId, runName));
      if (!command)
        throw failed(
          'RunCommandMissing',
          `The run command ${runName} was removed before it gave its result.`,
          hostId,
        );
      return runState(command);
    },

    async runNames(hostId) {
      return (await found(hostId, () => machinesOf(hostId).commands(hostId))) ?? [];
    },

    async forget(hostId, runName) {
      const machines = machinesOf(hostId);
      const wasTaken = await found(hostId, async () => {
        await machines.forget(hostId, runName);
        return true;
      });
      // A 404 may pass, and the run command may still be there.
      if (!wasTaken && (await found(hostId, () => machines.command(hostId, runName))))
        await asking(hostId, () => machines.forget(hostId, runName));
    },
  };
}

const isBusy = (error: unknown) =>
  error instanceof VpnRadiusError &&
  error.code === 'Conflict' &&
  /\bin progress\b/.test(error.failure.message);

async function isCommandRunning(machines: Machines, hostId: string, name: string): Promise<boolean> {
  const command = await found(hostId, () => machines.command(hostId, name));
  return command !== undefined && runState(command).state === 'running';
}
