import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { grouped } from '../../../shared/core/grouped.ts';
import type { NpsServerState } from '../state.ts';
import type { DesiredClient, DesiredState } from './desired-state.ts';
import { type Change, type Finding, sameText } from './difference.ts';
import { chosenPolicy } from './network-policy-rules.ts';
import { narrowerClients, otherClients, standingFor, usableAddresses } from './radius-client-rules.ts';
import { publicKey } from './secret-key.ts';
import { closedTo, hasSidType } from './server-rules.ts';

/** The state in the form of the contract: no secret, only a proof of it when a key was given. */
export function report(state: NpsServerState, desired: DesiredState) {
  const policies = state.npasInstalled ? state.networkPolicies : [];
  const choice = chosenPolicy(state, desired);
  const policy = policies.find(({ name }) => sameText(name, choice.name));
  const { unreachableEndpoints, inService: _, ...mfa } = state.mfa;
  const { audit: watching = [], ...blastRadius } = state.blastRadius;
  const narrower = state.npasInstalled
    ? desired.radiusClients.flatMap((wish) => narrowerReport(state, wish, desired))
    : [];
  const isAsked = mfa.installed && desired.mfaExtension !== 'skip';
  const isReachable = !desired.mfaEndpoints.some((endpoint) => unreachableEndpoints.includes(endpoint));
  return {
    server: {
      name: state.name,
      os: state.os,
      npasInstalled: state.npasInstalled,
      serviceRunning: state.npasInstalled && state.serviceRunning,
      ...(hasSidType(state) && { sidTypeUnrestricted: state.sidTypeUnrestricted }),
      ...(desired.secretKey && { secretKey: publicKey(state) }),
    },
    addresses: state.addresses,
    ...clientsReport(state, desired),
    otherRadiusClients: state.npasInstalled ? otherClients(state, desired).length : 0,
    networkPolicy: {
      kind: choice.kind,
      name: policy?.name ?? choice.name,
      exists: policy !== undefined,
      enabled: policy?.enabled ?? false,
      grant: policy?.grant ?? false,
      order: policy?.order ?? 0,
      authenticationMethods: policy?.authenticationMethods ?? [],
    },
    mfa: {
      ...mfa,
      version: mfa.installed ? mfa.version : null,
      loaded: mfa.installed && mfa.loaded,
      certificate: mfa.installed ? mfa.certificate : null,
      endpointsReachable: isAsked ? isReachable : null,
    },
    blastRadius: { ...blastRadius, ...(watching.length > 0 && { audit: watching }) },
    audit: state.audit,
    firewallOpen: desired.radiusClients.every(({ address }) => !closedTo(state, address)),
    ...(narrower.length > 0 && { narrowerClients: narrower }),
  };
}

/** In a brief answer, a client that is as wanted is only half of its proof. */
function clientsReport(state: NpsServerState, desired: DesiredState) {
  const reports = desired.radiusClients.map((wish) => clientReport(state, wish, desired)[0]);
  const radiusClients = reports.filter((told) => told !== undefined);
  if (!desired.brief) return { radiusClients };
  const proofs = reports.map((told, index) => told && proofAsWanted(told, desired.radiusClients[index]!));
  return {
    radiusClients: radiusClients.filter((told) => !proofs[reports.indexOf(told)]),
    clientsAsWanted: proofs.map((held) =>
      held ? Buffer.from(held, 'base64').subarray(0, 16).toString('base64') : '',
    ),
  };
}

type ClientReport = ReturnType<typeof clientReport>[number];

function proofAsWanted({ secretProof, ...told }: ClientReport, wish: DesiredClient): string | undefined {
  return secretProof !== undefined && isDeepStrictEqual(told, wish) ? secretProof : undefined;
}

/** Clients with the same secret and the same `enabled` are reported together. */
function narrowerReport(state: NpsServerState, wish: DesiredClient, desired: DesiredState) {
  const { secretProofKey: proofKey, radiusClients: wanted } = desired;
  const found = narrowerClients(wish, state.radiusClients, wanted);
  const alike = grouped(found, ({ secret, enabled }) => `${proofKey ? secret : ''} ${enabled}`);
  return [...alike.values()].map((clients) => {
    const [{ secret, enabled } = { secret: '', enabled: true }] = clients;
    const names = clients.slice(0, 3).map(({ name, address }) => `'${name}' (${address})`);
    const more = clients.length > 3 ? ` and ${clients.length - 3} more` : '';
    return {
      client: wish.name,
      named: `${names.join(', ')}${more}`,
      enabled,
      ...(proofKey && { secretProof: proof(proofKey, secret) }),
    };
  });
}

function clientReport(state: NpsServerState, wish: DesiredClient, desired: DesiredState) {
  const { secretProofKey: proofKey, radiusClients: wanted } = desired;
  const { named, single, adopted } = standingFor(wish, state.radiusClients, wanted);
  const [client = single[0]] = named ? [named] : [];
  if (!client) return [];
  const isWhole = usableAddresses(wish.address).every((each) =>
    single.some(({ address }) => address === each),
  );
  const secrets = new Set([...(named ? [named] : []), ...single].map(({ secret }) => secret));
  const [secret = ''] = secrets;
  const { vendor, enabled, authAttributeRequired } = client;
  return [
    {
      name: wish.name,
      address: !named && isWhole ? wish.address : client.address,
      vendor,
      enabled,
      authAttributeRequired,
      ...(adopted && { heldAs: client.name }),
      ...(!named && { singleAddresses: single.length }),
      // With several secrets there is no single proof.
      ...(proofKey && secrets.size === 1 && { secretProof: proof(proofKey, secret) }),
    },
  ];
}

function proof(key: string, secret: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(secret).digest('base64');
}

/** A managed run command returns the last 4,096 bytes of output. Two of them are the end of the line. */
const longestLine = 4094;
const severities: Finding['severity'][] = ['high', 'medium', 'low', 'info'];

type Told = { findings: Finding[]; changes: readonly Change[]; [field: string]: unknown };

/** One line of ASCII that fits, cut in the same way as in `nps/private/run/result.ps1`. What was left out is counted. */
export function resultLine(told: Told): string {
  const rank = ({ severity }: Finding) => severities.indexOf(severity);
  const result: Record<string, unknown> = {
    ...told,
    findings: [...told.findings].sort((a, b) => rank(a) - rank(b)),
  };
  // The app has the fixes in its table.
  if (tooLong(result)) result.findings = (result.findings as Finding[]).map(({ fix: _, ...rest }) => rest);
  shorten(result, 'findings', (finding) => (finding as Finding).severity !== 'high');
  shorten(result, 'signInPath');
  shorten(result, 'findings');
  shorten(result, 'changes');
  if (tooLong(result) && result.state) {
    delete result.state;
    result.stateOmitted = true;
  }
  return `${line(result)}\n`;
}

function shorten(
  result: Record<string, unknown>,
  name: string,
  may: (entry: unknown) => boolean = () => true,
) {
  while (tooLong(result)) {
    const entries = (result[name] as unknown[] | undefined) ?? [];
    if (entries.length === 0 || !may(entries.at(-1))) return;
    result[name] = entries.slice(0, -1);
    result[`${name}Omitted`] = Number(result[`${name}Omitted`] ?? 0) + 1;
  }
}

const tooLong = (result: object) => line(result).length > longestLine;

const line = (result: object) =>
  JSON.stringify(result).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
