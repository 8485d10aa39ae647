import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { refusalKept, said } from '../../../../shared/azure/wire/said.ts';

const request = () => createPipelineRequest({ url: 'https://management.azure.com/x' });
const answer = (status: number, bodyAsText?: string | null): PipelineResponse => ({
  request: request(),
  status,
  headers: createHttpHeaders(),
  ...(bodyAsText !== undefined && { bodyAsText }),
});
const refused = (body: unknown, more: object = {}) =>
  Object.assign(new RestError('the text of the client', { statusCode: 400 }), {
    response: answer(400, typeof body === 'string' ? body : JSON.stringify(body)),
    ...more,
  });

describe('what Azure said', () => {
  it.each([
    ['ARM', { error: { code: 'A', message: 'It is so.', target: 't' } }],
    ['some of its providers', { Error: { Code: 'A', Message: 'It is so.', Target: 't' } }],
    ['a table', { 'odata.error': { code: 'A', message: { lang: 'en', value: 'It is so.' }, target: 't' } }],
    ['a service without an envelope', { code: 'A', message: 'It is so.', target: 't' }],
  ])('is read as %s says it', (_, body) => {
    expect(said(refused(body))).toEqual({ code: 'A', message: 'It is so.', target: 't' });
  });

  it('holds what is inside, at every level', () => {
    const inner = { code: 'Forbidden', innererror: { code: 'SecretDisabled' } };
    const details = [{ code: 'B', message: 'Also.', details: [{ message: 'And.' }] }, 'text', null];
    expect(said(refused({ error: { ...inner, details } }))).toEqual({
      code: 'Forbidden',
      inner: 'SecretDisabled',
      details: [{ code: 'B', message: 'Also.', details: [{ message: 'And.' }] }, {}, {}],
    });
  });

  it.each([
    ['is empty', { code: '', message: '', target: '' }],
    [
      'is of another kind',
      { code: 7, message: ['x'], target: {}, innererror: { code: 1 }, details: 'x', additionalInfo: {} },
    ],
    ['is nothing', null],
  ])('holds nothing of what %s', (_, error) => {
    expect(said(refused({ error }))).toEqual({});
  });

  it('of a body that is no JSON is nothing, not even what the client makes of it', () => {
    expect(said(refused('<html>'))).toEqual({});
    expect(said(refused('<html>', { code: 'PARSE_ERROR' }))).toEqual({ code: 'PARSE_ERROR' });
    expect(said(refused({ error: { code: 'A' } }, { code: 'OfTheClient' }))).toEqual({ code: 'A' });
  });

  it('is what the client has taken from a body of which it kept no text', () => {
    const error = new RestError('It is so.', { code: 'A', statusCode: 400 });
    expect(said(error)).toEqual({ code: 'A', message: 'It is so.' });
    const taken = Object.assign(error, { details: { error: { target: 't' } } });
    expect(said(taken)).toEqual({ code: 'A', message: 'It is so.', target: 't' });
  });

  const kept = async (status: number, body: string) => {
    const response = answer(status, body);
    expect(await refusalKept.sendRequest(response.request, async () => response)).toBe(response);
    return said(new RestError('only a status', { statusCode: status, request: response.request }));
  };

  it('is kept with the request where the client throws only a status', async () => {
    const body = JSON.stringify({ error: { code: 'A', message: 'It is so.' } });
    expect(await kept(400, body)).toEqual({ code: 'A', message: 'It is so.' });
    expect(await kept(399, body)).toEqual({ message: 'only a status' });
    expect(await kept(500, '')).toEqual({ message: 'only a status' });
  });
});

describe('which policy forbids it', () => {
  const problem = (entry: unknown) => said(refused({ error: { additionalInfo: [entry] } })).more?.[0];
  const violation = (info: object) => problem({ type: 'PolicyViolation', info });
  const expressions = (...evaluatedExpressions: unknown[]) => ({
    evaluationDetails: { evaluatedExpressions },
  });

  it.each([
    ['its name alone', { policyAssignmentName: 'zones' }, 'The policy assignment "zones" forbids it'],
    [
      'the names that people gave, before the others',
      {
        policyAssignmentName: 'a1',
        policyAssignmentDisplayName: 'Zones',
        policyDefinitionName: 'd1',
        policyDefinitionDisplayName: 'Zones only',
      },
      'The policy assignment "Zones" forbids it, by "Zones only"',
    ],
    [
      'its place and definition',
      { policyAssignmentName: 'a1', policyAssignmentScope: '/subscriptions/1', policyDefinitionName: 'd1' },
      'The policy assignment "a1" at /subscriptions/1 forbids it, by "d1"',
    ],
    [
      'empty texts as if they were not there',
      {
        policyAssignmentDisplayName: '',
        policyAssignmentName: 'a1',
        policyDefinitionDisplayName: '',
        policyAssignmentScope: '',
      },
      'The policy assignment "a1" forbids it',
    ],
    [
      'texts alone',
      { policyAssignmentDisplayName: 7, policyAssignmentName: 'a1', policyDefinitionName: {} },
      'The policy assignment "a1" forbids it',
    ],
    [
      'every reason, without what was sent',
      {
        policyAssignmentName: 'a1',
        ...expressions(
          { path: 'location', operator: 'NotIn', targetValue: ['x'], expressionValue: 'sent' },
          { path: 'tags', operator: 'Exists' },
        ),
      },
      'The policy assignment "a1" forbids it, because location NotIn ["x"] and tags Exists',
    ],
    [
      'no reason where none can be read',
      { policyAssignmentName: 'a1', evaluationDetails: { evaluatedExpressions: 'x' } },
      'The policy assignment "a1" forbids it',
    ],
  ])('is told with %s', (_, info, message) => {
    expect(violation(info)).toEqual({ code: 'PolicyViolation', message });
  });

  it('is told with the id of its assignment', () => {
    expect(violation({ policyAssignmentName: 'a1', policyAssignmentId: '/a1' })).toMatchObject({
      target: '/a1',
    });
  });

  it.each([
    [
      { type: 'Quota', info: { left: 0 } },
      { code: 'Quota', message: '{"left":0}' },
    ],
    [{ info: 'ask us' }, { code: 'AdditionalInfo', message: '"ask us"' }],
    [{ type: 'Empty' }, { code: 'Empty', message: '' }],
    ['text', { code: 'AdditionalInfo', message: '' }],
  ])('may be something else: %j', (entry, expected) => {
    expect(problem(entry)).toEqual(expected);
  });
});
