import { type Outcome, valueOrThrow } from '../../../shared/core/durable.ts';
import { type Problem, refused, VpnRadiusError } from '../../../shared/core/errors.ts';
import { nameOf } from '../../../shared/core/resource-id.ts';
import type { Plan } from '../../../shared/deployment/contract.ts';
import { vouchedAddresses } from '../../../shared/deployment/guardrails/guardrails.ts';
import { settledNps, withNpsChanges } from '../../../shared/deployment/nps-plan.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { machineAddressFindings } from '../../../shared/nps/machine-addresses.ts';
import { type NpsServerPlan, npsServerPlan } from '../../../shared/nps/planned-changes.ts';
import { isProofOf } from '../../../shared/nps/secret-proof.ts';
import type { Secrets } from '../../../shared/ports.ts';
import { discreetSecrets } from '../planning/discreet-secrets.ts';
import { type PlanNeeds, weighed } from '../planning/facts.ts';
import type { NpsOutcome } from './nps.ts';
import { newest } from './radius-secret.ts';

export interface TestedPlan {
  readonly plan: Plan;
  readonly request: Pick<VpnGatewayRequest, 'approval'>;
  /** The result of `Test` on each server, in the order of the plan's servers. */
  readonly tests: readonly Outcome<NpsOutcome>[];
  readonly proofKey: string;
  readonly isRotation: boolean;
  /** Only the app itself asked for it, so nobody is asked about NPS. */
  readonly isNobodyAsked: boolean;
  /** For a dry run: the person who asks for it learns nothing of a secret that is not the gateway's own. */
  readonly previews?: VpnGatewayRequest;
  /** ISO 8601 */
  readonly now: string;
}

/** Completes the plan with what `Set` will change on each NPS server. Throws the problems of all servers at once. */
export const planNpsServers =
  (needs: Pick<PlanNeeds, 'secrets' | 'rows' | 'defaults' | 'prices'>) =>
  async (tested: TestedPlan): Promise<Plan> => {
    const { plan, request, tests, previews } = tested;
    refuseUnanswered(plan, tests);
    const { secrets } = previews ? await discreetSecrets(needs.secrets, previews, needs.rows) : needs;
    const servers = await Promise.all(
      tests.map((outcome, index) => serverPlan({ ...needs, secrets }, tested, index, valueOrThrow(outcome))),
    );
    const problems = servers.flatMap((server) => server.problems);
    if (problems.length > 0) {
      const sentences = problems.map(({ message }) => message).join(' ');
      throw refused('RequestRefused', `${nothingWritten} ${sentences}`, problems);
    }
    const planned = withNpsChanges(plan, servers, tested.isNobodyAsked);
    const warned = previews ? planned : { ...planned, warnings: [...planned.warnings, ...unsealed(planned)] };
    return settledNps(await weighed(needs, warned, request));
  };

/** A dry run does not ask for the key, because the server would make one for it. */
const unsealed = ({ servers }: Plan): Problem[] =>
  servers
    .filter(({ secretKey }) => !secretKey)
    .map(({ host }) => ({
      code: 'NpsSecretReadable',
      message: `${nameOf(host)} sent no key to encrypt its shared secret with. The secret is sent to it in base64, and logs of that server may keep it.`,
      target: host,
    }));

const nothingWritten = 'Nothing was written, because the request cannot be carried out.';

/** When a server cannot be asked, or refuses, its answer ends the deployment. */
function refuseUnanswered(plan: Plan, tests: readonly Outcome<NpsOutcome>[]): void {
  const broken = tests.flatMap((outcome, index): Problem[] => {
    if ('value' in outcome) return [];
    const { code, message } = outcome.failure;
    const { host } = plan.servers[index]!;
    return [{ code, message: `${nameOf(host)}: ${message}`, target: host }];
  });
  if (broken.length === 0) return;
  const message = `Nothing was written, because the plan needs the answers of the NPS servers. ${broken.map((one) => one.message).join(' ')}`;
  throw new VpnRadiusError({ code: broken[0]!.code, message, target: broken[0]!.target!, details: broken });
}

async function serverPlan(
  { secrets, defaults }: { readonly secrets: Secrets } & Pick<PlanNeeds, 'defaults'>,
  { plan, proofKey, isRotation, isNobodyAsked, now }: TestedPlan,
  index: number,
  answer: NpsOutcome,
): Promise<NpsServerPlan> {
  const { host, address, secretName } = plan.servers[index]!;
  // A rotation gives every server a new version.
  const secret = isRotation ? undefined : await newest(secrets, secretName);
  const holdsSecret = (proof: string) => secret !== undefined && isProofOf(proof, secret.value, proofKey);
  const told = npsServerPlan({ host, answer, holdsSecret, isRotation, isNobodyAsked, now });
  const { addresses } = answer.state;
  const vouched = vouchedAddresses(defaults.guardrails, host);
  const elsewhere = machineAddressFindings({ address, host }, addresses ?? undefined, vouched, host);
  return { ...told, problems: [...told.problems, ...elsewhere] };
}
