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
