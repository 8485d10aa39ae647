import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { readInstance, startOnce } from '../../durable-instances.ts';
import { type Message, tellingOf } from './tell-again.ts';

/** Starts the orchestration that goes on trying to tell a message; one that was told already is not told again. */
export const startTelling =
  () =>
  async (message: Message, context: InvocationContext): Promise<void> => {
    const id = tellingOf(message);
    const before = await readInstance(context, id);
    if (before?.output && 'value' in before.output) return;
    await startOnce(getClient(context), 'keepTelling', id, message);
  };
