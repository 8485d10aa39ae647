import type { HttpRequest } from '@azure/functions';
import { decidedAt } from '../../../shared/compliance/waivers/recorded-waiver.ts';
import { failed } from '../../../shared/core/errors.ts';

export function waiverIdIn(http: HttpRequest): string {
  const id = http.params.id ?? '';
  if (decidedAt(id)) return id;
  throw failed(
    'NotFound',
    `There is no waiver ${id}: the id of a waiver looks like waiver-20300101t081530123z-5e6f708192a3.`,
    id,
  );
}

export const unknownWaiver = (id: string) => failed('NotFound', `There is no waiver ${id}.`, id);
