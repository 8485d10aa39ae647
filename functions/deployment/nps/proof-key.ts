import type { OrchestrationContext } from 'durable-functions';

/**
 * The key by which an NPS server proves which secret it holds, without telling the secret. It is new for each run, and
 * is no secret itself.
 */
export const newProofKey = ({ df }: OrchestrationContext): string =>
  Buffer.from(df.newGuid(df.instanceId)).toString('base64');
