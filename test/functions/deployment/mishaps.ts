import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import { HostKilled } from './played.ts';

/** What goes wrong with one request: it is lost or refused, or the host dies, before or after it was carried out. */
export const effects = [
  'lost before',
  'lost after',
  'refused before',
  'refused after',
  'killed before',
  'killed after',
  'always lost',
  'always refused',
] as const;

export interface Mishap {
  readonly at: number;
  readonly effect: (typeof effects)[number];
}

const lost = () =>
  new VpnRadiusError({ code: 'ServiceUnavailable', message: 'Come again.', transient: true });
const refused = () => failed('OutOfOrder', 'Not today.');

/** Counts the calls of ports, and makes one of them go wrong. */
export function mishaps() {
  let requests = 0;
  let mishap: Mishap | undefined;
  return {
    begin(wrong: Mishap | undefined) {
      [requests, mishap] = [0, wrong];
    },
    requests: () => requests,
    shaky: <P extends object>(port: P): P =>
      new Proxy(port, {
        get: (target, name) => {
          const call = target[name as keyof P];
          if (typeof call !== 'function') return call;
          return async (...given: unknown[]) => {
            const at = ++requests;
            const { effect } = mishap ?? {};
            const goesWrong =
              mishap !== undefined && (effect!.startsWith('always') ? at >= mishap.at : at === mishap.at);
            if (!goesWrong) return call.apply(target, given);
            if (effect!.endsWith('after')) await call.apply(target, given);
            if (effect!.startsWith('killed')) throw new HostKilled();
            throw effect!.includes('refused') ? refused() : lost();
          };
        },
      }),
  };
}
