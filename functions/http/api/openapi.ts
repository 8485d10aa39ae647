import * as z from 'zod';
import { version } from '../../../shared/core/version.ts';
import { errorBody } from '../schemas/problem.ts';
import { appOperations } from './app-operations.ts';
import { complianceOperations } from './compliance-operations.ts';
import { deploymentOperations } from './deployment-operations.ts';
import type { Operation } from './operation.ts';

/** Every route, with the schemas that parse its requests and describe its answers. */
const operations = { ...deploymentOperations, ...complianceOperations, ...appOperations };

/** The API as OpenAPI 3.1. */
export function openApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method, path] = route.split(' ') as [string, string];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(path, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'VPN RADIUS',
      version,
      description: 'Point-to-site VPN with RADIUS against NPS and Entra MFA, from a ticket.',
    },
    servers: [{ url: '/api' }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-functions-key' } } },
    paths,
  };
}

function operationObject(
  path: string,
  { summary, body, answers, query = [], isAnonymous }: Operation,
): object {
  const all = isAnonymous
    ? answers
    : {
        401: 'The function key is not valid, or nobody is signed in.',
        403: errorBody,
        ...(body && { 413: errorBody }),
        ...answers,
      };
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = query.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } }));
  return {
    summary,
    security: isAnonymous ? [] : [{ key: [] }],
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(body && { requestBody: { required: true, content: content(body, 'input') } }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, answer]) => [
        status,
        typeof answer === 'string'
          ? { description: answer }
          : {
              description: Number(status) < 400 ? 'As asked.' : 'What is wrong, all at once.',
              content: content(answer, 'output'),
            },
      ]),
    ),
  };
}

function content(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return { 'application/json': { schema: json } };
}
