import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the durable state is kept: the parameter `durableBackend` of infra/main.bicep. */
const backends = ['azureStorage', 'durableTaskScheduler'];

/**
 * The host.json that is deployed. For the scheduler it names the provider itself: the scale controller reads this file,
 * and no setting that overrides it (azure-functions-durable-extension#2622). Extension bundle 4.32 is the first one
 * with the provider.
 */
export function hostJson(backend = 'azureStorage') {
  if (!backends.includes(backend))
    throw new Error(`--backend must be ${backends.join(' or ')}, not ${backend}`);
  const file = fileURLToPath(new URL('../../host.json', import.meta.url));
  const host = JSON.parse(readFileSync(file, 'utf8'));
  if (backend === 'azureStorage') return host;
  const { extensionBundle, extensions } = host;
  const storageProvider = {
    type: 'azureManaged',
    connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING',
  };
  return {
    ...host,
    extensionBundle: { ...extensionBundle, version: '[4.32.0, 5.0.0)' },
    extensions: { ...extensions, durableTask: { ...extensions.durableTask, storageProvider } },
  };
}

/** The backend that a host.json is for. */
export const backendOf = ({ extensions }) =>
  extensions.durableTask.storageProvider?.type === 'azureManaged' ? 'durableTaskScheduler' : 'azureStorage';
