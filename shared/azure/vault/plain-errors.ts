import { failed, VpnRadiusError } from '../../core/errors.ts';

/**
 * The client of Key Vault reports two things by a plain error: a vault outside the domain of its tokens, and a refusal
 * without a body. This tells both in the app's words.
 */
export async function plainErrorsTold<T>(vault: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof TypeError)
      throw new VpnRadiusError({
        code: 'UnexpectedAnswer',
        message: 'Key Vault refused a request, and its answer gave no reason that the app can read.',
        target: vault,
        transient: true,
      });
    if (!(error instanceof Error) || !/challenge resource/i.test(error.message)) throw error;
    throw failed(
      'KeyVaultUrlInvalid',
      'The host of KEY_VAULT_URL asks for a token of another domain, so the app sends it no token. Set KEY_VAULT_URL to the URL of the vault.',
      vault,
    );
  }
}
