import { expect, it } from 'vitest';

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}
const { refusal } = (await import('../../../scripts/conformance/refusals.mjs' as string)) as {
  refusal: (
    code: string,
    request: () => object,
  ) => { look: (context: object) => Promise<{ verdict: string; saw: string }> };
};

it.each<[string, Answer, string]>([
  ['the assumed code', { status: 400, code: 'Refused', message: 'No.' }, 'confirmed'],
  ['the assumed code with 403', { status: 403, code: 'Refused', message: 'No.' }, 'confirmed'],
  ['another code', { status: 400, code: 'Other', message: 'No.' }, 'contradicted'],
  ['another code with 403', { status: 403, code: 'Other', message: 'No.' }, 'contradicted'],
  ['an acceptance', { status: 201 }, 'contradicted'],
  ['throttling', { status: 429, code: 'TooManyRequests', message: 'Later.' }, 'not looked at'],
  ['a failure of Azure', { status: 503, code: 'ServiceUnavailable', message: '' }, 'not looked at'],
  [
    'a policy of the subscription',
    { status: 403, code: 'RequestDisallowedByPolicy', message: '' },
    'not looked at',
  ],
  ['rights that lack', { status: 403, code: 'LinkedAuthorizationFailed', message: '' }, 'not looked at'],
])('%s', async (_, answer, verdict) => {
  const context = { world: { gatewayId: '/gateway' }, written: async () => answer };
  expect(await refusal('Refused', () => ({})).look(context)).toMatchObject({ verdict });
});
