import { key } from '../arm/identifiers.ts';
import { resourceTypes } from '../arm/resource-table.ts';
import { type Core, nextEtag } from '../core.ts';
import { type JsonObject, list, object, text } from '../wire/messages.ts';
import type { Operation, Resource } from '../world.ts';

/** Only the last 4,096 bytes of output are kept (run-command-managed, azure-compute-docs). */
function tail(output: string): string {
  const bytes = Buffer.from(output);
  if (bytes.length <= 4096) return output;
  // When a character is cut in two at the beginning, the rest of it is dropped.
  return bytes
    .subarray(bytes.length - 4096)
    .toString('utf8')
    .replace(/^\uFFFD+/, '');
}

export const machineOf = (commandId: string): string => commandId.split(/\/runCommands\//i)[0] ?? '';

function parametersOf(command: Resource): Record<string, string> {
  const all = [...list(command.properties.parameters), ...list(command.properties.protectedParameters)];
  return Object.fromEntries(all.map((parameter) => [String(parameter.name), String(parameter.value ?? '')]));
}

async function execute(
  core: Core,
  command: Resource,
): Promise<{ exitCode: number; output: string; error: string }> {
  const script = text(object(command.properties.source).script);
  const host = core.npsHosts.get(key(machineOf(command.id)));
  if (!host || script === undefined) {
    const why = host ? 'runs source.script alone' : 'has no server to run scripts on this machine';
    return { exitCode: 1, output: '', error: `The simulator ${why}.` };
  }
  try {
    return await host.run({ script, parameters: parametersOf(command) });
  } catch (cause) {
    return { exitCode: -1, output: '', error: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Runs the script when its simulated time is over, unless it was stopped or reached its own time limit before. */
export async function finishScript(core: Core, operation: Operation): Promise<void> {
  const command = core.world.resources.get(operation.target);
  // The command was deleted meanwhile, or was put again and belongs to another run.
  if (!command || command.properties.run !== operation.id) return;
  const { startTime, timedOut } = object(command.properties.instanceView);
  let view: JsonObject;
  if (operation.failure || timedOut === true) {
    view = {
      executionState: operation.failure ? 'Failed' : 'TimedOut',
      executionMessage: operation.failure?.message ?? 'RunCommand script execution timed out',
      exitCode: -1,
      output: '',
      error: '',
    };
  } else {
    const { exitCode, output, error } = await execute(core, command);
    view = {
      executionState: exitCode === 0 ? 'Succeeded' : 'Failed',
      executionMessage:
        exitCode === 0
          ? 'RunCommand script execution completed'
          : `Command execution finished, but failed because it returned a non-zero exit code of: '${exitCode}'`,
      exitCode,
      output: tail(output),
      error: tail(error),
    };
  }
  const { run: _, protectedParameters: __, ...kept } = command.properties;
  const failed =
    operation.failure ||
    (kept.treatFailureAsDeploymentFailure === true && view.executionState !== 'Succeeded');
  if (failed && !operation.failure) {
    operation.failure = { code: 'VMExtensionProvisioningError', message: String(view.executionMessage) };
  }
  command.etag = nextEtag(core);
  command.properties = {
    ...kept,
    provisioningState: failed ? 'Failed' : 'Succeeded',
    instanceView: { ...view, startTime, endTime: core.clock.now().toISOString() },
  };
  const type = resourceTypes.get(command.type.toLowerCase());
  if (operation.namespace === 'Microsoft.HybridCompute' && !failed && type) {
    operation.output = type.view(command, operation.apiVersion, 'read', core, undefined);
  }
}
