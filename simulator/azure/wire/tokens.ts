import { createHmac, timingSafeEqual } from 'node:crypto';
import { scramble } from '../arm/identifiers.ts';
import type { Caller, Core } from '../core.ts';
import type { AzureWorld } from '../world.ts';

/**
 * Access tokens: JSON web tokens with Entra's claims. They are signed with a key that follows from the seed, so that a
 * token survives a restart. Their end is written in them but not enforced: clients compare it with their own clock, and
 * the simulator's clock may run a thousand times as fast.
 */
const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const sign = (world: AzureWorld, content: string): string =>
  createHmac('sha256', scramble(`tokens:${world.seed}`, 64))
    .update(content)
    .digest('base64url');

const lifetimeSeconds = 24 * 60 * 60;

export function issueToken(
  core: Core,
  audience: string,
  caller: Caller,
): { token: string; expiresOn: number } {
  const now = Math.floor(core.clock.now().getTime() / 1000);
  const { tenantId } = core.world;
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    appid: caller.clientId,
    appidacr: '2',
    idp: `https://sts.windows.net/${tenantId}/`,
    idtyp: 'app',
    oid: caller.objectId,
    sub: caller.objectId,
    tid: tenantId,
    ver: '1.0',
  };
  const content = `${encode({ typ: 'JWT', alg: 'HS256', kid: 'simulator' })}.${encode(claims)}`;
  return { token: `${content}.${sign(core.world, content)}`, expiresOn: claims.exp };
}

export interface TokenClaims {
  aud: string;
  oid: string;
  appid: string;
}

/** The claims of a token that this simulator issued. Undefined for any other text. */
export function readToken(world: AzureWorld, authorization: string | undefined): TokenClaims | undefined {
  const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? '');
  if (!token) return undefined;
  const expected = Buffer.from(sign(world, `${token[1]}.${token[2]}`));
  const given = Buffer.from(token[3]!);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  return JSON.parse(Buffer.from(token[2]!, 'base64url').toString('utf8')) as TokenClaims;
}
