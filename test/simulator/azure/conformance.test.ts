import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Interaction, type Recording, readRecordings, shapeDifferences } from './recording.ts';
import { type Compared, replay } from './replay.ts';

/** What `npm run conformance` recorded. Each is played against the simulator, whoever it was recorded of. */
const folder = fileURLToPath(new URL('../../golden/conformance', import.meta.url));
const recordings = readRecordings(folder);

/** Not played, or without a body: [what, why]. */
const skipped: [RegExp, string][] = [
  [/\/messages\?/, 'needs the signature of a storage account, which is taken out'],
  [/\/runCommands\/|\/providers\/Microsoft\.(?:Hybrid)?Compute\//i, 'needs the NPS server'],
  [/\/subscriptions\/[^/]+\/resourceGroups\?/, 'the other resource groups of whoever recorded it'],
];

interface Failure {
  readonly error?: { readonly code?: string };
}

function differences({ recorded, simulated }: Compared): string[] {
  const at = `${recorded.method} ${new URL(recorded.url).pathname.split('/').slice(-2).join('/')}`;
  const body: unknown = simulated.body === '' ? null : JSON.parse(simulated.body);
  const [code, simulatedCode] = [recorded.responseBody, body].map(
    (one) => (one as Failure | null)?.error?.code,
  );
  if (recorded.status !== simulated.status || code !== simulatedCode)
    return [
      `${at}: ${recorded.status} ${code ?? ''} recorded, ${simulated.status} ${simulatedCode ?? ''} simulated`,
    ];
  return code === undefined
    ? shapeDifferences(recorded.responseBody, body).map((difference) => `${at}: ${difference}`)
    : [];
}

async function replayed(recording: Recording) {
  const compared = await replay(recording, {
    skip: ({ url }) => skipped.find(([pattern]) => pattern.test(url))?.[1],
  });
  return { compared, found: compared.flatMap(differences) };
}

describe('a recording of npm run conformance', () => {
  it.each(recordings.map((recording) => [recording.name, recording] as const))(
    '%s: the simulator answers as it was answered',
    async (_, recording) => {
      const { compared, found } = await replayed(recording);
      expect(compared.length).toBeGreaterThan(recording.interactions.length * 0.9);
      expect(found).toEqual([]);
    },
  );

  const [own] = recordings.filter(({ name }) => name === 'made-against-the-simulator');

  it('holds a gateway from its making to its end', () => {
    const asked = own!.interactions.map(
      ({ method, url }) => `${method} ${new URL(url).pathname.split('/').slice(-2).join('/')}`,
    );
    for (const one of [
      'PUT virtualNetworkGateways/conformance',
      'PATCH tags/default',
      'PUT eventSubscriptions/queue',
      'POST conformance/listRadiusSecrets',
      'DELETE resourceGroups/rg-vpn-radius-conformance',
    ])
      expect(asked).toContain(one);
  });

  /** The first interaction that fits, as Azure might have answered it. */
  const changed = (
    fits: (one: Interaction) => boolean,
    change: (one: Interaction) => Partial<Interaction>,
  ) => {
    const at = own!.interactions.findIndex(fits);
    const interactions = own!.interactions.map((one, index) =>
      index === at ? { ...one, ...change(one) } : one,
    );
    return { ...own!, interactions };
  };
  const codeOf = ({ responseBody }: Interaction) => (responseBody as Failure | null)?.error?.code;

  it.each([
    [
      'another code',
      changed(
        (one) => codeOf(one) === 'InvalidGatewaySku',
        () => ({ responseBody: { error: { code: 'InvalidSku', message: '', details: [] } } }),
      ),
      'InvalidSku recorded, 400 InvalidGatewaySku simulated',
    ],
    [
      'an acceptance of what is refused here',
      changed(
        (one) => codeOf(one) === 'VpnClientAddressPoolTooSmall',
        () => ({ status: 201, responseBody: null }),
      ),
      '201  recorded, 400 VpnClientAddressPoolTooSmall simulated',
    ],
    [
      'a member more',
      changed(
        ({ method, url, status }) =>
          method === 'GET' && url.includes('virtualNetworkGateways/conformance?') && status === 200,
        ({ responseBody }) => ({
          responseBody: { ...(responseBody as object), systemData: {} },
        }),
      ),
      '$.systemData: not simulated',
    ],
  ])('from an Azure that differs by %s would be told', async (_, recording, told) => {
    const { found } = await replayed(recording);
    expect(found.join('\n')).toContain(told);
  });
});
