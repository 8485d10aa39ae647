import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { VpnRadiusError } from '../../core/errors.ts';
import { retryAfterSeconds } from './retry-after.ts';

/**
 * The address of a virtual machine's own token endpoint. Where there is none, the credential tries it in
 * vain, and that failure says nothing.
 */
const instanceMetadata = '169.254.169.254';

/** The token endpoint answers within one or two seconds. Without a limit a request may wait for ever. */
const timeout = 30_000;

/**
 * What a token endpoint answers while it is updated: "How to use managed identities … to acquire an access
 * token", Retry guidance. Outside Azure, the address of a virtual machine's own endpoint may belong to
 * another cloud, which has no tokens.
 */
const isUpdating = new Set([404, 410]);

/**
 * A credential that reports failures which pass as transient. The errors of @azure/identity do not say what
 * the token endpoint answered, and after a 429 the client refuses for a while without asking. So the last
 * answer is kept here.
 */
export function patientCredential(
  make: (httpClient: HttpClient) => TokenCredential,
  httpClient: HttpClient,
): TokenCredential {
  let passing: { readonly why: string; readonly retryAfterSeconds?: number } | undefined;
  const credential = make({
    async sendRequest(request) {
      const { hostname } = new URL(request.url);
      request.timeout ||= timeout;
      try {
        const response = await httpClient.sendRequest(request);
        const { status, headers } = response;
        const wait = retryAfterSeconds(headers);
        const passes =
          status < 300 ||
          status === 408 ||
          status === 429 ||
          status >= 500 ||
          (isUpdating.has(status) && hostname !== instanceMetadata);
        // After a success, only an answer that could not be read can fail.
        passing = passes
          ? {
              why: `${hostname} answered ${status}${status < 300 ? ', but no token' : ''}`,
              ...(wait !== undefined && { retryAfterSeconds: wait }),
            }
          : undefined;
        return response;
      } catch (error) {
        if (hostname !== instanceMetadata) passing = { why: `${hostname} did not answer` };
        throw error;
      }
    },
  });
  return {
    async getToken(scopes, options) {
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        if (!passing) throw error;
        const { why, ...wait } = passing;
        throw new VpnRadiusError({
          code: 'TokenUnavailable',
          message: `The app could not get a token for Azure: ${why}.`,
          transient: true,
          ...wait,
        });
      }
    },
  };
}

/** Says who has to do what so that the app can sign in, with the exact command. */
export function signInRemedy(environment: NodeJS.ProcessEnv = process.env): string {
  // https://learn.microsoft.com/azure/app-service/reference-app-settings
  const { WEBSITE_SITE_NAME: app, WEBSITE_RESOURCE_GROUP: group, AZURE_CLIENT_ID: clientId } = environment;
  if (!app)
    return 'On a workstation, sign in with az login. In Azure, the function app needs its managed identity.';
  const which = clientId
    ? ` --identities "$(az identity list --query "[?clientId=='${clientId}'].id" --output tsv)"`
    : '';
  return `Give the function app its managed identity: az functionapp identity assign --name ${app} --resource-group ${group ?? '<resource group>'}${which}`;
}
