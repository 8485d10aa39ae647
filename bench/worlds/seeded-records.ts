import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newDeploymentId } from '../../shared/deployment/ids.ts';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import { hubNetworkId } from '../../simulator/azure/default-world.ts';

/** A list of this number of ended deployments, a minute apart, as a host without a storage account keeps it. */
export function seedRecords(reportFolder: string, count: number, newest: Date): void {
  const lines = Array.from({ length: count }, (_, number) => {
    const at = new Date(newest.getTime() - number * 60_000);
    const summary: DeploymentSummary = {
      id: newDeploymentId(hubNetworkId, at, String(number)),
      ticket: { system: 'webhook', id: `REQ${String(number).padStart(7, '0')}` },
      virtualNetworkId: hubNetworkId,
      status: 'Succeeded',
      percent: 100,
      startedAt: at.toISOString(),
      expectedEndAt: null,
      endedAt: at.toISOString(),
      requestedBy: 'anna@contoso.com',
    };
    // Rows come in the order of their keys, the newest first.
    const key = `${String(9_999_999_999_999 - at.getTime()).padStart(13, '0')}-${summary.id}`;
    return JSON.stringify({ key, json: JSON.stringify(summary) });
  });
  mkdirSync(join(reportFolder, 'rows'), { recursive: true });
  writeFileSync(join(reportFolder, 'rows', 'all.jsonl'), `${lines.join('\n')}\n`);
}
