import type { Problem } from '../core/errors.ts';
import type { NpsAnswer } from './checks/facts.ts';
import { type DesiredState, usualClient } from './desired-state.ts';
import type { NpsTest } from './nps-tests.ts';
import type { NpsState } from './result.ts';

/** As many clients as an answer holds when each of them is not as wanted: about 170 bytes, and 250 of findings. */
const clientsInOnePart = 6;

/**
 * The desired states that ask the same as a test in smaller parts. None when the test is that small already.
 */
export function partsOf({ desiredState }: Pick<NpsTest, 'desiredState'>): readonly string[] {
  const { radiusClients = [], ...others } = JSON.parse(desiredState) as Partial<DesiredState>;
  if (radiusClients.length <= clientsInOnePart) return [];
  return Array.from({ length: Math.ceil(radiusClients.length / clientsInOnePart) }, (__, part) =>
    JSON.stringify({
      ...others,
      radiusClients: radiusClients.slice(part * clientsInOnePart, (part + 1) * clientsInOnePart),
    }),
  );
}

/** The state with every client that a brief answer tells only by its proof. */
export function wholeState(
  { clientsAsWanted, ...state }: NpsState,
  { desiredState }: Pick<NpsTest, 'desiredState'>,
): NpsState {
  if (!clientsAsWanted) return state;
  const { radiusClients } = JSON.parse(desiredState) as DesiredState;
  const asWanted = radiusClients.flatMap(({ name, address }, index) => {
    const secretProof = clientsAsWanted[index];
    return secretProof ? [{ name, address, ...usualClient, secretProof }] : [];
  });
  return { ...state, radiusClients: [...asWanted, ...state.radiusClients] };
}

/**
 * The answers to all parts of a test as one. A part without an answer leaves the whole test without one, because the
 * others say nothing about its gateways.
 */
export function joinedAnswer(answers: readonly NpsAnswer[]): NpsAnswer {
  const silent = answers.find((answer): answer is SilentAnswer => 'problem' in answer);
  if (silent) return silent;
  const told = answers as readonly Exclude<NpsAnswer, SilentAnswer>[];
  const [first] = told;
  // A finding about the whole server comes with every part.
  const findings = new Map(told.flatMap((one) => one.findings).map((one) => [JSON.stringify(one), one]));
  const narrowerClients = told.flatMap(({ state }) => state.narrowerClients ?? []);
  return {
    host: first!.host,
    state: {
      ...first!.state,
      radiusClients: told.flatMap(({ state }) => state.radiusClients),
      ...(narrowerClients.length > 0 && { narrowerClients }),
    },
    findings: [...findings.values()],
    findingsOmitted: told.reduce((sum, one) => sum + one.findingsOmitted, 0),
  };
}

type SilentAnswer = Extract<NpsAnswer, { readonly problem: Problem }>;
