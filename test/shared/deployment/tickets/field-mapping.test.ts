import { describe, expect, it } from 'vitest';
import { fieldMapping, readFields } from '../../../../shared/deployment/tickets/field-mapping.ts';

/** What a field of the other system becomes in the request; undefined when the field counts as empty. */
const read = (path: string, raw: unknown) =>
  readFields({ [path]: 'field' }, (name) => (name === 'field' ? raw : 'another field')).values;
const becomes = (path: string, raw: unknown) => read(path, raw).get(path);

describe('a field of a form', () => {
  it.each<[string, unknown, unknown]>([
    ['gateway.name', ' vpngw-hub ', 'vpngw-hub'],
    ['gateway.name', 42, '42'],
    ['gateway.name', 'Yes', 'Yes'],
    ['gateway.name', ['vpngw-hub'], 'vpngw-hub'],
    ['gateway.name', ['a', 'b'], ['a', 'b']],
    ['gateway.name', { id: 1 }, { id: 1 }],
    ...['true', 'Yes', ' 1 '].map((raw): [string, unknown, unknown] => ['gateway.activeActive', raw, true]),
    ...['false', 'NO', '0'].map((raw): [string, unknown, unknown] => ['gateway.activeActive', raw, false]),
    ['gateway.activeActive', 1, true],
    ['gateway.activeActive', false, false],
    ...['yes please', 'not true', 'no idea', 'casino', '10', '01'].map((raw): [string, unknown, unknown] => [
      'approval.required',
      raw,
      raw,
    ]),
    ['approval.timeoutDays', ' 30 ', 30],
    ['approval.timeoutDays', 7, 7],
    ...['1.5', '-3', '3 days', '1234567890'].map((raw): [string, unknown, unknown] => [
      'approval.timeoutDays',
      raw,
      raw,
    ]),
    ['pointToSite.protocols', 'IkeV2, OpenVPN;', ['IkeV2', 'OpenVPN']],
    ['pointToSite.protocols', ['IkeV2'], ['IkeV2']],
    ['pointToSite.protocols', ['IkeV2, OpenVPN'], ['IkeV2, OpenVPN']],
    ['pointToSite.protocols', 'auto', ['auto']],
    ['pointToSite.addressPool', ' Auto ', 'auto'],
    ['pointToSite.addressPool', '172.16.1.0/24', ['172.16.1.0/24']],
    ['radius.servers', '[{"address":"10.0.1.4"}]', [{ address: '10.0.1.4' }]],
    ['radius.servers', 'nps-01', 'nps-01'],
    ['a path of tomorrow', ' x ', 'x'],
  ])('%s that holds %j becomes %j', (path, raw, expected) => {
    expect(becomes(path, raw)).toEqual(expected);
  });

  it.each([[undefined], [null], [''], ['  '], [[]], [['', null]]])('that holds %j counts as empty', (raw) => {
    expect([...read('gateway.name', raw)]).toEqual([]);
  });

  it.each([[0], [false], [['', 'a']]])('that holds %j is not empty', (raw) => {
    expect(becomes('gateway.name', raw)).not.toBeUndefined();
  });
});

describe('a mapping', () => {
  const defaults = {
    'gateway.name': 'name',
    'radius.servers.0.address': 'nps_1',
    'radius.servers.0.host': 'host_1',
  };
  const schema = fieldMapping(defaults);

  it('keeps the defaults that it does not name, and drops what it sets to null', () => {
    expect(schema.parse({ 'gateway.name': null, 'gateway.sku': 'sku' })).toEqual({
      'radius.servers.0.address': 'nps_1',
      'radius.servers.0.host': 'host_1',
      'gateway.sku': 'sku',
    });
  });

  it('with one field for all servers drops the fields for each server, and with none keeps them', () => {
    expect(schema.parse({ 'radius.servers': 'servers' })).toEqual({
      'gateway.name': 'name',
      'radius.servers': 'servers',
    });
    expect(schema.parse({ 'radius.servers': null })).toEqual(defaults);
  });

  it('says which fields a request has, and what a source may be', () => {
    const messages = (given: object) => schema.safeParse(given).error!.issues.map(({ message }) => message);
    expect(messages({ 'gateway.size': 'x' })[0]).toMatch(
      /^is not a field of a request: choose from kind, virtualNetworkGatewayId, .*, approval\.timeoutDays$/,
    );
    expect(messages({ 'gateway.sku': 3 })).toEqual([
      'must be the name of a field, {"value": …} for a fixed value, or null for none',
    ]);
  });

  it('may give every ticket the same value, which no field of the form is to blame for', () => {
    const fixed = { 'approval.required': { value: true }, 'gateway.sku': { value: ['VpnGw2AZ'] } };
    const { values, sources } = readFields(fixed, () => 'read');
    expect([...values]).toEqual([
      ['approval.required', true],
      ['gateway.sku', 'VpnGw2AZ'],
    ]);
    expect([...sources]).toEqual([]);
  });
});
