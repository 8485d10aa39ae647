import type { InvocationContext } from '@azure/functions';
import { getClient } from 'durable-functions';
import { readInstance, startOnce } from '../../durable-instances.ts';
import { type Message, tellingOf } from './message.ts';

/**
 * Starts the orchestration that goes on trying to tell a message. A message that was told already is not told again.
 */
export async function startTelling(message: Message, context: InvocationContext): Promise<void> {
  const id = tellingOf(message);
  const before = await readInstance(context, id);
  if (before?.output && 'value' in before.output) return;
  await startOnce(getClient(context), 'keepTelling', id, message);
}
