import { plainType } from '../arm/other-resources.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import { copy, defined, object } from '../wire/messages.ts';

/** How run commands are kept and shown. run-commands.ts starts and stops them. */
export const runCommandTypes: ResourceType[] = [
  'Microsoft.Compute/virtualMachines',
  'Microsoft.HybridCompute/machines',
].map((parent) => {
  const isArc = parent.startsWith('Microsoft.Hybrid');
  const type = isArc ? `${parent}/runcommands` : `${parent}/runCommands`;
  return plainType(type, {
    deletionSeconds: (core) => core.settings.durations.other,
    view(command, _apiVersion, _moment, _core, expand) {
      const { protectedParameters: _, runAsPassword: __, run: ___, ...visible } = copy(command.properties);
      const { instanceView, ...shown } = visible;
      const { timedOut: ____, ...seen } = object(instanceView);
      // When there is an instance view, Arc always shows it (recorded). Azure shows it only when it is asked for.
      const hasEnded = seen.endTime !== undefined;
      const isExpanded = isArc ? hasEnded : expand?.toLowerCase() === 'instanceview';
      return defined({
        name: command.name,
        type: command.type,
        location: command.location,
        id: command.id,
        tags: command.tags,
        properties: { ...shown, ...(isExpanded && instanceView ? { instanceView: seen } : {}) },
      });
    },
  });
});
