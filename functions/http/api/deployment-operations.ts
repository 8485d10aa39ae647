import * as z from 'zod';
import { cancellation, decision } from '../../../shared/deployment/decisions/decision.ts';
import { migrationRequest, migrationTicket } from '../../../shared/deployment/migration/request.ts';
import { removalRequest, removalTicket } from '../../../shared/deployment/removal/request.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { dueRotation } from '../../deployment/due/due-request.ts';
import { listFilters } from '../deployments/list-deployments.ts';
import { previewRequest } from '../plan/preview-deployment.ts';
import { rotation } from '../rotations/rotate-secret.ts';
import { runAccepted } from '../schemas/compliance-run.ts';
import { accepted, clientProfile, deployment, deploymentPage } from '../schemas/deployment.ts';
import { dueGateways, dueRotations } from '../schemas/due-rotations.ts';
import { planAnswer, previewAccepted, previewProgress } from '../schemas/plan.ts';
import { errorBody } from '../schemas/problem.ts';
import { recordBody } from '../schemas/record.ts';
import { anyShownPlan } from '../schemas/shown-plan.ts';
import type { Operation } from './operation.ts';

/** The routes of deployments, and of everything that starts one: tickets, rotations, removals and migrations. */
export const deploymentOperations: Readonly<Record<string, Operation>> = {
  'POST /tickets': {
    summary: 'Starts the deployment, the removal or the migration that a ticket asks for.',
    body: z.union([vpnGatewayRequest, removalTicket, migrationTicket]),
    answers: { 202: accepted, 400: errorBody, 404: errorBody, 409: errorBody },
  },
  'POST /tickets/{system}': {
    summary:
      'Accepts the native webhook of servicenow or jira. docs/tickets.md says how its fields are mapped.',
    body: z.record(z.string(), z.unknown()),
    answers: {
      200: 'The event asks for nothing that this app does.',
      202: accepted,
      400: errorBody,
      401: errorBody,
      404: errorBody,
      409: errorBody,
    },
  },
  'POST /deployments/plan': {
    summary:
      'Shows what a ticket would do. Reads Azure, writes nothing. With "nps": "preview" the app asks the NPS servers too. This takes about a minute, so the answer is 202.',
    body: previewRequest,
    answers: { 200: planAnswer, 202: previewAccepted, 400: errorBody },
  },
  'GET /plans/{id}': {
    summary: 'Shows what a ticket would do, after the NPS servers have answered.',
    answers: { 200: previewProgress, 404: errorBody },
  },
  'GET /deployments': {
    summary: 'Lists deployments, newest first, 50 a page.',
    query: listFilters,
    answers: { 200: deploymentPage, 400: errorBody },
  },
  'GET /deployments/{id}': {
    summary: 'Shows a deployment.',
    answers: { 200: deployment, 404: errorBody },
  },
  'GET /deployments/{id}/record': {
    summary:
      'Shows everything that is kept of a deployment, with its SHA-256 and that of the previous record.',
    answers: { 200: recordBody, 404: errorBody },
  },
  'GET /deployments/{id}/plan': {
    summary: 'Shows the whole plan that is carried out, or that waits for a decision.',
    answers: { 200: anyShownPlan, 404: errorBody },
  },
  'GET /deployments/{id}/export': {
    summary: 'Shows what exists as code, bicep or terraform, with import statements and without secrets.',
    query: ['format'],
    answers: { 200: 'The code, as text.', 400: errorBody, 404: errorBody },
  },
  'POST /deployments/{id}/approval': {
    summary: 'Decides on a deployment that waits for an approval.',
    body: decision,
    answers: {
      202: 'The decision is accepted.',
      400: errorBody,
      403: errorBody,
      404: errorBody,
      409: errorBody,
    },
  },
  'POST /deployments/{id}/cancel': {
    summary: 'Stops a deployment after its running step. What exists is kept and listed.',
    body: cancellation,
    answers: { 202: 'The deployment stops.', 400: errorBody, 404: errorBody, 409: errorBody },
  },
  'POST /deployments/{id}/client-profile': {
    summary:
      'Generates a VPN client profile for the caller. The URL is a secret that is valid for about an hour.',
    answers: { 200: clientProfile, 404: errorBody, 409: errorBody },
  },
  'POST /rotations': {
    summary:
      'Gives a gateway and its NPS servers a new shared secret. This is a deployment of the VNet, which GET /deployments/{id} shows. With "due" it does so for all gateways whose secrets are due, a few at a time, which GET /rotations/{id} shows.',
    body: z.union([rotation, dueRotation]),
    answers: {
      200: dueGateways,
      202: z.union([accepted, runAccepted]),
      400: errorBody,
      404: errorBody,
      409: errorBody,
    },
  },
  'GET /rotations/{id}': {
    summary: 'Shows for which gateways the due rotation is done, failed, skipped or not started.',
    answers: { 200: dueRotations, 404: errorBody },
  },
  'POST /rotations/{id}/cancel': {
    summary: 'Begins no more of these rotations. Those that run are finished.',
    body: cancellation,
    answers: { 202: 'No more rotations are started.', 400: errorBody, 404: errorBody, 409: errorBody },
  },
  'POST /removals': {
    summary:
      'Removes what this app made for a gateway, and nothing else. This is a deployment of the VNet, which GET /deployments/{id} shows. It always waits for an approval.',
    body: removalRequest,
    answers: { 202: accepted, 400: errorBody, 404: errorBody, 409: errorBody },
  },
  'POST /migrations': {
    summary:
      'Changes a gateway along a planned path, such as from RADIUS to Entra sign-in. This is a deployment of the VNet, which GET /deployments/{id} shows. docs/migrations.md lists the paths.',
    body: migrationRequest,
    answers: { 202: accepted, 400: errorBody, 404: errorBody, 409: errorBody },
  },
};
