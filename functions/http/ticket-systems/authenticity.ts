import type { HttpRequest } from '@azure/functions';
import type { Settings } from '../../../shared/config.ts';
import { failed, refused } from '../../../shared/core/errors.ts';
import { verifyWebhook } from '../../../shared/deployment/tickets/signature.ts';
import type { Secrets } from '../../../shared/ports.ts';
import { isSignedInAs } from '../callers.ts';

export type TicketSystemName = 'servicenow' | 'jira';

const settingOf = { servicenow: 'SERVICENOW_WEBHOOK_SECRET', jira: 'JIRA_WEBHOOK_SECRET' } as const;

/** Throws `Unauthorized` unless the webhook comes from the system: signed by it, or sent with its own sign-in. */
export const provedBy =
  (settings: Settings, secrets: Pick<Secrets, 'read'>) =>
  async (
    system: TicketSystemName,
    { headers }: Pick<HttpRequest, 'headers'>,
    body: string,
  ): Promise<void> => {
    // No other role counts here: otherwise a Requester could post what looks like an approval.
    if (settings.AUTH_MODE === 'entra' && isSignedInAs('TicketSystem', headers)) return;
    const setting = settingOf[system];
    const name = settings[setting];
    if (!name) {
      if (settings.AUTH_MODE === 'key') return;
      throw refused(
        'Unauthorized',
        `The webhook is not authentic. Nobody can sign it until ${setting} is set, and its caller does not have the role TicketSystem.`,
        [],
      );
    }
    const secret = await secrets.read(name);
    if (!secret) throw failed('WebhookSecretNotFound', `The Key Vault secret ${name} does not exist.`, name);
    const problem = verifyWebhook(headers, body, { system, secret: secret.value, now: new Date() });
    if (problem) throw refused('Unauthorized', `The webhook is not authentic: ${problem.message}`, [problem]);
  };
