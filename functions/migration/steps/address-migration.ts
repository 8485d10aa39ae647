import { failed, type Problem, refused } from '../../../shared/core/errors.ts';
import { nameOf, sameId } from '../../../shared/core/resource-id.ts';
import type { AddressMigrationPhase, PublicIpAddress, VpnGateway } from '../../../shared/gateway/model.ts';
import type { Accepted, PublicIpAddresses, VpnGateways } from '../../../shared/ports.ts';
import { busy, gatewayGone, isBeingWritten } from '../../deployment/gateway/state.ts';

export interface AddressPhase {
  readonly gatewayId: string;
  readonly phase: AddressMigrationPhase;
}

/** The phases that count as done when a phase has ended (`VirtualNetworkGatewayMigrationPhase`). */
const reached: Readonly<Record<AddressMigrationPhase, readonly string[]>> = {
  Prepare: ['PrepareSucceeded', 'Execute', 'ExecuteSucceeded', 'Commit', 'CommitSucceeded'],
  Execute: ['ExecuteSucceeded', 'Commit', 'CommitSucceeded'],
  Commit: ['CommitSucceeded'],
  Abort: ['AbortSucceeded'],
};

const isPast = ({ addressMigration }: VpnGateway, phase: AddressMigrationPhase) =>
  reached[phase].some((one) => one === addressMigration?.phase);

async function gatewayThere(gateways: Pick<VpnGateways, 'read'>, gatewayId: string): Promise<VpnGateway> {
  const gateway = await gateways.read(gatewayId);
  if (!gateway) throw gatewayGone(gatewayId, 'a moment ago');
  return gateway;
}

/** Begins a phase. Returns `kept` when the gateway is past it, or in it. */
export const beginAddressPhase =
  (gateways: Pick<VpnGateways, 'read' | 'migrateAddresses'>) =>
  async ({ gatewayId, phase }: AddressPhase): Promise<Accepted | 'kept'> => {
    const gateway = await gatewayThere(gateways, gatewayId);
    const { addressMigration: now } = gateway;
    if (isPast(gateway, phase) || (now?.phase === phase && now.state === 'InProgress')) return 'kept';
    if (isBeingWritten(gateway)) throw busy(gateway);
    return gateways.migrateAddresses(gatewayId, phase);
  };

/** True when the phase has ended well; undefined while Azure works on it. */
export const readAddressPhase =
  (gateways: Pick<VpnGateways, 'read'>) =>
  async ({ gatewayId, phase }: AddressPhase): Promise<true | undefined> => {
    const gateway = await gatewayThere(gateways, gatewayId);
    const { addressMigration: now } = gateway;
    if (now?.phase === phase && now.state === 'Failed')
      throw failed(
        'AddressMigrationFailed',
        `Azure could not finish the phase ${phase} of the migration: ${now.errorMessage ?? 'it gave no reason.'} ${waysOn[phase]}`,
        gatewayId,
      );
    return isPast(gateway, phase) && !isBeingWritten(gateway) ? true : undefined;
  };

const takeBack = 'undo it (az network vnet-gateway migration abort)';
const waysOn: Readonly<Record<AddressMigrationPhase, string>> = {
  Prepare: 'The gateway works as before. Fix the cause and send the migration again.',
  Execute: `Check whether users can connect. Then send the migration again, or ${takeBack}.`,
  Commit: `The gateway works with the Standard address. Send the migration again, or ${takeBack}.`,
  Abort:
    'Check whether users can connect, and undo the migration by hand (az network vnet-gateway migration abort).',
};

/** The addresses of the gateway, in figures. */
export const readGatewayAddresses =
  (gateways: Pick<VpnGateways, 'read'>, publicIps: Pick<PublicIpAddresses, 'read'>) =>
  async ({ gatewayId }: { readonly gatewayId: string }): Promise<readonly string[]> => {
    const addresses = await addressesOfGateway(gateways, publicIps, gatewayId);
    return addresses.flatMap(({ ipAddress }) => ipAddress ?? []);
  };

export interface AddressesOrder {
  readonly gatewayId: string;
  /** The addresses before the migration, in figures. */
  readonly before: readonly string[];
}

/** Reads back what Azure promises: Standard public IP addresses with the same figures, and an AZ SKU. */
export const verifyAddresses =
  (gateways: Pick<VpnGateways, 'read'>, publicIps: Pick<PublicIpAddresses, 'read'>) =>
  async ({ gatewayId, before }: AddressesOrder): Promise<string> => {
    const gateway = await gatewayThere(gateways, gatewayId);
    const addresses = await addressesOfGateway(gateways, publicIps, gatewayId);
    const now = addresses.flatMap(({ ipAddress }) => ipAddress ?? []);
    const lost = before.filter((address) => !now.includes(address));
    const problem = (code: string, message: string): Problem => ({ code, message, target: gatewayId });
    const problems = [
      ...addresses
        .filter(({ sku }) => !sameId(sku, 'Standard'))
        .map(({ id, sku }) => problem('AddressNotStandard', `${nameOf(id)} is still ${sku}.`)),
      ...lost.map((address) =>
        problem('AddressLost', `The gateway had ${address} and now has ${now.join(', ') || 'no address'}.`),
      ),
      ...(/AZ$/i.test(gateway.sku) ? [] : [problem('SkuNotAz', `The SKU is still ${gateway.sku}.`)]),
    ];
    if (problems.length === 0)
      return `${now.join(' and ')} ${now.length === 1 ? 'is' : 'are'} Standard, the SKU is ${gateway.sku}`;
    const sentences = problems.map(({ message }) => message).join(' ');
    throw refused(
      'VerificationFailed',
      `The app read the gateway after the migration: ${sentences} The migration is not committed. Either ${takeBack}, or fix the cause and send the migration again.`,
      problems,
    );
  };

async function addressesOfGateway(
  gateways: Pick<VpnGateways, 'read'>,
  publicIps: Pick<PublicIpAddresses, 'read'>,
  gatewayId: string,
): Promise<readonly PublicIpAddress[]> {
  const { publicIpIds } = await gatewayThere(gateways, gatewayId);
  const found = await Promise.all(publicIpIds.map((id) => publicIps.read(id)));
  return found.filter((address) => address !== undefined);
}
