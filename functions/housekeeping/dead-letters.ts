import type { Storage } from '../storage.ts';

/** Counts events that Event Grid gave up, up to a limit: a larger number says nothing more. */
export async function countDeadLetters(deadLetters: Storage['deadLetters'], most: number): Promise<number> {
  let count = 0;
  let continuation: string | undefined;
  do {
    const page = await deadLetters?.page('', 1000, continuation);
    count += page?.names.length ?? 0;
    continuation = page?.continuation;
  } while (continuation && count < most);
  return count;
}
