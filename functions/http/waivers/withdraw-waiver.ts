import { shownWaiver } from '../../../shared/compliance/waivers/recorded-waiver.ts';
import { keyWithdrawal, withdrawal } from '../../../shared/compliance/waivers/waiver-bodies.ts';
import type { Archive } from '../../../shared/ports.ts';
import { timeOfHost } from '../../durable-instances.ts';
import { withdraw } from '../../records/waivers.ts';
import { optionalBodyOf } from '../answers.ts';
import { type Handler, saidBy } from '../callers.ts';
import { unknownWaiver, waiverIdIn } from './waiver-in-path.ts';

/** `POST /compliance/waivers/{id}/withdrawal`: from then on the finding counts again. */
export const withdrawWaiver =
  (archive: Archive): Handler =>
  async (http, context, caller) => {
    const body = await optionalBodyOf(http, caller ? withdrawal : keyWithdrawal);
    const id = waiverIdIn(http);
    const at = (await timeOfHost(context)).toISOString();
    const by = saidBy(caller, body.by)!;
    const found = await withdraw(archive, id, { at, by, byId: caller?.id, comment: body.comment });
    if (!found) throw unknownWaiver(id);
    return { status: 200, jsonBody: shownWaiver(found, at) };
  };
