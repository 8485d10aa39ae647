import { readFileSync } from 'node:fs';
import { az } from '../scripts/az.mjs';
import { Ended, exitCodes, wrongCall } from './exit-codes.ts';

/** Where the app is and how it knows the caller. None of this is ever printed. */
export interface SignIn {
  /** Ends with `/api`. */
  readonly address: string;
  /** Whether a person is signed in. Then the app knows who decides. */
  readonly isPersonal: boolean;
  headers(): Readonly<Record<string, string>>;
  /** Asks for a new token; false when there is none to ask for. */
  renew(): boolean;
}

export interface SignInOptions {
  readonly url?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly audience?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Options override the environment. A key is never an option, because everybody on a machine can read its process list.
 */
export function signIn(options: SignInOptions, env: Environment, token = tokenOfAz): SignIn {
  const url = options.url ?? env.VPN_RADIUS_URL;
  const audience = options.audience ?? env.VPN_RADIUS_AUDIENCE;
  const key = (options['key-file'] === undefined ? env.VPN_RADIUS_KEY : keyIn(options['key-file']))?.trim();
  if (!url) throw wrongCall('Say where the app is: VPN_RADIUS_URL=https://… or --url https://…');
  if (!key && !audience)
    throw wrongCall(
      'Say how you sign in: VPN_RADIUS_KEY or --key-file FILE for a function key, VPN_RADIUS_AUDIENCE or --audience api://… for your az sign-in. If the app needs both (AUTH_MODE=entra), give both.',
    );
  if (key && !/^[\x21-\x7e]+$/.test(key))
    throw wrongCall('The function key has characters that are never in a function key.');
  let bearer: string | undefined;
  return {
    address: addressOf(url),
    isPersonal: audience !== undefined && audience !== '',
    headers() {
      if (audience) bearer ??= token(audience);
      return { ...(key && { 'x-functions-key': key }), ...(bearer && { authorization: `Bearer ${bearer}` }) };
    },
    renew() {
      if (!audience) return false;
      bearer = token(audience);
      return true;
    },
  };
}

/** The key must not travel in clear text: only over https, or on this machine. */
function addressOf(url: string): string {
  if (!URL.canParse(url)) throw wrongCall(`${url} is not an address. Write https://<app>.azurewebsites.net.`);
  const { protocol, hostname, origin, pathname, username, search } = new URL(url);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere))
    throw wrongCall(`${protocol}//${hostname} would send your key without encryption. Write https://.`);
  if (username || search)
    throw wrongCall('The address must contain no key and no name, only https://<host>.');
  return `${origin}${pathname.replace(/\/+$/, '').replace(/\/api$/, '')}/api`;
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrongCall(`--key-file: ${(error as Error).message}`);
  }
}

function tokenOfAz(audience: string): string {
  try {
    const { accessToken } = az('account', 'get-access-token', '--resource', audience) as {
      accessToken: string;
    };
    return accessToken;
  } catch (error) {
    throw new Ended(
      exitCodes.notReached,
      `No token for ${audience}: ${(error as Error).message}. Sign in with az login.`,
    );
  }
}
