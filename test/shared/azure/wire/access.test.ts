import { createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { afterEach, describe, expect, it } from 'vitest';
import { refusalOf, remedyOf, useRole } from '../../../../shared/azure/wire/access.ts';
import { connectAzure } from '../../../../shared/azure/wire/connection.ts';
import { removalActions } from '../../../../shared/azure/wire/role.ts';

const subscription = '/subscriptions/11111111-2222-4333-8444-555555555555';
const network = `${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v`;
const request = createPipelineRequest({ url: 'https://storage1.blob.core.windows.net/reports/x' });
const error = new RestError('x', { request });
const refusal = (code: string, sentence: string) => refusalOf(error, code, sentence);

const denied = (action: string, scope: string) =>
  refusal(
    'AuthorizationFailed',
    `The client 'a' with object id 'b' does not have authorization to perform action '${action}' over scope '${scope}'.`,
  );
const read = 'Microsoft.Network/virtualNetworks/read';

afterEach(() => useRole('VPN RADIUS'));

describe('a refusal', () => {
  it('of Resource Manager asks for the role on the whole subscription', () => {
    expect(denied(read, network)).toEqual({
      action: read,
      objectId: 'b',
      role: 'VPN RADIUS',
      scope: subscription,
    });
  });

  it.each(removalActions)('of %s asks for the role of removals, in whatever case Azure says it', (action) => {
    expect(denied(action.toUpperCase(), network)?.role).toBe('VPN RADIUS: removals');
  });

  it.each([
    ['above all subscriptions', '/providers/Microsoft.Management/managementGroups/corp'],
    ['below something else', `/elsewhere${subscription}`],
  ])('%s names no role that would help', (_, scope) => {
    expect(denied(read, scope)).toBeUndefined();
  });

  it.each([
    ['AuthorizationFailed', 'You may not.'],
    ['LinkedAuthorizationFailed', 'You may not.'],
    ['ForbiddenByRbac', "Action: 'x'"],
    ['ForbiddenByRbac', 'Vault: kv-hub'],
    ['Unauthorized', 'You may not.'],
    ['RequestDisallowedByPolicy', `object id 'b' does not have authorization to perform action`],
  ])('%s that says only "%s" is told as it is', (code, sentence) => {
    expect(refusal(code, sentence)).toBeUndefined();
  });

  it('of a vault may leave out whom it refuses', () => {
    expect(refusal('ForbiddenByRbac', "Action: 'get'\r\nVault: kv-hub;location=x")).toEqual({
      action: 'get',
      role: 'Key Vault Secrets Officer',
      scope: '$(az keyvault show --name kv-hub --query id --output tsv)',
    });
    expect(refusal('ForbiddenByRbac', "oid=0b9c-1;iss Action: 'get' Vault: kv-hub")?.objectId).toBe('0b9c-1');
  });

  it('of a blob asks for the role on its account', () => {
    expect(refusal('AuthorizationPermissionMismatch', '')).toEqual({
      action: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*',
      role: 'Storage Blob Data Owner',
      scope: '$(az storage account show --name storage1 --query id --output tsv)',
    });
    expect(refusalOf(new RestError('x'), 'AuthorizationPermissionMismatch', '')).toBeUndefined();
  });

  const topic = `${subscription}/resourceGroups/rg.net/providers/Microsoft.EventGrid/topics/t`;
  it.each([`${topic}.`, `${topic}. Report it.`, `${topic} Report it.`, topic])(
    'of a topic asks for the role on it, however the sentence goes on: %s',
    (rest) => {
      expect(refusal('Unauthorized', `It does not have permission to send data to ${rest}`)).toEqual({
        action: 'Microsoft.EventGrid/events/send/action',
        role: 'EventGrid Data Sender',
        scope: topic,
      });
    },
  );
});

describe('what to do about it', () => {
  const asked = { action: read, role: 'VPN RADIUS', scope: subscription };
  const command = (who: string, role: string) =>
    `Give the app its role: az role assignment create --assignee-object-id ${who} --assignee-principal-type ServicePrincipal --role "${role}" --scope "${subscription}"`;
  const older = '. If it already has the role, the role is older than the app: deploy infra/ again.';

  it.each([
    ['the identity that Azure refused', { objectId: 'b' }, 'known', 'b'],
    ['the identity that the app knows of', {}, 'known', 'known'],
    ['the identity that the app knows of, where Azure says none', { objectId: '' }, 'known', 'known'],
    ['nobody in particular', {}, undefined, "<object id of the app's identity>"],
  ])('is a command for %s', (_, who, known, expected) => {
    expect(remedyOf({ ...asked, ...who }, known)).toBe(command(expected, 'VPN RADIUS') + older);
  });

  it('names the role that the connection was given, and keeps it where one is given none', () => {
    const settings = {
      resourceManagerEndpoint: 'https://management.example',
      authorityHost: 'https://login.example',
      keyVaultUrl: 'https://hub.vault.azure.net',
      version: '1.2.3',
      credential: { getToken: async () => null },
    };
    connectAzure({ ...settings, roleName: 'VPN RADIUS of rg-vpn' });
    connectAzure(settings);
    expect(denied(read, network)?.role).toBe('VPN RADIUS of rg-vpn');
  });

  it('names the role of this installation, and only of it says that it may be too old', () => {
    useRole('VPN RADIUS of rg-vpn');
    expect(remedyOf(denied(read, network)!)).toBe(command('b', 'VPN RADIUS of rg-vpn') + older);
    expect(remedyOf(denied(removalActions[0]!, network)!)).toBe(
      command('b', 'VPN RADIUS of rg-vpn: removals'),
    );
  });
});
