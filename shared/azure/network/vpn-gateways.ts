import { VpnRadiusError } from '../../core/errors.ts';
import { redacted } from '../../core/redacted.ts';
import type { VpnGateways } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking, found } from '../wire/errors.ts';
import { begun } from '../wire/operation.ts';
import { resourcePath } from '../wire/resource-path.ts';
import { gatewayAddressPools } from './address-pools.ts';
import { generatedClientProfile } from './client-profile.ts';
import { connectedNetworks } from './connected-networks.ts';
import { expandGateway, flattenGateway, isUnchanged, withoutPointToSite } from './gateway-model.ts';
import { gatewayResources } from './gateway-resources.ts';

export function vpnGateways(azure: Azure): VpnGateways {
  const gatewaysAt = async (id: string) => {
    const { subscriptionId, resourceGroup, name } = resourcePath(id);
    const { virtualNetworkGateways: gateways } = await azure.network(subscriptionId);
    return { gateways, resourceGroup, name };
  };
  const modelOf = async (id: string) => {
    const { gateways, resourceGroup, name } = await gatewaysAt(id);
    return found(id, () => gateways.get(resourceGroup, name));
  };

  return {
    async read(id) {
      const model = await modelOf(id);
      return model && flattenGateway(model, id);
    },

    resources: (id) => gatewayResources(azure, id),

    async open(id) {
      const opened = await modelOf(id);
      return {
        ...(opened && { gateway: flattenGateway(opened, id) }),

        async write(wish, radiusSecret) {
          const { gateways, resourceGroup, name } = await gatewaysAt(id);
          const body = expandGateway(opened, wish, radiusSecret);
          // Whether a gateway PUT heeds If-Match is documented nowhere, and no GET of one was seen with an ETag header:
          // the body is read again instead, which leaves the time of one request.
          if (!isUnchanged(opened, await modelOf(id))) throw changed(id);
          return asking(
            id,
            async () => {
              const { retryAfterSeconds, statusUrl } = await begun((first) =>
                gateways.beginCreateOrUpdate(resourceGroup, name, body, first),
              );
              // A write that has ended at once has no operation to ask; the gateway in its place tells of no error.
              return { retryAfterSeconds, operationUrl: statusUrl ?? `${id}?api-version=2025-05-01` };
            },
            typeof radiusSecret === 'string' ? [radiusSecret] : Object.values(radiusSecret),
          );
        },

        async writeWithoutPointToSite() {
          const { gateways, resourceGroup, name } = await gatewaysAt(id);
          if (!opened || !isUnchanged(opened, await modelOf(id))) throw changed(id);
          return asking(id, async () => {
            const { retryAfterSeconds } = await begun((first) =>
              gateways.beginCreateOrUpdate(resourceGroup, name, withoutPointToSite(opened), first),
            );
            return { retryAfterSeconds };
          });
        },
      };
    },

    async delete(id) {
      const { gateways, resourceGroup, name } = await gatewaysAt(id);
      return asking(id, async () => {
        const { retryAfterSeconds } = await begun((first) =>
          gateways.beginDelete(resourceGroup, name, first),
        );
        return { retryAfterSeconds };
      });
    },

    operationError: (operationUrl, ...radiusSecrets) =>
      asking(operationUrl.replace(/\?.*$/, ''), async () => {
        const { bodyAsText } = await azure.arm({ method: 'GET', url: operationUrl });
        const { status, error } = JSON.parse(bodyAsText ?? '{}') as OperationStatus;
        if (error?.code) return { code: error.code, message: redacted(error.message ?? '', radiusSecrets) };
        if (status !== 'Failed' && status !== 'Canceled') return undefined;
        return {
          code: `Operation${status}`,
          message: `The operation has ended as ${status}; Azure gave no reason.`,
        };
      }),

    async radiusSecrets(id) {
      const { gateways, resourceGroup, name } = await gatewaysAt(id);
      return asking(id, async () => {
        const { value } = await gateways.listRadiusSecrets(resourceGroup, name);
        return (value ?? []).flatMap(({ radiusServerAddress: address, radiusServerSecret: secret }) =>
          address && secret ? [{ address, secret }] : [],
        );
      });
    },

    async clientProfile(id) {
      const { gateways, resourceGroup, name } = await gatewaysAt(id);
      return asking(id, () =>
        generatedClientProfile(azure, id, (first) =>
          gateways.beginGenerateVpnProfile(
            resourceGroup,
            name,
            { authenticationMethod: 'EAPMSCHAPv2' },
            first,
          ),
        ),
      );
    },

    connectedNetworks: (id) => connectedNetworks(azure, id),

    addressPools: (subscriptionIds) =>
      asking(subscriptionIds.map((id) => `/subscriptions/${id}`).join(', '), () =>
        gatewayAddressPools(azure, subscriptionIds),
      ),
  };
}

const changed = (id: string) =>
  new VpnRadiusError({
    code: 'GatewayChanged',
    message: 'Somebody wrote the gateway while it was compared: it is compared again.',
    target: id,
    transient: true,
  });

/** Microsoft.Network answers 200 also for a failed operation, with what went wrong in `error`. */
interface OperationStatus {
  readonly status?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}
