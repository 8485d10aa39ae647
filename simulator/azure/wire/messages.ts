/** The messages on the wire, and the refusals of a service. */

export interface WireRequest {
  method: string;
  /** Absolute: scheme, host and port are those that the client used, so that answers can point back to them. */
  url: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
  /** The body as it came over a socket: it need not be text. */
  bytes?: Uint8Array | undefined;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** In place of `body`, for content that is not text. */
  bytes?: Uint8Array;
}

export type JsonObject = Record<string, unknown>;

/** A refusal with Azure's status, code and sentence. */
export class AzureError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly details: unknown[] | undefined;
  readonly innererror: JsonObject | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { headers?: Record<string, string>; details?: unknown[]; innererror?: JsonObject | undefined } = {},
  ) {
    super(message);
    this.name = 'AzureError';
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.details = more.details;
    this.innererror = more.innererror;
  }
}

/** The refusal of a provider that found a fault in the request. */
export const badRequest = (code: string, message: string) =>
  new AzureError(400, code, message, { details: [] });

/** The connection broke: the client gets no answer. */
export class ConnectionDropped extends Error {
  constructor() {
    super('The simulated connection was dropped.');
    this.name = 'ConnectionDropped';
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const object = (value: unknown): JsonObject => (isObject(value) ? value : {});
export const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A copy of plain JSON. It is several times as fast as `structuredClone`, which matters with ten thousand gateways. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)])) as T;
}

/** Without the members that are undefined (JSON has none). */
export const defined = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));

export function json(status: number, body: unknown, headers: Record<string, string> = {}): WireResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function xml(status: number, body: string, headers: Record<string, string> = {}): WireResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/xml', ...headers },
    body: `<?xml version="1.0" encoding="utf-8"?>${body}`,
  };
}

export function empty(status: number, headers: Record<string, string> = {}): WireResponse {
  return { status, headers, body: '' };
}

export function refusal(error: AzureError): WireResponse {
  return json(
    error.status,
    {
      error: defined({
        code: error.code,
        message: error.message,
        innererror: error.innererror,
        details: error.details,
      }),
    },
    error.headers,
  );
}
