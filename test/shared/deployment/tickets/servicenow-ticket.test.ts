import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { removalTicket } from '../../../../shared/deployment/removal/request.ts';
import { vpnGatewayRequest } from '../../../../shared/deployment/request.ts';
import {
  serviceNowFields,
  ticketFromServiceNow,
} from '../../../../shared/deployment/tickets/servicenow-ticket.ts';
import sample from '../../../samples/tickets/servicenow.json' with { type: 'json' };
import { sharedFolder } from '../../../shared-folder.ts';

const fields = serviceNowFields.parse({});
const change = (variables: Record<string, unknown>, record: Record<string, unknown> = {}) => ({
  ...sample,
  ...record,
  variables: { ...sample.variables, ...variables },
});

/** The problems of a body as the app returns them: in the words of the person who filled in the form. */
function problems(body: unknown, mapping = fields): string[] {
  const { input, targetInSource } = ticketFromServiceNow(body, mapping);
  const { error } = vpnGatewayRequest.safeParse(input);
  return (error?.issues ?? []).map(({ path }) => targetInSource(path.join('.')));
}

describe('a request item of ServiceNow that asks for a removal', () => {
  const remove = (variables: Record<string, unknown>) =>
    ticketFromServiceNow(change({ request_kind: 'Remove', ...variables }), fields);

  it('reads of the form, which may be filled in for a gateway, no more than what a removal knows', () => {
    const timeout = { approval_timeout_days: '3', keep_gateway: 'true' };
    expect(removalTicket.parse(remove(timeout).input)).toEqual({
      kind: 'remove',
      ticket: { system: 'servicenow', id: 'RITM0010001', requestedBy: 'Maria Keller' },
      virtualNetworkId: sample.variables.virtual_network_id,
      keepGateway: true,
      approval: { required: true, timeoutDays: 3 },
    });
  });

  it('may name the gateway in place of its VNet, and is told by its own field what is wrong', () => {
    const { input, targetInSource } = remove({
      virtual_network_id: '',
      virtual_network_gateway_id: sample.variables.virtual_network_id,
    });
    const { error } = removalTicket.safeParse(input);
    expect(error?.issues.map(({ path }) => targetInSource(path.join('.')))).toEqual([
      'variables.virtual_network_gateway_id',
    ]);
  });

  it.each([
    ['Deploy', undefined],
    ['', undefined],
    ['Move', 'Move'],
  ])('asks for a gateway when its kind is "%s"', (request_kind, kind) => {
    const ticket = ticketFromServiceNow(change({ request_kind, keep_gateway: 'true' }), fields);
    expect([ticket.input.kind, ticket.input.keepGateway]).toEqual([kind, undefined]);
    expect(ticket.targetInSource('kind')).toBe('variables.request_kind');
  });
});

describe('a request item of ServiceNow', () => {
  it('becomes a request', () => {
    const { input } = ticketFromServiceNow(sample, fields);
    expect(vpnGatewayRequest.parse(input)).toMatchObject({
      ticket: { system: 'servicenow', id: 'RITM0010001', requestedBy: 'Maria Keller' },
      virtualNetworkId: sample.variables.virtual_network_id,
      gatewaySubnetPrefix: '10.0.255.0/27',
      gateway: { name: 'vpngw-hub', sku: 'VpnGw1AZ', activeActive: false },
      pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2', 'OpenVPN'] },
      radius: { servers: [{ address: '10.0.1.4', host: sample.variables.nps_1_host }] },
      nps: {},
      approval: { required: false, timeoutDays: 7 },
    });
  });

  it.each([
    [
      'a prefix with host bits',
      { gateway_subnet_prefix: '10.0.255.1/27' },
      'variables.gateway_subnet_prefix',
    ],
    ['an empty VNet', { virtual_network_id: '' }, 'variables.virtual_network_id'],
    ['a retired SKU', { gateway_sku: 'Basic' }, 'variables.gateway_sku'],
    ['one wrong protocol of two', { protocols: 'IkeV2, SSTP' }, 'variables.protocols'],
    ['a server without a machine', { nps_1_host: null }, 'variables.nps_1_host'],
    ['a flag that is none', { approval_required: 'perhaps' }, 'variables.approval_required'],
    ['a number that is none', { approval_timeout_days: '1.5' }, 'variables.approval_timeout_days'],
    [
      'a second server that is the first',
      { nps_2_address: '10.0.1.4', nps_2_host: sample.variables.nps_1_host },
      'variables.nps_1_address',
    ],
  ])('with %s names the field of the form', (_, variables, target) => {
    expect(problems(change(variables))).toContain(target);
  });

  it('with only its second server filled in still names that field', () => {
    const variables = {
      nps_1_address: '',
      nps_1_host: '',
      nps_2_address: '10.0.1',
      nps_2_host: sample.variables.nps_1_host,
    };
    expect(problems(change(variables))[0]).toBe('variables.nps_2_address');
  });

  it('takes every form in which ServiceNow hands out variables', () => {
    const pairs = {
      virtual_network_id: { value: sample.variables.virtual_network_id, display_value: 'hub' },
    };
    const listed = Object.entries(sample.variables).map(([name, value]) => ({ name, value }));
    expect(problems(change(pairs))).toEqual([]);
    expect(problems({ ...sample, variables: listed })).toEqual([]);
    expect(
      problems(change({ address_pool: 'auto', active_active: 'Yes', approval_timeout_days: '30' })),
    ).toEqual([]);
  });

  it.each([
    ['the number of a known table', {}, 'RITM0010001'],
    ['another table', { sys_class_name: 'u_vpn_request' }, 'u_vpn_request/RITM0010001'],
    ['a table that the body names', { table: 'incident' }, 'incident/RITM0010001'],
    ['no number', { number: null }, 'sc_req_item/6a9c1f0e2b7d4c55a1e0f3d29b84c761'],
    ['its table as a reference', { table: { value: 'incident' } }, 'incident/RITM0010001'],
    ['an empty table', { table: '', sys_class_name: 'u_vpn' }, 'u_vpn/RITM0010001'],
    ['no table, for the number says it', { table: null, sys_class_name: null }, 'RITM0010001'],
  ])('with %s has an id that leads back to the record', (_, record, id) => {
    expect(ticketFromServiceNow(change({}, record), fields).input).toMatchObject({ ticket: { id } });
  });

  it('without a number and a table has no id, and says so', () => {
    const nameless = { number: null, table: null, sys_class_name: null };
    expect(problems(change({}, nameless))).toContain('number');
    expect(problems(change({}, { number: null, sys_id: null }))).toContain('number');
  });

  it.each([
    ['update', true],
    ['insert', false],
    [undefined, false],
  ])('after the operation %s is an edit: %s', (operation, isEdit) => {
    expect(ticketFromServiceNow(change({}, { operation }), fields).isEdit).toBe(isEdit);
  });

  it('keeps who asked, by the id that ServiceNow knows', () => {
    const opened_by = { value: '46d44a23a9fe19810012d100cca80666', display_value: 'Maria' };
    const its = ticketFromServiceNow(change({}, { opened_by }), fields);
    expect(its.requester).toEqual([opened_by.value]);
    expect(its.input).toMatchObject({ ticket: { requestedBy: 'Maria' } });
    const mapping = serviceNowFields.parse({ 'ticket.requestedBy': null });
    expect(ticketFromServiceNow(change({}, { opened_by }), mapping).requester).toEqual([]);
  });

  it('has of a list of variables those that have a name, and no field that no form has', () => {
    const listed = [null, 'x', ...Object.entries(sample.variables).map(([name, value]) => ({ name, value }))];
    expect(problems({ ...sample, variables: listed })).toEqual([]);
    const mapping = serviceNowFields.parse({
      'gateway.name': 'variables.toString',
      'gateway.sku': 'number.length',
    });
    expect(ticketFromServiceNow(sample, mapping).input.gateway).toEqual({ activeActive: false });
  });

  it('is refused when it is not an object', () => {
    for (const body of ['text', null, []]) {
      expect(() => ticketFromServiceNow(body, fields)).toThrowError(
        expect.objectContaining({
          failure: expect.objectContaining({
            code: 'InvalidRequest',
            message: 'The body must be a JSON object with the fields of the record.',
            details: [{ code: 'Invalid', message: 'must be a JSON object', target: 'body' }],
          }),
        }),
      );
    }
  });
});

describe('SERVICENOW_FIELDS', () => {
  it('moves, fixes and unmaps fields over the default', () => {
    const mapping = serviceNowFields.parse({
      virtualNetworkId: 'u_vnet',
      'approval.required': { value: true },
      'radius.secretName': null,
    });
    const { input } = ticketFromServiceNow(
      { ...sample, u_vnet: sample.variables.virtual_network_id },
      mapping,
    );
    const request = vpnGatewayRequest.parse(input);
    expect(request.approval.required).toBe(true);
    expect(request.radius.secretName).toBeUndefined();
    expect(problems({ ...sample, u_vnet: '10.0.0.0' }, mapping)).toEqual(['u_vnet']);
  });

  it('takes all servers from one field that holds JSON', () => {
    const mapping = serviceNowFields.parse({ 'radius.servers': 'variables.servers' });
    const servers = JSON.stringify([{ address: '10.0.1.5', host: sample.variables.nps_1_host }]);
    expect(
      vpnGatewayRequest.parse(ticketFromServiceNow(change({ servers }), mapping).input).radius.servers,
    ).toMatchObject([{ address: '10.0.1.5' }]);
    expect(problems(change({ servers: '[{"address":"10.0.1.5"}]' }), mapping)).toEqual(['variables.servers']);
    expect(new Set(problems(change({ servers: 'nps-01' }), mapping))).toEqual(new Set(['variables.servers']));
  });

  it('names a path that no request has', () => {
    const issues = serviceNowFields.safeParse({ 'gateway.size': 'variables.size', 'gateway.sku': 3 }).error
      ?.issues;
    expect(issues?.map(({ path }) => path.join('.'))).toEqual(['gateway.sku']);
    const unknown = serviceNowFields.safeParse({ 'gateway.size': 'variables.size' }).error?.issues;
    expect(unknown).toMatchObject([
      { path: ['gateway.size'], message: expect.stringContaining('gateway.sku') },
    ]);
  });
});

describe.skipIf(!sharedFolder)('what a public Business Rule sends (needs the shared folder)', () => {
  it('is a ticket whose form asks for nothing of ours', () => {
    const { body } = JSON.parse(
      readFileSync(`${sharedFolder}/azure/tickets/servicenow_outbound_shape.json`, 'utf8'),
    );
    expect(ticketFromServiceNow(body, fields).input).toEqual({
      ticket: { system: 'servicenow', id: 'INC0010001' },
    });
    expect(problems(body)).toEqual(['variables.virtual_network_id']);
    expect(problems({ ...body, variables: sample.variables })).toEqual([]);
  });
});
