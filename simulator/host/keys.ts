import { timingSafeEqual } from 'node:crypto';

/**
 * Whether a request has the key, as `?code=` or in the header `x-functions-key`. Without a configured key, every
 * request may pass.
 */
export function hasKey(request: Request, key: string | undefined): boolean {
  if (key === undefined) return true;
  const given = request.headers.get('x-functions-key') ?? new URL(request.url).searchParams.get('code');
  if (given === null) return false;
  const [left, right] = [Buffer.from(given), Buffer.from(key)];
  return left.length === right.length && timingSafeEqual(left, right);
}
