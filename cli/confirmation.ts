import type { Call } from './command.ts';
import { Ended, exitCodes } from './exit-codes.ts';

/**
 * Ends the command unless somebody at the terminal says yes. `instead` is what a script gives in place of an answer.
 */
export async function confirmed({ terminal }: Call, question: string, instead: string): Promise<void> {
  const answer = await terminal.ask(question);
  if (answer?.trim().toLowerCase() === 'yes') return;
  throw new Ended(
    exitCodes.notConfirmed,
    answer === undefined
      ? `There is no terminal to ask on, so nothing was sent. In a script, use ${instead}.`
      : 'Nothing was sent.',
  );
}
