import { refused } from '../../core/errors.ts';
import { isRecord } from '../../core/json-parts.ts';
import { type FieldMapping, fieldMapping, readFields } from './field-mapping.ts';
import { type MappedRequest, requestFrom } from './mapped-request.ts';
import { tableOfNumber } from './servicenow-states.ts';

/** The catalog variables of a request item when nothing else is configured. `docs/tickets.md` lists them. */
const defaultServiceNowFields: FieldMapping = {
  'ticket.id': 'number',
  'ticket.requestedBy': 'opened_by',
  kind: 'variables.request_kind',
  virtualNetworkGatewayId: 'variables.virtual_network_gateway_id',
  keepGateway: 'variables.keep_gateway',
  virtualNetworkId: 'variables.virtual_network_id',
  gatewaySubnetPrefix: 'variables.gateway_subnet_prefix',
  'gateway.name': 'variables.gateway_name',
  'gateway.sku': 'variables.gateway_sku',
  'gateway.activeActive': 'variables.active_active',
  'pointToSite.addressPool': 'variables.address_pool',
  'pointToSite.protocols': 'variables.protocols',
  'radius.servers.0.address': 'variables.nps_1_address',
  'radius.servers.0.host': 'variables.nps_1_host',
  'radius.servers.1.address': 'variables.nps_2_address',
  'radius.servers.1.host': 'variables.nps_2_host',
  'radius.secretName': 'variables.radius_secret_name',
  'nps.networkPolicy': 'variables.network_policy',
  'nps.mfaExtension': 'variables.mfa_extension',
  'approval.required': 'variables.approval_required',
  'approval.timeoutDays': 'variables.approval_timeout_days',
};

/** The setting `SERVICENOW_FIELDS`. */
export const serviceNowFields = fieldMapping(defaultServiceNowFields);

/**
 * What a Business Rule or Flow sends: a record's fields as `GlideRecord.getValue` gives them (text for everything, null
 * for an empty field) or as `{value, display_value}`, and the catalog variables in `variables`. `table` or
 * `sys_class_name` says which table it is; without them, the prefix of `number` does. `operation` is that of the rule
 * (`insert` or `update`). Throws `InvalidRequest` when the body is no such record.
 */
export function ticketFromServiceNow(body: unknown, mapping: FieldMapping): MappedRequest {
  if (!isRecord(body)) {
    throw refused('InvalidRequest', 'The body must be a JSON object with the fields of the record.', [
      { code: 'Invalid', message: 'must be a JSON object', target: 'body' },
    ]);
  }
  const record = { ...body, variables: namedVariables(body.variables) };
  const { values, sources } = readFields(mapping, (field, path) => plainValueAt(record, field, path));

  const number = values.get('ticket.id');
  const sysId = plainValueAt(record, 'sys_id', '');
  const table = [plainValueAt(record, 'table', ''), plainValueAt(record, 'sys_class_name', '')].find(
    (name) => typeof name === 'string' && name !== '',
  );
  if (typeof number === 'string' && table !== undefined && table !== tableOfNumber(number)) {
    values.set('ticket.id', `${table}/${number}`);
  } else if (number === undefined && table !== undefined && sysId) {
    values.set('ticket.id', `${table}/${sysId}`);
  }
  values.set('ticket.system', 'servicenow');
  const requester = sources.get('ticket.requestedBy');
  const isEdit = plainValueAt(record, 'operation', '') === 'update';
  return requestFrom(values, sources, isEdit, requester && fieldAt(record, requester));
}

/** `variables` may be an object, or the list of `{name, value}` that Flow Designer makes of catalog variables. */
function namedVariables(variables: unknown): unknown {
  if (!Array.isArray(variables)) return variables;
  return Object.fromEntries(
    variables.filter(isRecord).map((variable) => [String(variable.name), variable.value]),
  );
}

function plainValueAt(record: Record<string, unknown>, field: string, path: string): unknown {
  const value = fieldAt(record, field);
  if (!isRecord(value)) return value;
  // A reference is a sys_id with the name of what it refers to. For a person, the name is better.
  return path === 'ticket.requestedBy'
    ? (value.display_value ?? value.value)
    : (value.value ?? value.display_value);
}

function fieldAt(record: Record<string, unknown>, field: string): unknown {
  let value: unknown = record;
  for (const part of field.split('.')) {
    value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value;
}
