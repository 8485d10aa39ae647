import { ConnectionDropped, type WireRequest, type WireResponse } from '../azure/wire/messages.ts';

export type WireHandler = (request: WireRequest) => WireResponse;

/** Something that goes wrong. The first fault that matches a request and is not used up applies. */
export interface TicketingFault {
  readonly method?: string;
  readonly path?: RegExp;
  /** How often it happens. Once when left out. */
  times?: number;
  readonly effect:
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
      }
    /** The connection breaks before anything was done. */
    | 'dropBefore'
    /** The request is carried out, but its answer is lost. */
    | 'dropAfter';
}

export function withFaults(handler: WireHandler, faults: readonly TicketingFault[]): WireHandler {
  return (request) => {
    const { pathname } = new URL(request.url);
    const fault = faults.find(
      ({ method = request.method, path, times = 1 }) =>
        times > 0 && method === request.method && (path === undefined || path.test(pathname)),
    );
    if (!fault) return handler(request);
    fault.times = (fault.times ?? 1) - 1;
    const { effect } = fault;
    if (effect === 'dropAfter') handler(request);
    if (typeof effect === 'string') throw new ConnectionDropped();
    return { status: effect.status, headers: { ...effect.headers }, body: effect.body ?? '' };
  };
}

/** Credentials that a simulated system accepts. */
export interface Accounts {
  /** From `user:password` or `email:token` to the name that journals and comments show. */
  readonly basic?: Readonly<Record<string, string>>;
  /** From bearer tokens to the name. */
  readonly bearer?: Readonly<Record<string, string>>;
}

/** The name of the account that a request comes from. */
export function accountOf(accounts: Accounts, authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(basic|bearer) (.+)$/i.exec(authorization ?? '') ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  return scheme.toLowerCase() === 'basic'
    ? accounts.basic?.[Buffer.from(value, 'base64').toString('utf8')]
    : accounts.bearer?.[value];
}
