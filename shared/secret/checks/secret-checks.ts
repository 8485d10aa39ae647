import {
  type Check,
  compliant,
  notApplicable,
  unknown,
  unless,
  type Verdict,
  violated,
  worst,
} from '../../core/check.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import type { SecretFacts, SharedSecretFacts } from './facts.ts';

const rotation = 'https://learn.microsoft.com/azure/key-vault/secrets/tutorial-rotation-dual';

/** The shared secret in its three places. It was compared where it was read; only the results are here. */
export const secretChecks: readonly Check<SharedSecretFacts>[] = [
  {
    id: 'radius-secret-gateway',
    severity: 'high',
    title: 'The gateway holds a different shared secret than Key Vault',
    why: 'Gateway and NPS must hold the same secret. Otherwise NPS drops every request, and nobody can connect.',
    fix: 'Rotate the secret on both sides at a quiet hour (POST /api/rotations).',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway',
    noRepairBecause: 'it would also write the shared secret of the gateway again, which disconnects users',
    check: (facts) =>
      eachServer(facts, ({ differsOnGateway }, { address }) =>
        differsOnGateway === undefined
          ? unknown('Azure did not tell which secrets the gateway holds.')
          : unless([
              differsOnGateway && `For RADIUS server ${address} the gateway holds a different secret.`,
            ]),
      ),
  },
  {
    id: 'radius-no-answer',
    severity: 'high',
    title: 'NPS does not answer RADIUS as it should',
    why: 'The app asks NPS over RADIUS for a user who does not exist. NPS must refuse this user, and must use the shared secret. When NPS does not answer, nobody can connect through it. When it accepts the user, nothing protects the network.',
    fix: 'Check three things: the service IAS, UDP 1812 in the firewalls between the app and the server, and the RADIUS client of the app (RADIUS_PROBE_SUBNET) on the server.',
    source:
      'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-radius-clients-configure',
    check: ({ servers, asked }) => {
      const probed = servers.filter(({ probe }) => probe !== undefined);
      if (probed.length === 0) return notApplicable;
      return worst(
        probed.map(({ address, probe, hasSameSecret }) => {
          if (!probe || probe.outcome === 'ok') return compliant;
          const said = `${address}: ${probe.message}`;
          // All gateways of an NPS server share the app's RADIUS client there, and this client holds the secret of one
          // of them.
          if (probe.outcome === 'secret mismatch' && hasSameSecret === true)
            return unknown(`${said} The RADIUS client of the gateway holds the right one.`);
          // Without a deployment by this app, the server may not know the app as a RADIUS client.
          return probe.outcome === 'no answer' && !asked ? unknown(said) : violated(said);
        }),
      );
    },
  },
  {
    id: 'radius-secret-old',
    severity: 'medium',
    title: 'The shared secret is old',
    why: 'Somebody who has seen the secret can forge answers of NPS, and can read passwords when PAP is used. This ends only when the secret changes.',
    fix: 'Rotate it (POST /api/rotations). The setting SECRET_MAX_AGE_DAYS says how old it may become.',
    source: rotation,
    check: (facts) =>
      eachServer(facts, ({ name, createdAt }) => {
        const days = Math.floor((Date.parse(facts.now) - Date.parse(createdAt)) / 86_400_000);
        return unless([
          days > facts.secretMaxAgeDays &&
            `${name} was created on ${createdAt.slice(0, 10)}, ${days} days ago. At most ${facts.secretMaxAgeDays} days are allowed.`,
        ]);
      }),
  },
  {
    codes: ['SecretExpired'],
    id: 'radius-secret-expired',
    severity: 'medium',
    title: 'The shared secret has expired in Key Vault',
    why: 'Gateway and NPS do not know this date, so users can still sign in. But the person who set the date wanted a new secret by then.',
    fix: 'Rotate it (POST /api/rotations).',
    source: rotation,
    check: (facts) =>
      eachServer(facts, ({ name, expiredAt }) => unless([expiredAt && `${name} expired on ${expiredAt}.`])),
  },
  {
    codes: ['SecretUnusable'],
    id: 'radius-secret-unusable',
    severity: 'medium',
    title: 'The shared secret in Key Vault cannot be used',
    why: 'The gateway accepts only printable ASCII. NPS is configured through XML, cmd and netsh, which change some characters. A secret that two pairs of gateway and server share is known to both pairs.',
    fix: 'Store a better secret in Key Vault, then rotate it (POST /api/rotations).',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-manage-export',
    check: (facts) =>
      eachServer(facts, ({ name, problem }) => unless([problem && `${name} cannot be used: ${problem}.`])),
  },
  {
    codes: ['SecretShared'],
    id: 'radius-secret-shared',
    severity: 'medium',
    title: 'NPS servers share one secret',
    why: 'An administrator of one server can send answers in the name of the other server, or read the passwords that are sent to it.',
    fix: 'Rotate at a quiet hour (POST /api/rotations). Then each server gets its own secret.',
    source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-best-practices',
    migration: 'own-secrets',
    check: (facts) =>
      eachServer(facts, ({ name }) =>
        unless([sharedSecretSentence(facts.servers.flatMap(secretNameOf), name)]),
      ),
  },
];

const secretNameOf = ({ address, secret }: Server) =>
  secret.is === 'known' ? [{ address, secretName: secret.name }] : [];

/** Which servers share the Key Vault secret of that name. Undefined when only one has it. */
export function sharedSecretSentence(
  servers: readonly { readonly address: string; readonly secretName: string }[],
  name: string,
): string | undefined {
  const its = servers.filter(({ secretName }) => sameId(secretName, name)).map(({ address }) => address);
  return its.length > 1 ? `${its.join(' and ')} share the secret ${name}.` : undefined;
}

/** The check of NPS, `radius-secret-nps`, for the part that needs Key Vault. */
export const secretOnNpsVerdict = (facts: SharedSecretFacts): Verdict =>
  eachServer(facts, (_, { address, host, answer, hasSameSecret }) => {
    if (hasSameSecret === true) return compliant;
    if (hasSameSecret === false)
      return violated(`The RADIUS client on ${nameOf(host ?? address)} (${address}) has a different secret.`);
    return unknown(
      answer && 'problem' in answer
        ? answer.problem.message
        : `${nameOf(host ?? address)} did not prove which secret it holds.`,
    );
  });

type Known = Extract<SecretFacts, { readonly is: 'known' }>;
type Server = SharedSecretFacts['servers'][number];

/** A finding about a secret that several servers share is reported once. */
function eachServer(facts: SharedSecretFacts, check: (secret: Known, server: Server) => Verdict): Verdict {
  if (!facts.usesRadius) return notApplicable;
  const verdict = worst(
    facts.servers.map((server) => {
      const { secret, address } = server;
      if (secret.is === 'known') return check(secret, server);
      return unknown(
        secret.is === 'unreadable'
          ? secret.reason
          : `Key Vault holds no secret that is known to belong to RADIUS server ${address}.`,
      );
    }),
  );
  return verdict.is === 'violated' ? violated(...new Set(verdict.evidence)) : verdict;
}
