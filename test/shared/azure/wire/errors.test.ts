import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  RestError,
} from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { signInRemedy } from '../../../../shared/azure/wire/credential.ts';
import { azureError, found } from '../../../../shared/azure/wire/errors.ts';
import { retryAfterSeconds, serverTime } from '../../../../shared/azure/wire/retry-after.ts';
import { VpnRadiusError } from '../../../../shared/core/errors.ts';
import { redacted } from '../../../../shared/core/redacted.ts';

const target = '/subscriptions/1/gateway';

function restError(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  method: HttpMethods = 'PUT',
): RestError {
  const request = createPipelineRequest({
    url: 'https://management.azure.com/x',
    method,
    body: '{"secret":"s3cret!"}',
  });
  return new RestError('client text', {
    statusCode: status,
    request,
    response: {
      request,
      status,
      headers: createHttpHeaders(headers),
      bodyAsText: typeof body === 'string' ? body : JSON.stringify(body),
    },
  });
}

const arm = (code: string, message = 'A sentence.') => ({ error: { code, message, details: [] } });
const updating =
  'Cannot proceed with operation because resource vnet used by resource gw is not in Succeeded state. Resource is in Updating state and the last operation that updated it is PutSubnetOperation.';

describe('an answer of Azure', () => {
  it.each([
    // status, body, expected code, transient
    [400, arm('InvalidVpnClientAddressPrefixOrCidr'), 'InvalidVpnClientAddressPrefixOrCidr', undefined],
    [400, arm('AnotherOperationInProgress'), 'AnotherOperationInProgress', true],
    [400, arm('RetryableError'), 'RetryableError', true],
    // The reason was lost on the way.
    [409, {}, 'Http409', true],
    [409, arm('VmAgentStatusCommunicationError'), 'VmAgentStatusCommunicationError', undefined],
    [400, {}, 'Http400', undefined],
    [400, arm('ReferencedResourceNotProvisioned', updating), 'ReferencedResourceNotProvisioned', true],
    [
      400,
      arm('ReferencedResourceNotProvisioned', updating.replace('Updating', 'Failed')),
      'ReferencedResourceNotProvisioned',
      undefined,
    ],
    [400, arm('InUseSubnetCannotBeDeleted'), 'InUseSubnetCannotBeDeleted', undefined],
    [403, arm('RequestDisallowedByPolicy'), 'RequestDisallowedByPolicy', undefined],
    [404, arm('InvalidResourceType'), 'InvalidResourceType', undefined],
    [404, arm('ResourceGroupNotFound'), 'ResourceGroupNotFound', undefined],
    // About something that was there a moment ago.
    [404, arm('ResourceNotFound'), 'ResourceNotFound', true],
    [404, arm('ParentResourceNotFound'), 'ParentResourceNotFound', true],
    [404, arm('NotFound'), 'NotFound', true],
    [404, '', 'Http404', true],
    [400, arm('NotFound'), 'NotFound', undefined],
    [410, arm('ResourceNotFound'), 'ResourceNotFound', undefined],
    [408, arm('RequestTimeout'), 'RequestTimeout', true],
    [409, arm('AnotherOperationInProgress'), 'AnotherOperationInProgress', true],
    [
      409,
      arm('CanceledAndSupersededDueToAnotherOperation'),
      'CanceledAndSupersededDueToAnotherOperation',
      true,
    ],
    [409, arm('Conflict', 'Run command extension execution is in progress. Please wait.'), 'Conflict', true],
    [
      409,
      arm('OperationNotAllowed', 'Cannot modify extensions in the VM when the VM is not running.'),
      'OperationNotAllowed',
      undefined,
    ],
    [409, { Error: { Code: 'GroupConflict', Message: 'PascalCase.' } }, 'GroupConflict', undefined],
    [412, arm('PreconditionFailed'), 'PreconditionFailed', undefined],
    [429, arm('AnotherOperationInProgress'), 'AnotherOperationInProgress', true],
    [429, arm('SubscriptionRequestsThrottled'), 'SubscriptionRequestsThrottled', true],
    [500, arm('InternalServerError'), 'InternalServerError', true],
    [502, '<html>Bad gateway</html>', 'Http502', true],
    [503, '', 'Http503', true],
    [504, arm('GatewayTimeout'), 'GatewayTimeout', true],
    [
      403,
      {
        error: {
          code: 'Forbidden',
          message: 'Operation get is not allowed on a disabled secret.',
          innererror: { code: 'SecretDisabled' },
        },
      },
      'SecretDisabled',
      undefined,
    ],
  ])('%i %j is %s, transient: %s', (status, body, code, transient) => {
    const { failure } = azureError(restError(status, body), target);
    expect(failure).toMatchObject({ code, target });
    expect(failure.transient).toBe(transient);
  });

  it('a 404 of which nobody can read what is missing passes', () => {
    const half = new RestError('Error "SyntaxError" occurred', {
      code: RestError.PARSE_ERROR,
      statusCode: 404,
    });
    expect(azureError(half, target).failure.transient).toBe(true);
    const request = createPipelineRequest({ url: 'https://management.azure.com/x', method: 'DELETE' });
    expect(azureError(Object.assign(half, { request }), target).failure.transient).toBe(true);
  });

  it('a 404 to a deletion does not pass: what was to go is gone', () => {
    const gone = restError(404, arm('ResourceNotFound'), {}, 'DELETE');
    expect(azureError(gone, target).failure.transient).toBeUndefined();
  });

  it.each([
    ['Conflict', 'The resource is in Deleting state.', true],
    ['Conflict', 'Subnet is currently Updating.', true],
    ['Conflict', 'Subnet is busy with Updating.', undefined],
    ['Conflict', 'A run is IN PROGRESS.', true],
    ['Conflict', 'The gateway is Creating', true],
    ['Conflict', 'The name win Updating is taken.', undefined],
    ['Conflict', 'The gateway is in Updatingly bad shape.', undefined],
    ['ReferencedResourceNotProvisioned', 'It is not provisioned.', true],
    ['ReferencedResourceNotProvisioned', 'It is in the state Failed.', undefined],
    ['OperationPreempted', 'Another one was more important.', true],
  ])('%s "%s" passes: %s', (code, message, transient) => {
    for (const status of [400, 409])
      expect(azureError(restError(status, arm(code, message)), target).failure.transient).toBe(transient);
    const elsewhere = azureError(restError(403, arm(code, message)), target).failure.transient;
    expect(elsewhere).toBe(code === 'Conflict' ? undefined : transient);
  });

  it('keeps the sentence, so that a missing permission is named', () => {
    const sentence =
      "The client 'a' with object id 'b' does not have authorization to perform action 'Microsoft.Network/virtualNetworkGateways/write' over scope '/subscriptions/1'.";
    const { failure } = azureError(restError(403, arm('AuthorizationFailed', sentence)), target);
    expect(failure).toEqual({
      code: 'AuthorizationFailed',
      message: expect.stringMatching(/^The client 'a' .*'\/subscriptions\/1'\. Give the app its role: az /),
      target,
    });
  });

  const oid = '0b9c8d7e-6f5a-4b3c-9d2e-1f0a9b8c7d6e';
  const assign = (role: string, scope: string) =>
    `Give the app its role: az role assignment create --assignee-object-id ${oid} --assignee-principal-type ServicePrincipal --role "${role}" --scope "${scope}"`;
  const vaultRefusal = (resource: string) => ({
    error: {
      code: 'Forbidden',
      message: `Caller is not authorized to perform action on resource.\r\nCaller: appid=a;oid=${oid};iss=https://sts.windows.net/t/\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '${resource}'\r\nVault: kv-hub;location=westeurope\r\n`,
      innererror: { code: 'ForbiddenByRbac' },
    },
  });
  it.each([
    [
      'Resource Manager',
      403,
      arm(
        'AuthorizationFailed',
        `The client 'a' with object id '${oid}' does not have authorization to perform action 'Microsoft.Network/virtualNetworks/read' over scope '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v' or the scope is invalid.`,
      ),
      'AuthorizationFailed',
      assign('VPN RADIUS', '/subscriptions/1'),
    ],
    [
      'Resource Manager, of a resource that is referred to',
      403,
      arm(
        'LinkedAuthorizationFailed',
        `The client 'a' with object id '${oid}' has permission to perform action 'Microsoft.Network/virtualNetworkGateways/write' on scope '/subscriptions/1/resourceGroups/rg/g'; however, it does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '/subscriptions/2/resourceGroups/rg/s' (respectively) or the linked scope(s) are invalid.`,
      ),
      'LinkedAuthorizationFailed',
      assign('VPN RADIUS', '/subscriptions/2'),
    ],
    [
      'Key Vault',
      403,
      vaultRefusal('/subscriptions/1/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv-hub/secrets/a'),
      'ForbiddenByRbac',
      assign(
        'Key Vault Secrets Officer',
        '/subscriptions/1/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv-hub',
      ),
    ],
    [
      'Key Vault, without its id',
      403,
      vaultRefusal('/secrets/a'),
      'ForbiddenByRbac',
      assign('Key Vault Secrets Officer', '$(az keyvault show --name kv-hub --query id --output tsv)'),
    ],
    [
      'Event Grid, which does not say whom it refuses',
      401,
      arm(
        'Unauthorized',
        "The principal associated with access token presented with the incoming request does not have permission to send data to /subscriptions/1/resourceGroups/rg/providers/Microsoft.EventGrid/topics/t. Report 'x' to our forums for assistance or raise a support ticket.",
      ),
      'AuthorizationFailed',
      assign(
        'EventGrid Data Sender',
        '/subscriptions/1/resourceGroups/rg/providers/Microsoft.EventGrid/topics/t',
      ),
    ],
    [
      'Storage, which says nothing but that',
      403,
      arm(
        'AuthorizationPermissionMismatch',
        'This request is not authorized to perform this operation using this permission.',
      ),
      'AuthorizationPermissionMismatch',
      assign(
        'Storage Blob Data Owner',
        '$(az storage account show --name management --query id --output tsv)',
      ),
    ],
  ])('tells the command that fixes a refusal of %s', (_, status, body, code, command) => {
    const { failure } = azureError(restError(status, body), target, [], oid);
    expect(failure).toMatchObject({ code, target, message: expect.stringContaining(command) });
    expect(failure.message).not.toMatch(/[\r\n]/);
    expect(failure.transient).toBeUndefined();
  });

  it('tells what a vault says in many lines in one', () => {
    const { failure } = azureError(restError(403, vaultRefusal('/secrets/a')), target);
    expect(failure.message).toContain(
      `Caller is not authorized to perform action on resource. Caller: appid=a;oid=${oid};iss=https://sts.windows.net/t/ Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action' Resource: '/secrets/a' Vault: kv-hub;location=westeurope Give the app its role: `,
    );
  });

  it('takes a 401 without such a sentence for what it is', () => {
    const { failure } = azureError(restError(401, arm('Unauthorized', 'No.')), target);
    expect(failure.code).toBe('CredentialUnavailable');
  });

  it('keeps the details, where Resource Graph says what is wrong', () => {
    const body = {
      error: {
        code: 'BadRequest',
        message: 'Support info',
        details: [{ code: 'InvalidQuery', message: 'Query is invalid.' }],
      },
    };
    expect(azureError(restError(400, body), target).failure.details).toEqual([
      { code: 'InvalidQuery', message: 'Query is invalid.' },
    ]);
  });

  it('says who has to sign in when the credential is not accepted', () => {
    const { failure } = azureError(
      restError(401, arm('InvalidAuthenticationToken', 'The access token is invalid.')),
      target,
    );
    expect(failure.code).toBe('CredentialUnavailable');
    expect(failure.message).toMatch(/InvalidAuthenticationToken.*is invalid.*az login.*managed identity/);
    expect(failure.transient).toBeUndefined();
  });

  it('is asked again with a fresh token when the one that was sent had run out', () => {
    const { failure } = azureError(
      restError(401, arm('ExpiredAuthenticationToken', 'The access token expiry is over.')),
      target,
    );
    expect(failure).toMatchObject({ code: 'ExpiredAuthenticationToken', transient: true });
  });

  it('is read where it is a table that refuses', () => {
    const ofTable = (code: string) => ({
      'odata.error': { code, message: { lang: 'en-US', value: `${code} it is.` } },
    });
    expect(azureError(restError(409, ofTable('TableBeingDeleted')), target).failure).toMatchObject({
      code: 'TableBeingDeleted',
      message: 'TableBeingDeleted it is.',
    });
    expect(
      azureError(restError(403, ofTable('InvalidAuthenticationInfo')), target).failure,
    ).not.toHaveProperty('transient');
    // Storage has no other code for a token that has run out.
    expect(azureError(restError(401, ofTable('InvalidAuthenticationInfo')), target).failure).toMatchObject({
      code: 'InvalidAuthenticationInfo',
      transient: true,
    });
  });

  it('carries the ids by which its support finds the request', () => {
    const ids = { 'x-ms-correlation-request-id': 'c-1', 'x-ms-request-id': 'r-1' };
    for (const error of [
      restError(409, arm('AnotherOperationInProgress'), ids),
      restError(403, arm('AuthorizationFailed'), ids),
      restError(401, arm('InvalidAuthenticationToken'), ids),
      restError(200, '<html>', ids),
    ])
      expect(azureError(error, target).failure).toMatchObject({ correlationId: 'c-1', requestId: 'r-1' });
    expect(azureError(restError(409, arm('Conflict')), target).failure).not.toHaveProperty('requestId');
  });

  it('tells which policy forbids it, where and why, and not what was sent', () => {
    const assignmentId =
      '/providers/Microsoft.Management/managementGroups/corp/providers/Microsoft.Authorization/policyAssignments/zones';
    const error = {
      code: 'RequestDisallowedByPolicy',
      target: 'pip-hub',
      message: "Resource 'pip-hub' was disallowed by policy.",
      additionalInfo: [
        {
          type: 'PolicyViolation',
          info: {
            evaluationDetails: {
              evaluatedExpressions: [
                {
                  result: 'True',
                  expressionKind: 'Field',
                  path: 'location',
                  expressionValue: 's3cret!',
                  targetValue: ['westeurope', 'northeurope'],
                  operator: 'NotIn',
                },
              ],
            },
            policyDefinitionDisplayName: 'Allowed locations',
            policyAssignmentId: assignmentId,
            policyAssignmentDisplayName: 'Europe only',
            policyAssignmentScope: '/providers/Microsoft.Management/managementGroups/corp',
          },
        },
        { type: 'Other', info: { hint: 'ask the owner' } },
      ],
    };
    const { failure } = azureError(restError(403, { error }), target);
    expect(failure.details).toEqual([
      {
        code: 'PolicyViolation',
        message:
          'The policy assignment "Europe only" at /providers/Microsoft.Management/managementGroups/corp forbids it, by "Allowed locations", because location NotIn ["westeurope","northeurope"]',
        target: assignmentId,
      },
      { code: 'Other', message: '{"hint":"ask the owner"}' },
    ]);
    expect(failure.transient).toBeUndefined();
    const inside = azureError(
      restError(400, { error: { code: 'Outer', message: 'x', details: [error] } }),
      target,
    );
    expect(inside.failure.details!.map(({ code }) => code)).toEqual([
      'RequestDisallowedByPolicy',
      'PolicyViolation',
      'Other',
    ]);
  });
});

describe('what is looked for', () => {
  it.each([
    [404, 'ResourceNotFound', true],
    [404, 'NotFound', true],
    [404, 'ParentResourceNotFound', true],
    [404, 'ResourceGroupNotFound', true],
    [404, 'SecretNotFound', true],
    [404, 'SubscriptionNotFound', false],
    [400, 'NotFound', false],
    [503, 'ResourceNotFound', false],
  ])('and is answered with %i %s is not there: %s', async (status, code, isAbsent) => {
    const asked = found(target, () => Promise.reject(restError(status, arm(code))));
    if (isAbsent) expect(await asked).toBeUndefined();
    else await expect(asked).rejects.toMatchObject({ failure: { code, target } });
  });

  it('is not taken for absent by an error that is no answer', async () => {
    const error = Object.assign(new Error('x'), { code: 'NotFound', statusCode: 404 });
    const asked = found(target, () => Promise.reject(error));
    await expect(asked).rejects.toMatchObject({ failure: { code: 'InternalError', target } });
  });
});

it('what is said besides is cut after the secrets are taken out', () => {
  const info = { hint: `${'x'.repeat(1480)}s3cret!${'y'.repeat(100)}` };
  const error = { code: 'Refused', message: 'no', additionalInfo: [{ type: 'Other', info }] };
  const { failure } = azureError(restError(409, { error }), target, ['s3cret!']);
  const { message } = failure.details![0]!;
  expect(message).toHaveLength(1500);
  expect(message).not.toContain('s3c');
  expect(message).toContain('[secret]');
});

describe('no answer', () => {
  const named = (name: string, more: object = {}) =>
    Object.assign(new Error('detail with s3cret!'), { name, ...more });
  const request = createPipelineRequest({ url: 'https://management.azure.com/x?sig=abc' });
  it.each([
    [named('CredentialUnavailableError'), 'CredentialUnavailable', undefined],
    [named('AggregateAuthenticationError'), 'CredentialUnavailable', undefined],
    [named('AuthenticationError', { statusCode: 400 }), 'CredentialUnavailable', undefined],
    [named('AbortError'), 'AzureTimeout', true],
    [new RestError('x', { code: 'ECONNRESET', request }), 'AzureUnreachable', true],
    [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'AzureUnreachable', true],
    [new RestError('x', { code: 'ENOTFOUND', request }), 'AzureUnreachable', true],
    [new RestError('x', { code: 'REQUEST_SEND_ERROR', request }), 'AzureUnreachable', true],
    [new RestError('x', { code: 'SELF_SIGNED_CERT_IN_CHAIN', request }), 'CertificateRejected', undefined],
    [
      new RestError('x', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', request }),
      'CertificateRejected',
      undefined,
    ],
    [new TypeError('value s3cret! is not a string'), 'InternalError', undefined],
  ])('%s is %s, transient: %s', (error, code, transient) => {
    const { failure } = azureError(error, target);
    expect(failure).toMatchObject({ code, target });
    expect(failure.transient).toBe(transient);
    expect(JSON.stringify(failure)).not.toMatch(/s3cret|sig=/);
  });

  it.each([
    [
      new RestError('x', { code: 'ENOTFOUND', request }),
      'management.azure.com could not be reached (ENOTFOUND).',
    ],
    [new RestError('x', { request }), 'management.azure.com could not be reached (no reason given).'],
    [new RestError('x', { code: 'EPIPE' }), 'Azure could not be reached (EPIPE).'],
    [Object.assign(new Error('x'), { code: 'EAI_AGAIN' }), 'Azure could not be reached (EAI_AGAIN).'],
    [
      new RestError('x', { code: 'CERT_HAS_EXPIRED', request }),
      'management.azure.com has a certificate that is not trusted (CERT_HAS_EXPIRED).',
    ],
    [named('AbortError'), 'Azure did not answer in time.'],
    [named('AuthenticationRequiredError'), `No credential could get a token for Azure. ${signInRemedy()}`],
  ])('%s tells: %s', (error, message) => {
    expect(azureError(error, target).message).toBe(message);
  });

  it.each([
    'text',
    undefined,
    null,
    { name: 'AbortError' },
    Object.assign(new Error('x'), { code: 'EACCES' }),
  ])('is not what stopped here: %s', (error) => {
    expect(azureError(error, target).failure).toMatchObject({ code: 'InternalError', target });
  });

  it('leaves an error of ours as it is', () => {
    const ours = new VpnRadiusError({ code: 'Ours', message: 'x' });
    expect(azureError(ours, target)).toBe(ours);
  });
});

describe('what is never told', () => {
  const secret = 'p@ss"w\\rd 1+/';
  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret)],
    ['in a URL', encodeURIComponent(secret)],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('the secret, %s', (_, written) => {
    const body = arm('Invalid', `The value ${written} is invalid.`);
    const error = azureError(
      restError(400, { error: { ...body.error, details: [{ code: 'x', message: written }] } }),
      target,
      [secret],
    );
    for (const text of [JSON.stringify(error.failure), error.message, error.stack, JSON.stringify(error)])
      expect(text).not.toContain(written.replaceAll('"', ''));
    expect(error.message).toContain('[secret]');
  });

  it.each([
    ['<html>the s3cret!</html>', 502],
    ['{"properties":{"secret":"s3cret!"', 200],
    ['{"properties":{"secret":"s3cret!"}}', 400],
  ])('a body that is no error: %s', (body, status) => {
    const code = status === 200 ? { code: RestError.PARSE_ERROR } : {};
    const error = azureError(Object.assign(restError(status, body), code, { message: body }), target);
    expect(error.message).toMatch(
      /^Azure answered with (status \d+ and gave no reason|success, but the body cannot be read. The app does not trust this answer)\.$/,
    );
    expect(JSON.stringify(error.failure) + error.stack).not.toContain('s3cret!');
    expect(error.failure.transient).toBe(status === 400 ? undefined : true);
  });

  it('the request that the client keeps in its error', () => {
    const error = azureError(restError(500, arm('Oops')), target);
    expect(error.cause).toBeUndefined();
    expect(error.stack).not.toContain('s3cret!');
    expect(error.stack).toContain('errors.test.ts');
  });

  it('anything of the message in the stack, which keeps where in the code it was', () => {
    const original = restError(500, arm('Oops', 'Told.'));
    original.stack = [
      'RestError: a s3cret!',
      '  at the s3cret! place',
      'at s3cret!:1:2',
      '    at ask (/app/dist/gateways.js:10:22)',
      '    at /app/dist/main.js:1:345',
      '    at async s3cret!:1:2 and more',
      '    at native',
      'the s3cret! at x:1:2',
    ].join('\n');
    expect(azureError(original, target).stack).toBe(
      [
        'VpnRadiusError: Told.',
        '    at ask (/app/dist/gateways.js:10:22)',
        '    at /app/dist/main.js:1:345',
      ].join('\n'),
    );
    delete original.stack;
    for (const unplaced of [original, 'text']) {
      const { stack } = azureError(unplaced, target);
      expect(stack).toMatch(/\n {4}at .*errors\.ts:/);
      expect(stack).not.toContain('s3cret!');
    }
  });

  it.each([
    [
      'see https://a.example/op/1?api-version=1&t=1&c=MII&s=sig&h=x.',
      'see https://a.example/op/1?[redacted]',
    ],
    [
      "uri: 'https://b.example/x.zip?sv=1&sig=abc%3D' and more",
      "uri: 'https://b.example/x.zip?[redacted]' and more",
    ],
    ['see https://aka.ms/throttling.', 'see https://aka.ms/throttling.'],
    ['what? nothing', 'what? nothing'],
  ])('%s', (text, told) => {
    expect(redacted(text)).toBe(told);
  });
});

describe('how long to wait', () => {
  const date = 'Mon, 01 Jun 2026 00:00:00 GMT';
  it.each([
    [{ 'Retry-After': '17' }, 17],
    [{ 'Retry-After': '0' }, 0],
    [{ 'Retry-After': 'Mon, 01 Jun 2026 00:00:30 GMT', Date: date }, 30],
    [{ 'Retry-After': 'Mon, 01 Jun 2020 00:00:30 GMT', Date: date }, 0],
    [{ 'x-ms-retry-after-ms': '1500', 'Retry-After': '9' }, 2],
    [{ 'retry-after-ms': '200' }, 1],
    [{ 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:01:05' }, 65],
    [{ 'x-ms-user-quota-remaining': '3', 'x-ms-user-quota-resets-after': '00:00:05' }, undefined],
    [{ 'x-ms-user-quota-resets-after': '10:02:03' }, 36_123],
    [{ 'x-ms-user-quota-remaining': '', 'x-ms-user-quota-resets-after': '00:00:07' }, 7],
    [{ 'x-ms-user-quota-resets-after': 'in 00:00:05' }, undefined],
    [{ 'x-ms-user-quota-remaining': '0' }, undefined],
    [{ 'retry-after-ms': '0', 'Retry-After': '9' }, 0],
    [{ 'retry-after-ms': '-1', 'Retry-After': '9' }, 9],
    [{ 'retry-after-ms': 'soon', 'x-ms-retry-after-ms': '2000' }, 2],
    [{ 'Retry-After': 'Mon, 01 Jun 2020 00:00:30 GMT', Date: 'today' }, 0],
    [{ 'Retry-After': 'soon' }, undefined],
    [{ 'Retry-After': 'soon', 'x-ms-user-quota-resets-after': '00:00:05' }, 5],
    [{}, undefined],
  ])('%j is %s', (headers: Record<string, string>, seconds) => {
    expect(retryAfterSeconds(createHttpHeaders(headers))).toBe(seconds);
    const { failure } = azureError(restError(429, arm('TooManyRequests'), headers), target);
    expect(failure.retryAfterSeconds).toBe(seconds);
  });

  it('is counted by the clock of the service, and by ours where it tells no time', () => {
    const before = Date.now();
    for (const headers of [createHttpHeaders(), createHttpHeaders({ Date: 'today' }), undefined])
      expect(serverTime(headers)).toBeGreaterThanOrEqual(before);
    expect(serverTime(createHttpHeaders({ Date: date }))).toBe(Date.parse(date));
  });
});
