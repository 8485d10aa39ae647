import { type Core, nextGuid, type ResourceChange, timestamp } from '../core.ts';
import { copy, type JsonObject } from '../wire/messages.ts';

/** One event, in both schemas that Event Grid delivers: its own (sent as an array) and CloudEvents 1.0. */
export interface OutgoingEvent {
  eventType: string;
  subject: string;
  eventGrid: JsonObject;
  cloudEvent: JsonObject;
}

/** In events that were seen, `subject` and `resourceUri` have `resourcegroups` in lower case: compare without case. */
const lowered = (id: string): string => id.replace(/\/resourceGroups\//i, '/resourcegroups/');

function verb(action: string): 'Write' | 'Delete' | 'Action' {
  if (/\/write$/i.test(action)) return 'Write';
  return /\/delete$/i.test(action) ? 'Delete' : 'Action';
}

/**
 * How the event source of a subscription reports a change at ARM (event-schema-subscriptions, rest-api-specs examples).
 */
export function resourceEvent(core: Core, change: ResourceChange): OutgoingEvent {
  const eventType = `Microsoft.Resources.Resource${verb(change.action)}${change.status === 'Succeeded' ? 'Success' : 'Failure'}`;
  const subject = lowered(change.id);
  const [, , subscriptionId, , group] = change.id.split('/');
  const source = `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
  const { tenantId, principal } = core.world;
  const data: JsonObject = {
    authorization: { scope: subject, action: change.action, evidence: { role: 'Contributor' } },
    claims: {
      aud: 'https://management.core.windows.net/',
      iss: `https://sts.windows.net/${tenantId}/`,
      appid: principal.clientId,
      appidacr: '2',
      ipaddr: '20.50.2.10',
      'http://schemas.microsoft.com/identity/claims/objectidentifier': change.callerId,
      'http://schemas.microsoft.com/identity/claims/tenantid': tenantId,
      ver: '1.0',
    },
    correlationId: change.correlationId,
    resourceProvider: change.action.split('/')[0],
    resourceUri: subject,
    operationName: change.action,
    status: change.status,
    subscriptionId,
    tenantId,
  };
  return inBothSchemas(core, eventType, subject, source, data, '2');
}

/** Key Vault reports a secret thirty days before its expiry (event-schema-key-vault). */
/** As if it were thirty days before the expiry (Azure Key Vault as Event Grid source). */
export function secretNearExpiry(core: Core, name: string): OutgoingEvent {
  const { vault, subscriptions } = core.world;
  const version = vault.secrets.get(name.toLowerCase())?.at(-1);
  if (!version) throw new Error(`The simulated vault has no secret '${name}'.`);
  const latest = Math.floor(core.clock.now().getTime() / 1000) + 30 * 86_400;
  version.expires = Math.min(version.expires ?? latest, latest);
  const group = [...core.world.resourceGroups.values()][0]!;
  const source = `/subscriptions/${subscriptions[0]!.subscriptionId}/resourceGroups/${group.name}/providers/Microsoft.KeyVault/vaults/${vault.name}`;
  const data = {
    Id: `https://${vault.name}.vault.azure.net/secrets/${name}/${version.version}`,
    VaultName: vault.name,
    ObjectType: 'Secret',
    ObjectName: name,
    Version: version.version,
    NBF: version.notBefore ?? null,
    EXP: version.expires ?? null,
  };
  return inBothSchemas(core, 'Microsoft.KeyVault.SecretNearExpiry', name, source, data, '1');
}

function inBothSchemas(
  core: Core,
  eventType: string,
  subject: string,
  source: string,
  data: JsonObject,
  dataVersion: string,
): OutgoingEvent {
  const id = nextGuid(core);
  const time = timestamp(core);
  return {
    eventType,
    subject,
    eventGrid: {
      subject,
      eventType,
      eventTime: time,
      id,
      data,
      dataVersion,
      metadataVersion: '1',
      topic: source,
    },
    cloudEvent: { source, subject, type: eventType, time, id, data: copy(data), specversion: '1.0' },
  };
}
