import type { TokenCredential } from '@azure/core-auth';
import type { RestError } from '@azure/core-rest-pipeline';
import { sameId } from '../../core/resource-id.ts';
import { removalActions } from './role.ts';

/**
 * A refusal because a role is missing: which action the identity may not do, and the role that would allow
 * it.
 */
export interface Refusal {
  readonly action: string;
  /** Undefined when the service does not say who was refused. */
  readonly objectId?: string | undefined;
  readonly role: string;
  /** A resource id, or the command that prints it. */
  readonly scope: string;
}

/**
 * One process belongs to one installation, and each installation has its own role. The name of the role says
 * which installation it is.
 */
let installationRole = 'VPN RADIUS';

export function useRole(name: string): void {
  installationRole = name;
}

/** Reads a refusal from the text of each service. Undefined for any other error. */
export function refusalOf(error: RestError, code: string, sentence: string): Refusal | undefined {
  switch (code) {
    case 'AuthorizationFailed':
      return byResourceManager(
        /object id '([^']*)' does not have authorization to perform action '([^']+)' over scope '([^']+)'/.exec(
          sentence,
        ),
      );
    case 'LinkedAuthorizationFailed':
      return byResourceManager(
        /object id '([^']*)' .*does not have permission to perform action\(s\) '([^']+)' on the linked scope\(s\) '([^']+)'/s.exec(
          sentence,
        ),
      );
    case 'ForbiddenByRbac':
      return byKeyVault(sentence);
    case 'AuthorizationPermissionMismatch':
      return byStorage(error);
    // Event Grid answers 401 to an identity without the role (azure-sdk-for-net issue 22831).
    case 'Unauthorized':
      return byEventGrid(sentence);
    default:
      return undefined;
  }
}

/** The whole subscription: the status of a gateway write is read there, above any resource group. */
function byResourceManager(said: RegExpExecArray | null): Refusal | undefined {
  const [, objectId, action, scope] = said ?? [];
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope ?? '')?.[0];
  const role = removalActions.some((one) => sameId(one, action ?? ''))
    ? `${installationRole}: removals`
    : installationRole;
  return action && subscription ? { action, objectId, role, scope: subscription } : undefined;
}

function byKeyVault(sentence: string): Refusal | undefined {
  const action = /Action: '([^']+)'/.exec(sentence)?.[1];
  const vault = /Vault: ([\w-]+)/.exec(sentence)?.[1];
  if (!action || !vault) return undefined;
  const id = /Resource: '(\/subscriptions\/.+?\/vaults\/[^/']+)/i.exec(sentence)?.[1];
  return {
    action,
    objectId: /oid=([0-9a-f-]+)/i.exec(sentence)?.[1],
    role: 'Key Vault Secrets Officer',
    scope: id ?? `$(az keyvault show --name ${vault} --query id --output tsv)`,
  };
}

function byStorage({ request }: RestError): Refusal | undefined {
  const account = request && new URL(request.url).hostname.split('.')[0];
  return account
    ? {
        action: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*',
        role: 'Storage Blob Data Owner',
        scope: `$(az storage account show --name ${account} --query id --output tsv)`,
      }
    : undefined;
}

function byEventGrid(sentence: string): Refusal | undefined {
  const scope = /does not have permission to send data to (\/subscriptions\/[^\s']+?)\.?(?:\s|$)/i.exec(
    sentence,
  )?.[1];
  return scope
    ? { action: 'Microsoft.EventGrid/events/send/action', role: 'EventGrid Data Sender', scope }
    : undefined;
}

/** What to do, with the very command. `objectId` stands in where the service did not say whom it refused. */
export function remedyOf({ objectId, role, scope }: Refusal, known?: string): string {
  const who = objectId || known || "<object id of the app's identity>";
  return `Give the app its role: az role assignment create --assignee-object-id ${who} --assignee-principal-type ServicePrincipal --role "${role}" --scope "${scope}"${role === installationRole ? '. If it already has the role, the role is older than the app: deploy infra/ again.' : ''}`;
}

/**
 * The identity that the tokens of a credential are for: their claim `oid`. Undefined when there is no token.
 */
export async function objectIdOf(credential: TokenCredential, scope: string): Promise<string | undefined> {
  try {
    const { token } = (await credential.getToken(scope)) ?? { token: '' };
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      readonly oid?: unknown;
    };
    return typeof claims.oid === 'string' ? claims.oid : undefined;
  } catch {
    return undefined;
  }
}
