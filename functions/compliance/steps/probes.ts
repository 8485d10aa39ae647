import type { SurveyedGateway } from '../../../shared/compliance/survey.ts';
import type { RadiusProbeAnswer } from '../../../shared/nps/model.ts';
import type { RadiusProbes } from '../../../shared/ports.ts';
import type { ComparedSecret } from './secrets.ts';

/**
 * Asks the servers of a gateway over RADIUS. A silent server is not asked again for the next gateway, because each
 * silence takes seconds.
 */
export function probesOf(probes: RadiusProbes | undefined) {
  const silent = new Map<string, RadiusProbeAnswer>();
  return async (
    { servers }: SurveyedGateway,
    secrets: readonly ComparedSecret[],
  ): Promise<Map<string, RadiusProbeAnswer>> => {
    const answers = new Map<string, RadiusProbeAnswer>();
    for (const [index, { address }] of (probes ? servers : []).entries()) {
      const answer = silent.get(address) ?? (await secrets[index]!.probed(probes!));
      if (answer?.outcome === 'no answer') silent.set(address, answer);
      if (answer) answers.set(address, answer);
    }
    return answers;
  };
}
