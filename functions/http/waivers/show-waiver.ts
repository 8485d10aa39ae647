import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { shownWaiver } from '../../../shared/compliance/waivers/recorded-waiver.ts';
import type { Rows } from '../../../shared/ports.ts';
import { timeOfHost } from '../../durable-instances.ts';
import { readWaiver } from '../../records/waivers.ts';
import { unknownWaiver, waiverIdIn } from './waiver-in-path.ts';

/** `GET /compliance/waivers/{id}` */
export const showWaiver =
  (rows: Rows) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const id = waiverIdIn(http);
    const found = await readWaiver(rows, id);
    if (!found) throw unknownWaiver(id);
    const now = await timeOfHost(context);
    return { status: 200, jsonBody: shownWaiver(found, now.toISOString()) };
  };
