import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { sensibleAnswer } from '../../../../shared/azure/wire/sensible-answer.ts';
import { failureOf, group } from '../recorded-azure.ts';

const gateway = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const operations = `/subscriptions/1/providers/Microsoft.Network/locations/westeurope/operations`;

interface Given {
  readonly status?: number;
  readonly accept?: string;
  readonly parsedBody?: unknown;
}

/** What comes of an answer with this body. */
async function answered(method: HttpMethods, path: string, bodyAsText: string, given: Given = {}) {
  const { status = 200, accept = 'application/json', parsedBody } = given;
  const headers = createHttpHeaders({ Accept: accept });
  const request = createPipelineRequest({
    method,
    url: `https://azure.example${path}?api-version=1`,
    headers,
  });
  const response = {
    request,
    status,
    headers: createHttpHeaders(),
    bodyAsText,
    parsedBody,
  } as PipelineResponse;
  expect(await sensibleAnswer.sendRequest(request, async () => response)).toBe(response);
}

const wrongWith = async (...of: Parameters<typeof answered>) => {
  const { failure } = await failureOf(answered(...of));
  expect(failure).toMatchObject({ code: 'UnexpectedAnswer', transient: true, target: of[1] });
  return /but the body (.*?)\./.exec(failure.message)?.[1];
};

describe('an answer with success', () => {
  // What every answer of its kind holds.
  it.each<[HttpMethods, string, string | undefined]>([
    ['GET', gateway, 'id'],
    ['GET', `${gateway}/connections`, 'value'],
    ['GET', `${group}/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet`, 'id'],
    ['GET', `${group}/Microsoft.Network/virtualNetworks`, 'value'],
    ['GET', '/subscriptions/1/providers/Microsoft.Network/virtualNetworks', 'value'],
    ['GET', `${operations}/0f`, 'status'],
    ['GET', `${operations.toUpperCase()}/0f`, 'status'],
    ['POST', `${gateway}/listRadiusSecrets`, 'value'],
    ['POST', `${gateway}/LISTRADIUSSECRETS`, 'value'],
    ['POST', '/providers/Microsoft.ResourceGraph/resources', 'data'],
    ['GET', '/secrets', 'value'],
    ['GET', '/secrets/', 'value'],
    ['GET', '/secrets/radius-hub/versions', 'value'],
    ['GET', '/secrets/radius-hub/versions/', 'value'],
    ['GET', '/secrets/radius-hub', 'id'],
    ['GET', '/SECRETS/radius-hub/', 'id'],
    ['PUT', '/secrets/radius-hub', 'id'],
    ['PATCH', '/secrets/radius-hub/0001', 'id'],
    // The kinds of these answers differ.
    ['GET', `${operations.replace('operations', 'operationResults')}/0f`, undefined],
    ['GET', `${operations.replace('locations', 'Locations').replace('operations', 'usages')}`, undefined],
    ['GET', '/subscriptions/1/resourceGroups/rg-hub', undefined],
    ['GET', `${group}/Microsoft.Compute/virtualMachines/nps/instanceView`, undefined],
    ['GET', `${group}/Microsoft.Compute/virtualMachines/nps/INSTANCEVIEW`, undefined],
    ['POST', `${gateway}/generatevpnprofile`, undefined],
    ['PUT', gateway, undefined],
  ])('to %s %s holds %j', async (method, path, needed) => {
    if (needed === undefined) return answered(method, path, '{}');
    expect(await wrongWith(method, path, '{}')).toBe(`lacks "${needed}"`);
    expect(await wrongWith(method, path, `{"${needed}":7}`)).toBe(`lacks "${needed}"`);
    await answered(method, path, `{"${needed}":"text"}`);
    await answered(method, path, `{"${needed}":[]}`);
  });

  it.each<[HttpMethods, string, string, string]>([
    ['GET', gateway, '', 'is empty'],
    ['GET', gateway, '<html>', 'is not JSON'],
    ['GET', gateway, 'null', 'is not an object'],
    ['GET', gateway, '"text"', 'is not an object'],
    ['PUT', gateway, '"text"', 'is not an object'],
    ['PUT', gateway, 'null', 'is not an object'],
    ['POST', `${gateway}/generatevpnprofile`, '', 'is empty'],
  ])('to %s %s that is %j makes no sense', async (method, path, body, wrong) => {
    expect(await wrongWith(method, path, body)).toBe(wrong);
  });

  it('may be a plain text where nothing is needed, such as the URL of a client profile', async () => {
    await answered('GET', `${operations.replace('operations', 'operationResults')}/0f`, '"https://profile"');
  });

  it('is taken as the client has read it: a list without the object around it', async () => {
    await answered('GET', `${gateway}/connections`, '', { parsedBody: [] });
    await answered('GET', `${gateway}/connections`, '[]');
    expect(await wrongWith('GET', gateway, '{"id":"x"}', { parsedBody: {} })).toBe('lacks "id"');
  });

  it.each<[string, HttpMethods, string, Given]>([
    ['that was only accepted', 'PUT', gateway, { status: 202 }],
    ['that has no content', 'GET', gateway, { status: 204 }],
    ['that is a failure', 'GET', gateway, { status: 500 }],
    ['to a deletion', 'DELETE', gateway, {}],
    ['of which no JSON was asked for', 'GET', gateway, { accept: 'application/xml' }],
    ['of which nothing was asked', 'GET', gateway, { accept: '' }],
    ['to a word that only holds it', 'GET', gateway, { accept: 'application/jsonp' }],
    ['of a topic', 'POST', '/api/events', {}],
    ['of a topic, in another case', 'POST', '/API/Events', {}],
  ])('%s may be empty', async (_, method, path, given) => {
    await answered(method, path, '', given);
  });

  it.each<[string, HttpMethods, string, Given]>([
    ['that was created', 'PUT', gateway, { status: 201 }],
    ['in any case of what was asked for', 'GET', gateway, { accept: 'Application/JSON' }],
    ['of what is only named like a topic', 'PUT', '/api/events/x', {}],
  ])('%s may not be empty', async (_, method, path, given) => {
    expect(await wrongWith(method, path, '', given)).toBe('is empty');
  });
});
