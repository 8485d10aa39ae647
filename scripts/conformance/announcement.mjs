import { createInterface } from 'node:readline/promises';

/** What the command will make and ask, and what this costs. */
export function announcement({ gateway, location }, group, { says, pricesOf }, machine) {
  return [
    `Makes the resource group ${group} in ${location}: two VNets, two public addresses, a NAT gateway${gateway ? ', a VpnGw1AZ gateway with RADIUS, a route table, a connection, a storage account, an event subscription' : ''}. It deletes the group at the end and changes nothing outside it.`,
    `Cost: ${says} (list prices of ${pricesOf}).`,
    ...(machine
      ? [
          `Sends ${machine.id} a run command that reads NPS, and deletes that run command. It changes no setting. It makes the folder %ProgramFiles%\\VpnNps\\Backups if there is none. An export is in this folder for a moment, and only administrators can read it. The answers contain names of policies and modules, but no secrets.`,
        ]
      : []),
  ].join('\n');
}

/** A gateway costs money, and a machine belongs to somebody. So the command asks before it uses either of them. */
export async function isAgreed(yes) {
  if (yes) return true;
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question('Go on? [y/N] ');
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}
