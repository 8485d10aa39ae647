import {
  newWaiverId,
  type RecordedWaiver,
  shownWaiver,
} from '../../../shared/compliance/waivers/recorded-waiver.ts';
import { keyWaiver, waiverBody, waiverProblems } from '../../../shared/compliance/waivers/waiver-bodies.ts';
import { failed } from '../../../shared/core/errors.ts';
import { shortHash } from '../../../shared/core/resource-id.ts';
import type { Archive } from '../../../shared/ports.ts';
import { timeOfHost } from '../../durable-instances.ts';
import { keepWaiver } from '../../records/waivers.ts';
import { jsonOf, parsedBy, textOf } from '../answers.ts';
import { type Handler, isCaller, saidBy } from '../callers.ts';

/**
 * `POST /compliance/waivers`: somebody decides to accept a finding until a day. The caller must not be the owner of the
 * waiver.
 */
export const waiveFinding =
  (archive: Archive): Handler =>
  async (http, context, caller) => {
    const body = jsonOf(await textOf(http));
    const now = await timeOfHost(context);
    const at = now.toISOString();
    const problems = waiverProblems(body, at.slice(0, 10), caller !== undefined);
    const { by, ...asked } = parsedBy(body, caller ? waiverBody : keyWaiver, problems);
    if (caller && isCaller(caller, asked.owner)) {
      const message = `${caller.name} is the owner of this waiver; somebody else must decide on it.`;
      throw failed('Forbidden', message, 'owner');
    }
    const id = newWaiverId(now, shortHash(context.invocationId));
    const made: RecordedWaiver = { id, ...asked, by: saidBy(caller, by)!, byId: caller?.id, at };
    await keepWaiver(archive, made);
    const location = new URL(`/api/compliance/waivers/${id}`, http.url).href;
    return { status: 201, headers: { Location: location }, jsonBody: shownWaiver(made, at) };
  };
