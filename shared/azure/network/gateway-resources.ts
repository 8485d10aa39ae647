import { type ArmResource, apiVersion, type GatewayResources } from '../../gateway/code/resources.ts';
import type { Azure } from '../wire/connection.ts';
import { found } from '../wire/errors.ts';
import { bodyIn } from '../wire/resource-manager.ts';

/**
 * Reads a gateway, its subnet and its public addresses as Resource Manager keeps them, with everything that
 * others configured.
 */
export async function gatewayResources(
  azure: Azure,
  gatewayId: string,
): Promise<GatewayResources | undefined> {
  const read = (id: string) =>
    found(id, async () => {
      const answer = await azure.arm({ method: 'GET', url: `${id}?api-version=${apiVersion}` });
      return bodyIn<ArmResource>(answer);
    });
  const gateway = await read(gatewayId);
  if (!gateway) return undefined;
  const { ipConfigurations = [] } = gateway.properties as {
    readonly ipConfigurations?: readonly {
      readonly properties: {
        readonly subnet?: { readonly id: string };
        readonly publicIPAddress?: { readonly id: string };
      };
    }[];
  };
  const subnetId = ipConfigurations[0]?.properties.subnet?.id;
  const subnet = subnetId && (await read(subnetId));
  if (!subnet) return undefined;
  const addresses = await Promise.all(
    ipConfigurations.flatMap(({ properties }) => properties.publicIPAddress?.id ?? []).map(read),
  );
  return { gateway, subnet, publicIps: addresses.filter((one) => one !== undefined) };
}
