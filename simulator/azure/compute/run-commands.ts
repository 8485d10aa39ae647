import { formatResourceId, type ResourceId } from '../arm/identifiers.ts';
import { operationUrl, startOperation } from '../arm/operations.ts';
import { resourceTypes } from '../arm/resource-table.ts';
import { bodyOf, type Call, nextEtag, timestamp } from '../core.ts';
import { resourceFrom } from '../network/network-shapes.ts';
import {
  AzureError,
  copy,
  empty,
  type JsonObject,
  json,
  list,
  object,
  text,
  type WireResponse,
} from '../wire/messages.ts';
import type { Operation, Resource } from '../world.ts';
import { machineOf } from './scripts.ts';

const arc = (id: ResourceId): boolean => id.namespace.toLowerCase() === 'microsoft.hybridcompute';

export const isRunCommand = (id: ResourceId): boolean =>
  /^(virtualMachines|machines)\/runCommands$/i.test(id.type);

/** Refuses what the platform refuses before it reads the script. */
function checkMachine(call: Call, id: ResourceId, commandId: string): Resource {
  const machine = call.core.world.resources.get(machineOf(commandId));
  if (!machine) {
    throw new AzureError(
      404,
      'ParentResourceNotFound',
      `Failed to perform 'write' on resource(s) of type '${id.type}', because the parent resource '${machineOf(commandId)}' could not be found.`,
    );
  }
  if (!arc(id) && machine.properties.powerState !== 'running') {
    // https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/error-messages
    throw new AzureError(
      409,
      'OperationNotAllowed',
      'Cannot modify extensions in the VM when the VM is not running.',
    );
  }
  if (arc(id) && machine.properties.status !== 'Connected') {
    // assumed: MachineNotConnected
    throw new AzureError(
      409,
      'MachineNotConnected',
      `The machine '${machine.name}' is not connected (status ${machine.properties.status}): its agent cannot take a run command.`,
    );
  }
  return machine;
}

/**
 * Compute refuses a second write of a command that is running. Arc stops the first run (azure-arc/servers/run-command).
 */
function stopPrevious(call: Call, id: ResourceId, previous: Resource | undefined): void {
  const running = call.core.world.operations.get(text(previous?.properties.run) ?? '');
  if (!running) return;
  if (!arc(id)) {
    throw new AzureError(
      409,
      'Conflict',
      'Run command extension execution is in progress. Please wait for completion before invoking a run command.',
    );
  }
  stop(running);
}

function stop(operation: Operation): void {
  operation.failure = {
    code: 'OperationPreempted',
    message: 'The operation was preempted by a more recent operation.',
  };
}

/**
 * Starts a script. A PUT with the same name starts it again. 201 for a new one (Arc: always, recorded), otherwise 200.
 */
export function putRunCommand(call: Call, id: ResourceId): WireResponse {
  const { core } = call;
  const body = bodyOf(call);
  const commandId = formatResourceId({
    ...id,
    type: arc(id) ? 'machines/runcommands' : 'virtualMachines/runCommands',
  });
  const machine = checkMachine(call, id, commandId);
  const type = resourceTypes.get(`${id.namespace}/${id.type}`.toLowerCase())!;
  const previous = core.world.resources.get(commandId);
  stopPrevious(call, id, previous);
  const asked = object(body.properties);
  const resource = resourceFrom(type.type, id, body, settingsOf(asked, arc(id)), previous);
  resource.id = previous?.id ?? commandId;
  resource.etag = nextEtag(core);
  const { runCommand, npsTest } = core.settings.durations;
  const seconds = onlyAsks(asked) ? npsTest : runCommand;
  // 90 minutes when no other time is asked for (run-command-managed).
  const limit = Number(asked.timeoutInSeconds) || 90 * 60;
  const slow = call.fault?.kind === 'slowOperation' ? call.fault.factor : 1;
  const hasNoAgent = machine.properties.agent === 'Not Ready';
  const isTimedOut = limit < seconds * slow;
  const common = {
    target: resource.id,
    action: `${type.type.replace('runcommands', 'runCommands')}/write`,
    namespace: type.type.split('/')[0]!,
    location: resource.location ?? '',
  };
  const run = startOperation(call, {
    ...common,
    kind: 'runCommand',
    seconds: isTimedOut ? limit / slow : seconds,
  });
  if (hasNoAgent) {
    // https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/error-messages
    run.failure = {
      code: 'VMAgentStatusCommunicationError',
      message: `VM '${machine.name}' has not reported status for VM agent or extensions. Please verify the VM has a running VM agent, and can establish outbound connections to Azure storage.`,
    };
  }
  const shown =
    asked.asyncExecution === true ? startOperation(call, { ...common, kind: 'provision', seconds: 10 }) : run;
  resource.properties = {
    ...resource.properties,
    provisioningState: 'Creating',
    run: run.id,
    instanceView: {
      executionState: 'Running',
      startTime: timestamp(core),
      ...(isTimedOut ? { timedOut: isTimedOut } : {}),
    },
  };
  core.world.resources.set(resource);
  const created = !previous || arc(id);
  const shownBody = type.view(resource, call.apiVersion, 'write', core, undefined);
  return json(created ? 201 : 200, shownBody, headersFor(call, shown, id));
}

/** `nps/run-command.ps1` changes nothing for these operations, and needs less time. */
function onlyAsks({ parameters }: JsonObject): boolean {
  const operation = list(parameters).find(({ name }) => name === 'Operation')?.value;
  return operation === 'Get' || operation === 'Test';
}

function settingsOf(asked: JsonObject, isArc: boolean): JsonObject {
  const { instanceView: _, provisioningState: __, ...given } = copy(asked);
  return {
    asyncExecution: false,
    timeoutInSeconds: 0,
    ...(isArc ? {} : { treatFailureAsDeploymentFailure: false }),
    ...given,
  };
}

function headersFor(call: Call, operation: Operation, id: ResourceId): Record<string, string> {
  const collection = arc(id) ? 'operationstatus' : 'operations';
  return {
    'Azure-AsyncOperation': operationUrl(call, operation, collection),
    ...(arc(id) ? { Location: operationUrl(call, operation, 'operationresults') } : {}),
    'Retry-After': arc(id) ? '15' : '10',
  };
}

/** Removes a command. A running one is stopped. */
export function deleteRunCommand(call: Call, id: ResourceId, command: Resource): WireResponse {
  const { core } = call;
  const running = core.world.operations.get(text(command.properties.run) ?? '');
  if (running) stop(running);
  command.properties.provisioningState = 'Deleting';
  const operation = startOperation(call, {
    kind: 'delete',
    target: command.id,
    action: `${command.type.replace('runcommands', 'runCommands')}/delete`,
    namespace: command.type.split('/')[0]!,
    location: command.location ?? '',
    seconds: core.settings.durations.other,
  });
  const collection = arc(id) ? 'operationstatus' : 'operations';
  return empty(202, {
    'Azure-AsyncOperation': operationUrl(call, operation, collection),
    Location: operationUrl(call, operation, 'operationresults'),
    'Retry-After': '10',
  });
}
