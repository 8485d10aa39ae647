import { createInterface } from 'node:readline/promises';

/** What is going to be made and asked, and what it costs. */
export function announcement({ gateway, location }, group, { says, pricesOf }, machine) {
  return [
    `Makes the resource group ${group} in ${location}: two VNets, two public addresses, a NAT gateway${gateway ? ', a VpnGw1AZ gateway with RADIUS, a route table, a connection, a storage account, an event subscription' : ''}. It deletes the group at the end and touches nothing outside of it.`,
    `Cost: ${says} (list prices of ${pricesOf}).`,
    ...(machine
      ? [
          `Sends ${machine.id} a run command that reads NPS, and deletes that run command. It changes no setting: it makes the folder %ProgramFiles%\\VpnNps\\Backups where there is none, and an export lies there for a moment, for administrators alone. Its answers name policies and modules, no secrets.`,
        ]
      : []),
  ].join('\n');
}

/** A gateway costs, and a machine is somebody's: neither without a word. */
export async function isAgreed(yes) {
  if (yes) return true;
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question('Go on? [y/N] ');
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}
