import { type Finding, problem } from '../core/finding.ts';
import { nameOf } from '../core/resource-id.ts';

/**
 * The address that the gateway asks must lead to the machine that is configured. If it does not, one machine gets a
 * secret and another machine is asked with it. `own` are the addresses of the machine, as Azure or the machine itself
 * reports them (undefined: not reported). `vouched` are those that lead to it by the word of the app's owner.
 */
export function* machineAddressFindings(
  { address, host }: { readonly address: string; readonly host: string },
  own: readonly string[] | undefined,
  vouched: readonly string[],
  target: string,
): Generator<Finding> {
  if (!own || own.length === 0 || [...own, ...vouched].includes(address)) return;
  const name = nameOf(host);
  yield problem(
    'RadiusAddressOfAnotherMachine',
    `${address} is not an address of ${name}, which has ${own.join(', ')}. Name the machine that has ${address}, or the address of ${name}. If the address belongs to a load balancer or address translation, the owner of the app lists the address with the machine (GUARDRAILS, npsMachines).`,
    target,
  );
}
