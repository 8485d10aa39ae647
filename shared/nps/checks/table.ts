import type { NpsCheck } from './check.ts';
import { npsGatewayChecks } from './gateway-checks.ts';
import { npsGroupChecks } from './group-checks.ts';
import { mfaChecks } from './mfa-checks.ts';
import { serverChecks } from './server-checks.ts';

/** Every check of NPS. `nps/private/run/findings.generated.ps1` is made from it: `npm run documents`. */
export const npsChecks: readonly NpsCheck[] = [
  ...serverChecks,
  ...npsGatewayChecks,
  ...npsGroupChecks,
  ...mfaChecks,
];

export const npsCheckOf: ReadonlyMap<string, NpsCheck> = new Map(npsChecks.map((check) => [check.id, check]));

/** The server finds it when the secret is given to it. Without the secret, its proof is compared with Key Vault. */
export const secretOnNps = 'radius-secret-nps';
