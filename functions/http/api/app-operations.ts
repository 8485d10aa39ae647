import { guardrailsAnswer } from '../schemas/guardrails.ts';
import { health } from '../schemas/health.ts';
import { errorBody } from '../schemas/problem.ts';
import type { Operation } from './operation.ts';

/** The routes of the app itself: what it allows, its page, its health. */
export const appOperations: Readonly<Record<string, Operation>> = {
  'GET /guardrails': {
    summary: 'Shows what the owner of the app allows, and what needs an approval.',
    answers: { 200: guardrailsAnswer },
  },
  'GET /portal/{path}': {
    summary: 'Serves the operations page. The page gets its data from the other routes.',
    answers: { 200: 'The page, or a file of it.', 404: errorBody },
    isAnonymous: true,
  },
  'GET /health': {
    summary: 'Shows whether the app can work.',
    isAnonymous: true,
    answers: { 200: health, 503: health },
  },
};
