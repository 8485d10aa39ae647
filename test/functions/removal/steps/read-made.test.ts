import { join } from 'node:path';
import { expect, it } from 'vitest';
import { remember } from '../../../../functions/records/remember.ts';
import { readMade } from '../../../../functions/removal/steps/plan-removal.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import type { DeploymentResult, Made, Order } from '../../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../../shared/deployment/ids.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { gatewayId, hubId, network, request } from '../../../shared/hub.ts';

const { folder } = temporaryFolder('vpn-radius-made-');
const archive = {
  records: documentsInFolder(join(folder, 'records')),
  rows: rowsInFolder(join(folder, 'rows')),
};
const order: Order = { request: request(), fingerprint: 'f' };
let day = 0;

/** A deployment of a later day, with what its record says. */
async function recorded(result: Partial<DeploymentResult>): Promise<void> {
  const at = new Date(Date.UTC(2030, 0, ++day));
  const id = newDeploymentId(hubId, at, String(day));
  await remember(archive, { id, order, entry: 'ended', at: at.toISOString(), change: { result } });
}

const secret = (version: string): Made => ({ what: 'secret', id: 'radius-hub', version });
const made = () => readMade(archive)({ virtualNetworkId: hubId, gatewayId });

it('reads what the records of the VNet say was made for the gateway and has not been removed since', async () => {
  expect(await made()).toEqual([]);
  await recorded({ gatewayId, made: [{ what: 'gateway', id: gatewayId }, secret('v1')] });
  // The same in other letters counts as the same; another version is another thing.
  await recorded({ gatewayId, made: [{ what: 'gateway', id: gatewayId.toUpperCase() }, secret('v2')] });
  await recorded({
    gatewayId: network('virtualNetworkGateways', 'vpngw-other'),
    made: [{ what: 'publicIp', id: network('publicIPAddresses', 'of-another') }],
  });
  expect(await made()).toEqual([{ what: 'gateway', id: gatewayId }, secret('v1'), secret('v2')]);

  await recorded({ gatewayId, removed: [{ what: 'gateway', id: gatewayId }, secret('v1')] });
  expect(await made()).toEqual([secret('v2')]);
  await recorded({ gatewayId, made: [{ what: 'gateway', id: gatewayId }] });
  expect(await made()).toEqual([secret('v2'), { what: 'gateway', id: gatewayId }]);
});

/** A gateway of its own for each story, so that no other record speaks of it. */
function storyOf(name: string) {
  const id = network('virtualNetworkGateways', name);
  return {
    id,
    said: (result: Partial<DeploymentResult>) => recorded({ gatewayId: id, ...result }),
    left: () => readMade(archive)({ virtualNetworkId: hubId, gatewayId: id }),
  };
}
const [one, other] = ['nps-01', 'nps-02'].map((name) => network('machines', name)) as [string, string];
const client = (host: string): Made => ({ what: 'radiusClient', id: 'vpngw-hub', host });
const group: Made = { what: 'userGroup', id: 'engineers' };

it('a RADIUS client of one NPS server stays made when the same one went from another', async () => {
  const { said, left } = storyOf('vpngw-two-servers');
  await said({ made: [client(one), client(other)] });
  await said({ removed: [client(one.toUpperCase())] });
  expect(await left()).toEqual([client(other)]);
});

it('what has the same name and is of another kind stays made', async () => {
  const { said, left } = storyOf('vpngw-two-kinds');
  const policy: Made = { what: 'networkPolicy', id: 'vpngw-hub', host: one };
  await said({ made: [client(one), policy] });
  await said({ removed: [policy] });
  expect(await left()).toEqual([client(one)]);
});

it.each(['pointToSite', 'gateway'] as const)('user groups go with what has them: %s', async (what) => {
  const { id, said, left } = storyOf(`vpngw-groups-${what}`);
  await said({ made: [{ what, id }, group] });
  await said({ removed: [{ what, id }] });
  expect(await left()).toEqual([]);
});

it('user groups stay made when something else went', async () => {
  const { said, left } = storyOf('vpngw-groups-stay');
  await said({ made: [group, secret('v9')] });
  await said({ removed: [secret('v9')] });
  expect(await left()).toEqual([group]);
});
