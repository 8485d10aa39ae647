import type { InvocationContext } from '@azure/functions';
import type { Problem } from '../../shared/core/errors.ts';
import type { BranchProgress } from '../../shared/deployment/contract.ts';
import { type Instance, listInstances } from '../durable-instances.ts';

const aDay = 24 * 60 * 60_000;

/**
 * What ticket systems and the topic could not be told, by code. It stops no other work, so the app still counts as
 * healthy.
 */
export async function readUndelivered(context: InvocationContext): Promise<readonly Problem[]> {
  try {
    // A message is given up after a day, and is shown for one more day.
    const createdTimeFrom = new Date(Date.now() - 2 * aDay);
    const tellings = await listInstances(context, 'telling-', { createdTimeFrom });
    const codes = tellings.flatMap((one) => whyUntold(one) ?? []);
    return [...new Set(codes)].map((code) => {
      const count = codes.filter((other) => other === code).length;
      const messages = count === 1 ? '1 message' : `${count} messages`;
      return {
        code,
        message: `${messages} to ticket systems or subscribers could not be sent (${code}). The app tries to send each of them again for one day.`,
      };
    });
  } catch {
    // Durable Functions cannot be asked: the problems say so.
    return [];
  }
}

function whyUntold({ runtimeStatus, customStatus, output }: Instance): string | undefined {
  if (output && 'failure' in output) return output.failure.code;
  if (runtimeStatus === 'Completed') return undefined;
  return (customStatus as BranchProgress | null)?.waiting?.lastError?.code ?? 'NotToldYet';
}
