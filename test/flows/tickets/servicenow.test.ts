import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../shared-folder.ts';
import { ownSample, realBody, withReal } from '../stage/payloads.ts';
import { gatewayId, hub, stage } from '../stage/stage.ts';

const item = ownSample<{ number: string; variables: Record<string, unknown> }>('servicenow');

/** A story whose ServiceNow holds the requested item of the sample. */
async function withItem(fields: Record<string, string> = {}) {
  const story = await stage();
  const { number } = story.world.serviceNow.create('sc_req_item', fields);
  expect(number).toBe(item.number);
  const told = () => story.world.serviceNow.workNotes(item.number);
  return { ...story, told, record: () => story.world.serviceNow.record(item.number)! };
}

it('a requested item of ServiceNow becomes a gateway; its work notes tell of start and end, and it is closed', async () => {
  const story = await withItem();
  const id = await story.send(item, 'tickets/servicenow');
  await story.host.settled();
  expect(story.told()).toEqual([expect.stringContaining('running')]);
  expect(story.record().state).toBe('2');

  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({
    status: 'Succeeded',
    ticket: { system: 'servicenow', id: item.number, requestedBy: 'Maria Keller' },
  });
  expect(story.properties(gatewayId)!.vpnClientConfiguration).toMatchObject({
    vpnClientProtocols: expect.arrayContaining(['IkeV2', 'OpenVPN']),
    vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] },
  });
  expect(story.record()).toMatchObject({
    state: '3',
    active: 'false',
    close_notes: expect.stringContaining('vpngw-hub'),
  });
  expect(story.told()).toHaveLength(2);
  expect(story.told()[1]).toContain('succeeded');
  expect(story.told()[1]).toContain(id);
});

it('a failure is told in a work note, and the item stays open for whoever must act', async () => {
  const story = await withItem();
  story.nps('nps-01').change((state) => {
    state.mfa.installed = false;
  });
  const deployment = await story.ended(await story.send(item, 'tickets/servicenow'));
  expect(deployment).toMatchObject({
    status: 'Failed',
    error: { code: 'RequestRefused', details: [{ code: 'MfaExtensionMissing' }] },
  });
  expect(story.told().at(-1)).toMatch(/FAILED[\s\S]*step "plan"[\s\S]*nps-01[\s\S]*not installed/);
  expect(story.record()).toMatchObject({ state: '2', active: 'true' });
});

it('an approval is asked for in a work note', async () => {
  const story = await withItem();
  const variables = { ...item.variables, approval_required: 'true' };
  const id = await story.send({ ...item, variables }, 'tickets/servicenow');
  await story.until(id, ({ status }) => status === 'AwaitingApproval');
  expect(story.told().at(-1)).toContain('waiting for approval');
  expect(story.writes()).toEqual([]);
});

it('wrong variables are refused by the names that ServiceNow has for them', async () => {
  const story = await withItem();
  const variables = {
    ...item.variables,
    gateway_sku: 'Basic',
    protocols: 'SSTP',
    nps_1_address: 'nps-01.corp',
  };
  const answer = await story.call('POST', 'tickets/servicenow', { ...item, variables });
  expect(answer.status).toBe(400);
  expect(answer.body.error.details.map(({ target }: { target: string }) => target).sort()).toEqual([
    'variables.gateway_sku',
    'variables.nps_1_address',
    'variables.protocols',
  ]);
  expect(story.writes()).toEqual([]);
});

describe.skipIf(!sharedFolder)(`the outbound message of a public business rule${withReal}`, () => {
  it('becomes a gateway, what the incident has no field for coming from the mapping', async () => {
    const body = realBody<{ number: string }>('tickets/servicenow_outbound_shape.json');
    const fields = {
      virtualNetworkId: { value: hub },
      'pointToSite.addressPool': { value: '172.16.201.0/24' },
    };
    const story = await stage({ settings: { SERVICENOW_FIELDS: JSON.stringify(fields) } });
    const { number } = story.world.serviceNow.create('incident');
    expect(number).toBe(body.number);

    const deployment = await story.ended(await story.send(body, 'tickets/servicenow'));
    expect(deployment).toMatchObject({ status: 'Succeeded', ticket: { system: 'servicenow', id: number } });
    expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
    expect(story.world.serviceNow.record(number!)).toMatchObject({
      state: '6',
      close_code: 'Solution provided',
    });
    expect(story.world.serviceNow.workNotes(number!).at(-1)).toContain('succeeded');
  });
});
