import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { failed } from '../../../shared/core/errors.ts';
import { bicepOf } from '../../../shared/gateway/code/bicep.ts';
import { terraformOf } from '../../../shared/gateway/code/terraform.ts';
import type { Archive, VpnGateways } from '../../../shared/ports.ts';
import { gatewayIdOfDeployment } from '../../deployment/gateway-of-deployment.ts';
import { deployedGateway } from '../../records/deployed.ts';
import { existingDeployment } from '../deployments/existing-deployment.ts';

const formats = {
  bicep: { write: bicepOf, file: 'gateway.bicep' },
  terraform: { write: terraformOf, file: 'gateway.tf' },
} as const;
type Format = keyof typeof formats;

/**
 * `GET /deployments/{id}/export?format=bicep|terraform`: what exists now as code, for teams who keep their network in
 * code.
 */
export const exportDeployment =
  (archive: Archive, gateways: Pick<VpnGateways, 'resources'>, vaultUrl: string) =>
  async (http: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const format = http.query.get('format') ?? '';
    if (!isFormat(format))
      throw failed(
        'InvalidRequest',
        `format: ${format ? `${format} is not a format` : 'is missing'}: use ${Object.keys(formats).join(' or ')}.`,
        'format',
      );
    const instance = await existingDeployment(archive, http, context);
    const gatewayId = await gatewayIdOfDeployment(archive, instance);
    const found = gatewayId && (await gateways.resources(gatewayId));
    if (!found)
      throw failed(
        'NotFound',
        `The gateway of deployment ${instance.instanceId} does not exist yet, or does not exist any more, so there is nothing to export.`,
        gatewayId ?? instance.instanceId,
      );
    const secrets = (await deployedGateway(archive.rows, gatewayId))?.secrets ?? [];
    const { write, file } = formats[format];
    return {
      status: 200,
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Disposition': `attachment; filename="${file}"`,
        'Cache-Control': 'no-store',
      },
      body: write(found, secrets, vaultUrl),
    };
  };

const isFormat = (text: string): text is Format => Object.hasOwn(formats, text);
