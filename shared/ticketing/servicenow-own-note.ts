import { VpnRadiusError } from '../core/errors.ts';
import type { TicketSystemCall } from './ticket-system.ts';

/**
 * Whether the account of our own credential wrote a work note with that marker. The journal field of a record shows
 * authors as a part of the text, which anybody can write too. So the journal entries themselves are read
 * (`sys_journal_field`). False when the account may not read them: then a note may appear twice, but none is left out.
 */
export async function isOwnNote(
  call: TicketSystemCall,
  ticketId: string,
  sysId: string,
  marker: string,
): Promise<boolean> {
  const query = `element_id=${sysId}^element=work_notes^valueLIKE${marker}`;
  const entries = await rows(
    call,
    ticketId,
    `sys_journal_field?sysparm_query=${encodeURIComponent(query)}&sysparm_fields=element_id,value,sys_created_by&sysparm_limit=100`,
  );
  // An instance ignores the part of a query that it considers invalid, and then returns other entries.
  const alike = entries.filter(({ element_id, value }) => element_id === sysId && value?.includes(marker));
  if (alike.length === 0) return false;
  const accounts = await rows(
    call,
    ticketId,
    `sys_user?sysparm_query=${encodeURIComponent('user_name=javascript:gs.getUserName()')}&sysparm_fields=user_name&sysparm_limit=2`,
  );
  const [own, ...others] = accounts;
  if (!own?.user_name || others.length > 0) return false;
  return alike.some(({ sys_created_by }) => sys_created_by === own.user_name);
}

async function rows(
  call: TicketSystemCall,
  ticketId: string,
  path: string,
): Promise<readonly Readonly<Record<string, string | undefined>>[]> {
  try {
    const answer = (await call(ticketId, 'GET', `/api/now/table/${path}`)) as
      | { result?: unknown }
      | undefined;
    return Array.isArray(answer?.result) ? answer.result : [];
  } catch (error) {
    if (error instanceof VpnRadiusError && !error.failure.transient) return [];
    throw error;
  }
}
