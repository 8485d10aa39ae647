import type { OrchestrationContext } from 'durable-functions';

/** By which an NPS server proves what secret it holds without telling it; new for each run, and no secret itself. */
export const newProofKey = ({ df }: OrchestrationContext): string =>
  Buffer.from(df.newGuid(df.instanceId)).toString('base64');
