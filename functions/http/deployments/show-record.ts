import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import type { Archive } from '../../../shared/ports.ts';
import { readCard } from '../../records/cards.ts';
import { readEvidence } from '../../records/chain/evidence.ts';
import { deploymentIdIn } from './existing-deployment.ts';

/** `GET /deployments/{id}/record`: the evidence, with what anybody can check it by. */
export const showRecord =
  (archive: Archive) =>
  async (http: HttpRequest): Promise<HttpResponseInit> => {
    const id = deploymentIdIn(http);
    const card = await readCard(archive.rows, id);
    if (!card || card.entries.length === 0)
      throw failed('NotFound', `There is no record of a deployment ${id}.`, id);
    return {
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      jsonBody: await readEvidence(archive, id, card),
    };
  };
