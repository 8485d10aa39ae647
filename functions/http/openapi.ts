import * as z from 'zod';
import { complianceRequest } from '../../shared/compliance/scope.ts';
import { waiverBody, withdrawal } from '../../shared/compliance/waivers/waiver-bodies.ts';
import { version } from '../../shared/core/version.ts';
import type { OutgoingEvent } from '../../shared/deployment/contract.ts';
import { cancellation, decision } from '../../shared/deployment/decisions/decision.ts';
import { guardrails } from '../../shared/deployment/guardrails/guardrails.ts';
import { migrationRequest, migrationTicket } from '../../shared/deployment/migration/request.ts';
import { removalRequest, removalTicket } from '../../shared/deployment/removal/request.ts';
import { vpnGatewayRequest } from '../../shared/deployment/request.ts';
import { dueRotation } from '../deployment/due/due-request.ts';
import * as schemas from './api-schemas.ts';
import { reportFilters } from './compliance/list-reports.ts';
import { listFilters } from './deployments/list-deployments.ts';
import { previewRequest } from './plan/preview-deployment.ts';
import { rotation } from './rotations/rotate-secret.ts';
import { waiverFilters } from './waivers/list-waivers.ts';

interface Operation {
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, z.ZodType | string>>;
  readonly query?: readonly string[];
  readonly isAnonymous?: boolean;
}

const error = schemas.errorBody;

/** Every route, with the schemas that parse its requests and describe its answers. */
const operations: Readonly<Record<string, Operation>> = {
  'POST /tickets': {
    summary: 'Starts the deployment, the removal or the migration that a ticket asks for.',
    body: z.union([vpnGatewayRequest, removalTicket, migrationTicket]),
    answers: { 202: schemas.accepted, 400: error, 404: error, 409: error },
  },
  'POST /tickets/{system}': {
    summary:
      'Accepts the native webhook of servicenow or jira. docs/tickets.md says how its fields are mapped.',
    body: z.record(z.string(), z.unknown()),
    answers: {
      200: 'The event asks for nothing that this app does.',
      202: schemas.accepted,
      400: error,
      401: error,
      404: error,
      409: error,
    },
  },
  'POST /deployments/plan': {
    summary:
      'Shows what a ticket would do. Reads Azure, writes nothing. With "nps": "preview" the app asks the NPS servers too. This takes about a minute, so the answer is 202.',
    body: previewRequest,
    answers: { 200: schemas.planAnswer, 202: schemas.previewAccepted, 400: error },
  },
  'GET /plans/{id}': {
    summary: 'Shows what a ticket would do, after the NPS servers have answered.',
    answers: { 200: schemas.previewProgress, 404: error },
  },
  'GET /deployments': {
    summary: 'Lists deployments, newest first, 50 a page.',
    query: listFilters,
    answers: { 200: schemas.deploymentPage, 400: error },
  },
  'GET /deployments/{id}': {
    summary: 'Shows a deployment.',
    answers: { 200: schemas.deployment, 404: error },
  },
  'GET /deployments/{id}/record': {
    summary:
      'Shows everything that is kept of a deployment, with its SHA-256 and that of the previous record.',
    answers: { 200: schemas.recordBody, 404: error },
  },
  'GET /deployments/{id}/plan': {
    summary: 'Shows the whole plan that is carried out, or that waits for a decision.',
    answers: { 200: schemas.anyShownPlan, 404: error },
  },
  'GET /deployments/{id}/export': {
    summary: 'Shows what exists as code, bicep or terraform, with import statements and without secrets.',
    query: ['format'],
    answers: { 200: 'The code, as text.', 400: error, 404: error },
  },
  'POST /deployments/{id}/approval': {
    summary: 'Decides on a deployment that waits for an approval.',
    body: decision,
    answers: { 202: 'The decision is accepted.', 400: error, 403: error, 404: error, 409: error },
  },
  'POST /deployments/{id}/cancel': {
    summary: 'Stops a deployment after its running step. What exists is kept and listed.',
    body: cancellation,
    answers: { 202: 'The deployment stops.', 400: error, 404: error, 409: error },
  },
  'POST /deployments/{id}/client-profile': {
    summary:
      'Generates a VPN client profile for the caller. The URL is a secret that is valid for about an hour.',
    answers: { 200: schemas.clientProfile, 404: error, 409: error },
  },
  'POST /rotations': {
    summary:
      'Gives a gateway and its NPS servers a new shared secret. This is a deployment of the VNet, which GET /deployments/{id} shows. With "due" it does so for all gateways whose secrets are due, a few at a time, which GET /rotations/{id} shows.',
    body: z.union([rotation, dueRotation]),
    answers: {
      200: schemas.dueGateways,
      202: z.union([schemas.accepted, schemas.runAccepted]),
      400: error,
      404: error,
      409: error,
    },
  },
  'GET /rotations/{id}': {
    summary: 'Shows for which gateways the due rotation is done, failed, skipped or not started.',
    answers: { 200: schemas.dueRotations, 404: error },
  },
  'POST /rotations/{id}/cancel': {
    summary: 'Begins no more of these rotations. Those that run are finished.',
    body: cancellation,
    answers: { 202: 'No more rotations are started.', 400: error, 404: error, 409: error },
  },
  'POST /removals': {
    summary:
      'Removes what this app made for a gateway, and nothing else. This is a deployment of the VNet, which GET /deployments/{id} shows. It always waits for an approval.',
    body: removalRequest,
    answers: { 202: schemas.accepted, 400: error, 404: error, 409: error },
  },
  'POST /migrations': {
    summary:
      'Changes a gateway along a planned path, such as from RADIUS to Entra sign-in. This is a deployment of the VNet, which GET /deployments/{id} shows. docs/migrations.md lists the paths.',
    body: migrationRequest,
    answers: { 202: schemas.accepted, 400: error, 404: error, 409: error },
  },
  'POST /compliance/runs': {
    summary: 'Starts a compliance check now.',
    body: complianceRequest,
    answers: { 202: schemas.runAccepted, 400: error },
  },
  'GET /compliance/runs/{id}': {
    summary: 'Shows the progress of a run, or how it ended.',
    answers: { 200: schemas.runProgress, 404: error },
  },
  'GET /compliance/latest': {
    summary: 'Shows the last finished report, as json, csv or html.',
    query: ['format'],
    answers: {
      200: 'The report. Its schema is docs/schemas/compliance-report.json.',
      400: error,
      404: error,
    },
  },
  'GET /compliance/reports': {
    summary: 'Lists reports, newest first, 50 a page.',
    query: reportFilters,
    answers: { 200: schemas.reportPage, 400: error },
  },
  'GET /compliance/reports/{id}': {
    summary: 'Shows an earlier report, as json, csv or html.',
    query: ['format'],
    answers: {
      200: 'The report. Its schema is docs/schemas/compliance-report.json.',
      400: error,
      404: error,
    },
  },
  'POST /compliance/waivers': {
    summary:
      'Waives a finding until a day. This is kept as a record. The check counts the finding as waived, and says who waived it.',
    body: waiverBody,
    answers: { 201: schemas.waiver, 400: error, 403: error },
  },
  'GET /compliance/waivers': {
    summary: 'Lists the waivers that are kept as records, newest first, 50 a page.',
    query: waiverFilters,
    answers: { 200: schemas.waiverPage, 400: error },
  },
  'GET /compliance/waivers/{id}': {
    summary: 'Shows a waiver.',
    answers: { 200: schemas.waiver, 404: error },
  },
  'POST /compliance/waivers/{id}/withdrawal': {
    summary: 'Withdraws a waiver. From the next check the finding counts again.',
    body: withdrawal,
    answers: { 200: schemas.waiver, 400: error, 404: error },
  },
  'GET /guardrails': {
    summary: 'Shows what the owner of the app allows, and what needs an approval.',
    answers: { 200: schemas.guardrailsAnswer },
  },
  'GET /portal/{path}': {
    summary: 'Serves the operations page. The page gets its data from the other routes.',
    answers: { 200: 'The page, or a file of it.', 404: error },
    isAnonymous: true,
  },
  'GET /health': {
    summary: 'Shows whether the app can work.',
    isAnonymous: true,
    answers: { 200: schemas.health, 503: schemas.health },
  },
};

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
        403: error,
        ...(body && { 413: error }),
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

/** The JSON schema of an event to the topic: CloudEvents 1.0 with our data. */
export function eventSchema(type: OutgoingEvent['type']): object {
  // CloudEvents lets whoever passes an event on add attributes.
  const event = z.looseObject({
    specversion: z.literal('1.0'),
    type: z.literal(type),
    source: z.string(),
    id: z.string().meta({ description: 'The same for every attempt to send the same message.' }),
    subject: z.string().meta({ description: 'The id of the virtual network. For a check: compliance.' }),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: schemas.eventData[type],
  });
  return z.toJSONSchema(event, { io: 'output', unrepresentable: 'any' });
}

export const eventTypes = Object.keys(schemas.eventData) as OutgoingEvent['type'][];

/** The JSON schema of the setting `GUARDRAILS`. */
export function guardrailsSchema(): object {
  return z.toJSONSchema(guardrails, { io: 'input', unrepresentable: 'any' });
}
