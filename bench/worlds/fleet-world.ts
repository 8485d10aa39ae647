import { defaultSecretName } from '../../shared/secret/names.ts';
import { pacedClock } from '../../simulator/clock.ts';
import { startWorld } from '../../simulator/local/world.ts';
import { fleetScenario, seedDeployed, seedFleet } from './fleet.ts';

/**
 * The simulated Azure in its own process, so that the app's time and memory are measured without those of the
 * simulated Azure. It also writes what the app has kept of its deployments, before the app starts.
 */
const [gateways = 0, subscriptions = 0, pace = 1, start = 0] = process.argv.slice(2, 6).map(Number);
seedDeployed(process.argv[6]!, gateways, subscriptions, defaultSecretName);
const world = await startWorld({
  clock: pacedClock(new Date(start), pace),
  seed: 'bench',
  scenario: fleetScenario(gateways, subscriptions, defaultSecretName),
});
seedFleet({ world }, gateways, subscriptions);
process.send!({ settings: world.settings });

process.on('message', () => {
  const { requests } = world.azure;
  const arm = requests.filter(({ service }) => service === 'arm');
  const graph = arm.filter(({ url }) => url.includes('Microsoft.ResourceGraph')).length;
  const keyVault = requests.filter(({ service }) => service === 'keyVault').length;
  process.send!({ graph, arm: arm.length - graph, keyVault });
});
process.on('disconnect', () => process.exit());
