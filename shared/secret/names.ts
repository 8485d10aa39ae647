import { nameOf, sameId, shortHash } from '../core/resource-id.ts';

/** The facts of a RADIUS server that decide the name of its secret. */
interface Server {
  readonly address: string;
  /** Resource id of the machine. */
  readonly host: string;
}

export interface SecretNaming {
  readonly gatewayId: string;
  /** `radius.secretName` of the request. */
  readonly wished: string | undefined;
  readonly servers: readonly Server[];
  /** The RADIUS servers that the gateway has already, each with its machine where a request or setting has named it. */
  readonly onGateway: readonly { readonly address: string; readonly host?: string | undefined }[];
  /** The Key Vault secret of that name, with the machine in its tag. */
  readonly find: (name: string) => { readonly host?: string | undefined } | undefined;
  /** A rotation is the occasion to give each server its own secret. */
  readonly isRotation?: boolean | undefined;
}

/**
 * The Key Vault secret of each server, in their order. Only the gateway and one NPS server know a secret, so that the
 * administrator of one server cannot answer in the name of another. The name in the request is for the first server. A
 * secret that several servers already share is kept until it is rotated: for a new one, both sides would have to change
 * at the same moment.
 */
export function secretNames(naming: SecretNaming): string[] {
  const { gatewayId, wished, servers, onGateway, find, isRotation = false } = naming;
  const shared = wished ?? defaultSecretName(gatewayId);
  const inCommon = find(shared);
  const hasSeveral = servers.length > 1 || onGateway.length > 1;
  return servers.map((server, index) => {
    const own = ownSecretName(shared, gatewayId, server.host);
    if (find(own)) return own;
    const isPair = onGateway.some((other) => isSameServer(server, other));
    const isFirst = index === 0 && (isPair || onGateway.length === 0);
    if (inCommon?.host !== undefined && isPair) return sameId(inCommon.host, server.host) ? shared : own;
    if (inCommon && isPair && (isFirst || !(isRotation && hasSeveral))) return shared;
    return wished !== undefined && isFirst ? wished : own;
  });
}

/** The names that `secretNames` may choose: those to look for in Key Vault. */
export function possibleSecretNames(
  gatewayId: string,
  wished: string | undefined,
  servers: readonly Server[],
): string[] {
  const shared = wished ?? defaultSecretName(gatewayId);
  return [...new Set([shared, ...servers.map(({ host }) => ownSecretName(shared, gatewayId, host))])];
}

/** Two gateways of the same name get different secret names. */
export function defaultSecretName(gatewayId: string): string {
  return `radius-${readablePart(gatewayId, 50)}-${shortHash(gatewayId)}`;
}

/**
 * A known address on another machine is another server: it must not get the secret of the earlier one. A known machine
 * at another address is the same server: with another secret, its NPS would answer neither address until the gateway is
 * written.
 */
const isSameServer = (server: Server, other: SecretNaming['onGateway'][number]) =>
  other.host === undefined ? server.address === other.address : sameId(server.host, other.host);

/** Key Vault takes 127 letters, digits and hyphens. Two gateways may name the same secret and use the same server. */
function ownSecretName(shared: string, gatewayId: string, host: string): string {
  return `${shared.slice(0, 90)}-${readablePart(host, 20)}-${shortHash(`${gatewayId} ${host}`).slice(0, 8)}`;
}

function readablePart(id: string, length: number): string {
  return nameOf(id)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, length);
}
