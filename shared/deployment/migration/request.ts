import * as z from 'zod';
import type { Problem } from '../../core/errors.ts';
import { sameId } from '../../core/resource-id.ts';
import { sha256 } from '../../core/sha256.ts';
import type { VpnGateway } from '../../gateway/model.ts';
import type { RadiusServerWish } from '../../nps/model.ts';
import { type Migration, migrationPathNames, type Order } from '../contract.ts';
import { type VpnGatewayRequest, vpnGatewayRequest } from '../request.ts';
import { virtualNetworkGatewayId } from '../requested/gateway-id.ts';

const { ticket, nps, radius, pointToSite } = vpnGatewayRequest.shape;

/** Azure's own registration of the Azure VPN Client, in the public cloud ("Configure P2S VPN Gateway for Microsoft Entra ID authentication"). */
const microsoftAudience = 'c632b3df-fb67-4d84-bdcf-b95ad541b5c8';

const entra = z.strictObject({
  tenantId: z.guid('must be the id of the Entra tenant whose users will sign in'),
  audience: z.guid('must be an application id').default(microsoftAudience).meta({
    description: 'The application id of the VPN client. Default: the one that Microsoft has registered.',
  }),
  tenantReady: z.literal(
    true,
    'must be true. Set it when a person has checked three things: users have licenses and are registered for multifactor authentication, conditional access covers the VPN client, and the Azure VPN Client is on their devices',
  ),
});

const fields = {
  virtualNetworkGatewayId,
  path: z.enum(migrationPathNames, { error: `must be one of ${migrationPathNames.join(', ')}` }),
  pointToSite: z
    .strictObject({ protocols: pointToSite.unwrap().shape.protocols.unwrap() })
    .optional()
    .meta({ description: 'Only for the path without-sstp: the protocols of the gateway at the end.' }),
  radius: radius.unwrap().optional().meta({
    description:
      'For the path to-radius: the NPS servers. For the path second-server: the new one, or both when it is not known which machine the first one is.',
  }),
  nps: nps
    .unwrap()
    .optional()
    .meta({ description: 'Only for the path to-radius: what is requested of NPS.' }),
  entra: entra.optional().meta({ description: 'Only for the path to-entra.' }),
  approval: z
    .strictObject({
      required: z.boolean().default(false),
      timeoutDays: z.int().min(1, 'must be 1 to 30').max(30, 'must be 1 to 30').default(30),
    })
    .prefault({})
    .meta({ description: 'How long it waits for an approval, and at the end until users have moved.' }),
};

/** The fields that each path needs, and those that it allows. Any other field would be a typing error. */
const takes: Readonly<
  Record<Migration['path'], { readonly needs: readonly Field[]; readonly may?: readonly Field[] }>
> = {
  'az-sku': { needs: [] },
  'standard-public-ip': { needs: [] },
  'without-sstp': { needs: ['pointToSite'] },
  'to-radius': { needs: [], may: ['radius', 'nps'] },
  'second-server': { needs: ['radius'] },
  'own-policy': { needs: [] },
  'own-secrets': { needs: [] },
  'to-entra': { needs: ['entra'] },
};
type Field = 'pointToSite' | 'radius' | 'nps' | 'entra';
const inFull: Readonly<Record<Field, string>> = {
  pointToSite: 'pointToSite.protocols',
  radius: 'radius.servers',
  nps: 'nps',
  entra: 'entra',
};

type Given = { readonly path: Migration['path'] } & { readonly [name in Field]?: unknown };

function fitsItsPath(given: Given, context: z.core.$RefinementCtx<Given>): void {
  const { needs, may = [] } = takes[given.path];
  for (const field of Object.keys(inFull) as Field[]) {
    const isGiven = given[field] !== undefined;
    if (isGiven && !needs.includes(field) && !may.includes(field))
      context.addIssue({
        code: 'custom',
        path: [field],
        message: `is not used by the path ${given.path}: leave it out`,
      });
    const path = inFull[field].split('.');
    if (needs.includes(field) && valueOnPath(given, path) === undefined)
      context.addIssue({
        code: 'custom',
        path,
        message: `must be given: the path ${given.path} needs ${inFull[field]}`,
      });
  }
}

const valueOnPath = (given: unknown, path: readonly string[]): unknown =>
  path.reduce((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], given);

/** The body of `POST /migrations`. */
export const migrationRequest = z
  .strictObject({ ...fields, ticket: ticket.optional() })
  .superRefine(fitsItsPath);

/** A ticket of the kind `migrate`. */
export const migrationTicket = z
  .strictObject({ kind: z.literal('migrate'), ...fields, ticket })
  .superRefine(fitsItsPath);

export type MigrationRequest = z.output<typeof migrationRequest>;

export interface AskedMigration extends Omit<MigrationRequest, 'ticket'> {
  readonly ticket: VpnGatewayRequest['ticket'];
}

/**
 * The order for a migration: a request that names what its path asks for, and leaves the rest as the gateway has it.
 * `known`: the machines of RADIUS servers, where any request or setting has named them.
 */
export function migrationOrder(
  asked: AskedMigration,
  gateway: VpnGateway,
  virtualNetworkId: string,
  known: readonly RadiusServerWish[],
): { readonly order: Order; readonly problems: readonly Problem[] } {
  const { path, radius: servers, nps: wished, approval, ticket: its } = asked;
  const { list, problems } =
    path === 'second-server' ? bothServers(asked, gateway, known) : serversAsAsked(servers?.servers);
  const protocols = asked.pointToSite?.protocols;
  const request = vpnGatewayRequest.parse({
    ticket: its,
    virtualNetworkId,
    gateway: { name: gateway.name },
    ...(path === 'without-sstp' && { pointToSite: { protocols } }),
    radius: { ...servers, servers: list },
    ...(wished && { nps: wished }),
    ...(path === 'own-policy' && { nps: { networkPolicy: 'own' } }),
    approval,
  });
  const migrates: Migration = {
    gatewayId: gateway.id,
    path,
    ...(protocols && { protocols }),
    ...(asked.entra && { entra: entraSignIn(asked.entra) }),
  };
  const wish = ['migrate', gateway.id.toLowerCase(), path, protocols, list, wished, migrates.entra];
  const fingerprint = sha256(JSON.stringify(wish)).slice(0, 32);
  return { order: { request, migrates, fingerprint, isSeen: true }, problems };
}

/**
 * Addresses of the public cloud. The issuer ends with a slash ("Configure P2S VPN Gateway for Microsoft Entra ID
 * authentication").
 */
const entraSignIn = ({ tenantId, audience }: z.output<typeof entra>) => ({
  tenant: `https://login.microsoftonline.com/${tenantId}`,
  audience,
  issuer: `https://sts.windows.net/${tenantId}/`,
});

type Servers = VpnGatewayRequest['radius']['servers'];
interface Named {
  readonly list: Servers;
  readonly problems: readonly Problem[];
}
const serversAsAsked = (list: Servers): Named => ({ list, problems: [] });

/** The server that the gateway has, and the new one. */
function bothServers(
  { radius: given }: AskedMigration,
  gateway: VpnGateway,
  known: readonly RadiusServerWish[],
): Named {
  const servers = given?.servers ?? [];
  const held = (gateway.pointToSite?.radiusServers ?? []).filter(
    ({ address }) => !servers.some((one) => one.address === address),
  );
  const list = [
    ...held.map(({ address, score }) => ({
      address,
      score,
      host: known.find((one) => one.address === address)?.host ?? '',
    })),
    ...servers,
  ];
  const target = 'radius.servers';
  const twice = servers.find(({ host }) => held.some(({ address }) => isHostOf(known, address, host)));
  const problems: Problem[] = [
    ...list
      .filter(({ host }) => host === '')
      .map(({ address }) => ({
        code: 'NpsHostUnknown',
        message: `It is not known which machine the RADIUS server ${address} of ${gateway.name} is. Name it too, with its host.`,
        target,
      })),
    ...(list.length === 2
      ? []
      : [
          {
            code: 'FieldInvalid',
            message: `names ${list.length} servers together with those of ${gateway.name} (${held.map(({ address }) => address).join(', ') || 'none'}), but the path second-server needs one existing and one new server`,
            target,
          },
        ]),
    ...(twice
      ? [
          {
            code: 'FieldInvalid',
            message: `names ${twice.host}, which is the machine of the first server`,
            target,
          },
        ]
      : []),
  ];
  return problems.length > 0 ? { list: servers, problems } : serversAsAsked(list);
}

const isHostOf = (known: readonly RadiusServerWish[], address: string, host: string) =>
  known.some((one) => one.address === address && sameId(one.host, host));

/** Whether a path is a rotation of the shared secrets. */
export const isRotation = (path: Migration['path']): boolean => path === 'own-secrets';
