import type { RadiusAuthServerListResult, VirtualNetworkGateway } from '@azure/arm-network';
import { isRestError } from '@azure/core-rest-pipeline';
import { VpnRadiusError } from '../../core/errors.ts';
import type { VpnGateways } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { asking, found } from '../wire/errors.ts';
import { type OperationStatus, operationFailure, startDeletion, startOperation } from '../wire/operation.ts';
import { bodyIn } from '../wire/resource-manager.ts';
import { resourcePath } from '../wire/resource-path.ts';
import { gatewayAddressPools } from './address-pools.ts';
import { generatedClientProfile } from './client-profile.ts';
import { connectedNetworks } from './connected-networks.ts';
import {
  expandGateway,
  flattenGateway,
  isUnchanged,
  signInEnds,
  withoutPointToSite,
  withoutRadius,
} from './gateway-model.ts';
import { gatewayResources } from './gateway-resources.ts';
import { modelIn, networkUrl, networkVersion } from './models.ts';
import { sentOver } from './sent-over.ts';

const type = 'virtualNetworkGateways';

export function vpnGateways(azure: Azure): VpnGateways {
  const gatewaysAt = async (id: string) => {
    const { subscriptionId, resourceGroup, name } = resourcePath(id);
    const { virtualNetworkGateways: gateways } = await azure.network(subscriptionId);
    return { gateways, resourceGroup, name };
  };
  /** The model of the SDK, and the body as it came, which may hold more. */
  const bodyOf = async (id: string) => {
    const { gateways, resourceGroup, name } = await gatewaysAt(id);
    let text = '';
    const model = await found(id, () =>
      gateways.get(resourceGroup, name, {
        onResponse: ({ bodyAsText }) => {
          text = bodyAsText ?? '';
        },
      }),
    );
    return model && { model, body: JSON.parse(text) as Body };
  };
  const put = async (
    id: string,
    wanted: VirtualNetworkGateway,
    read: { readonly body: Body; readonly etag: string | undefined } | undefined,
  ) => {
    const { subscriptionId, resourceGroup, name } = resourcePath(id);
    const { virtualNetworkGateways } = await azure.networkWith(
      subscriptionId,
      sentOver(read?.body, read?.etag),
    );
    return startOperation((first) =>
      virtualNetworkGateways.beginCreateOrUpdate(resourceGroup, name, wanted, first),
    );
  };

  return {
    async read(id) {
      const url = networkUrl(id, type);
      const body = await found(id, async () => bodyIn<Body>(await azure.arm({ method: 'GET', url })));
      return body && flattenGateway(gatewayIn(body), id);
    },

    resources: (id) => gatewayResources(azure, id),

    async open(id) {
      const opened = await bodyOf(id);
      /**
       * Writes only over exactly what was opened. `without` takes out of the body, as it came, what must not
       * be sent again.
       */
      const writeOver = async (
        wanted: VirtualNetworkGateway,
        secrets: readonly string[],
        without: (body: Body) => Body = (body) => body,
      ) => {
        const now = await bodyOf(id);
        if (!isUnchanged(opened?.model, now?.model)) throw gatewayChanged(id);
        const etag = now?.model.etag;
        const kept = now && { body: without(now.body) };
        return asking(
          id,
          () =>
            put(id, wanted, kept && { ...kept, etag }).catch(async (error: unknown) => {
              if (!kept || !isRestError(error) || error.statusCode !== 412) throw error;
              if ((await bodyOf(id))?.model.etag !== etag) throw gatewayChanged(id);
              // Nobody wrote the gateway, so the service compares something other than the etag of the body.
              return put(id, wanted, { ...kept, etag: undefined });
            }),
          secrets,
        );
      };
      return {
        ...(opened && { gateway: flattenGateway(opened.model, id) }),

        async write(wish, radiusSecret) {
          const { retryAfterSeconds, statusUrl } = await writeOver(
            expandGateway(opened?.model, wish, radiusSecret, id),
            typeof radiusSecret === 'string' ? [radiusSecret] : Object.values(radiusSecret),
            signInEnds(wish.pointToSite, 'AAD') ? bodyWithoutEntra : undefined,
          );
          // A write that has ended at once has no operation to ask, and the gateway that it answers with
          // contains no error.
          return { retryAfterSeconds, operationUrl: statusUrl ?? `${id}?${networkVersion}` };
        },

        async writeWithoutPointToSite() {
          const wanted = withoutPointToSite(opened?.model ?? {});
          const { retryAfterSeconds } = await writeOver(wanted, [], bodyWithoutPointToSite);
          return { retryAfterSeconds };
        },

        async writeWithoutRadius() {
          const { retryAfterSeconds } = await writeOver(withoutRadius(opened?.model ?? {}), []);
          return { retryAfterSeconds };
        },
      };
    },

    async migrateAddresses(id, phase) {
      const { gateways, resourceGroup: group, name } = await gatewaysAt(id);
      const migrationType = 'UpgradeDeploymentToStandardIP';
      const { retryAfterSeconds } = await asking(id, () =>
        startOperation((first) => {
          switch (phase) {
            case 'Prepare':
              return gateways.beginInvokePrepareMigration(group, name, { migrationType }, first);
            case 'Execute':
              return gateways.beginInvokeExecuteMigration(group, name, first);
            case 'Commit':
              return gateways.beginInvokeCommitMigration(group, name, first);
            case 'Abort':
              return gateways.beginInvokeAbortMigration(group, name, first);
          }
        }),
      );
      return { retryAfterSeconds };
    },

    async delete(id) {
      const { gateways, resourceGroup, name } = await gatewaysAt(id);
      return startDeletion(id, (first) => gateways.beginDelete(resourceGroup, name, first));
    },

    operationError: (operationUrl, ...radiusSecrets) =>
      asking(operationUrl.replace(/\?.*/, ''), async () => {
        const answer = await azure.arm({ method: 'GET', url: operationUrl });
        return operationFailure(bodyIn<OperationStatus>(answer), radiusSecrets);
      }),

    async radiusSecrets(id) {
      const url = networkUrl(id, type, '/listRadiusSecrets');
      return asking(id, async () => {
        const { value } = bodyIn<RadiusAuthServerListResult>(await azure.arm({ method: 'POST', url }));
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

type Body = Readonly<Record<string, unknown>>;

/** The SDK has another name for one property. */
function gatewayIn(body: Body): VirtualNetworkGateway {
  const { activeActive: active, ...model } = modelIn<
    VirtualNetworkGateway & { readonly activeActive?: boolean }
  >(body);
  return { ...model, ...(active !== undefined && { active }) };
}

function bodyWithoutPointToSite({ properties, ...body }: Body): Body {
  const { vpnClientConfiguration: _, ...kept } = properties as Body;
  return { ...body, properties: kept };
}

/** What was read and is not sent would be put back. */
function bodyWithoutEntra({ properties, ...body }: Body): Body {
  const { vpnClientConfiguration: client, ...kept } = properties as Body;
  if (!client) return { ...body, properties };
  const { aadTenant: _, aadAudience: __, aadIssuer: ___, ...others } = client as Body;
  return { ...body, properties: { ...kept, vpnClientConfiguration: others } };
}

const gatewayChanged = (id: string) =>
  new VpnRadiusError({
    code: 'GatewayChanged',
    message: 'Somebody else wrote the gateway while the app compared it. The app compares it again.',
    target: id,
    transient: true,
  });
