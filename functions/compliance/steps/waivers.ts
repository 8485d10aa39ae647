import type { Waiver } from '../../../shared/compliance/waivers/waivers.ts';
import type { Rows } from '../../../shared/ports.ts';
import { standingWaivers } from '../../records/waivers.ts';
import type { runFolder } from './run-folder.ts';

type Folder = ReturnType<typeof runFolder>;

/**
 * Keeps what is waived in a run, by record and by setting. So the records are read once, and all steps of the run use
 * the same waivers.
 */
export async function keepWaivers(
  folder: Pick<Folder, 'write'>,
  rows: Rows,
  settings: readonly Waiver[],
): Promise<void> {
  await folder.write('waivers', [...(await standingWaivers(rows)), ...settings]);
}

export const waiversOf = (folder: Pick<Folder, 'read'>) => folder.read<readonly Waiver[]>('waivers');
