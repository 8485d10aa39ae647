import { describeWindow } from '../../../shared/compliance/repair-window.ts';
import { type DueRotations, rotationCounts } from './due-rotations.ts';

/** The rotations as the API shows them. */
export function shownRotations(rotations: DueRotations) {
  const { windows, stopped, endedAt, ...told } = rotations;
  return {
    ...told,
    endedAt: endedAt ?? null,
    windows: windows.map(describeWindow),
    counts: rotationCounts(rotations),
    text: inWords(rotations),
    ...(stopped && { stopped }),
  };
}

/** One sentence for a caller who may read no more than this. */
function inWords(rotations: DueRotations): string {
  if (!rotations.gateways) return 'The app is looking for gateways whose secrets are due.';
  const { due, succeeded, failed: broken, skipped, running, notStarted } = rotationCounts(rotations);
  const parts = [
    `${succeeded} of ${due} gateways have a new secret`,
    ...(running > 0 ? [`${running} running`] : []),
    ...(broken > 0 ? [`${broken} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(notStarted > 0 ? [`${notStarted} not started`] : []),
    ...(rotations.left ? [`${rotations.left} more are due and are left for the next run`] : []),
  ];
  return `${parts.join(', ')}.${rotations.stopped ? ` ${rotations.stopped.why}` : ''}`;
}
