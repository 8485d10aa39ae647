import type { Clock } from '../clock.ts';
import type { NpsServer } from './host.ts';
import { type Reason, reasons } from './radius/network-access.ts';

/**
 * An event as NPS records it. Security: 6272 granted, 6273 denied, 6274 discarded (recorded only when auditing is on).
 * System, source NPS: 13 unknown client, 14 wrong authenticator, 17 Message-Authenticator missing, 4418 Proxy-State
 * without Message-Authenticator.
 */
export interface NpsEvent {
  readonly id: 13 | 14 | 17 | 4418 | 6272 | 6273 | 6274;
  readonly at: Date;
  readonly message: string;
  /** Source address of the request, as NPS saw it. */
  readonly address: string;
  /** The name of the user in the request. */
  readonly user?: string;
  readonly policy?: string;
  readonly reason?: Reason;
}

export function eventLog(
  server: Pick<NpsServer, 'state'>,
  clock: Clock,
  onEvent?: (event: NpsEvent) => void,
) {
  const events: NpsEvent[] = [];
  const record = (event: Omit<NpsEvent, 'at'>) => {
    const entry = { ...event, at: clock.now() };
    events.push(entry);
    onEvent?.(entry);
  };
  return {
    events,
    record,
    /** Records a decision about a user in the security log, if the server audits decisions of that kind. */
    audit(event: Omit<NpsEvent, 'at' | 'message'> & { readonly reason: Reason }): void {
      const { success, failure } = server.state().audit;
      if (event.id === 6272 ? success : failure) record({ ...event, message: reasons[event.reason] });
    },
  };
}
