import { CredentialsError } from '../credentials-error.ts';
import type { VfsErrorCode } from '../errors.ts';
import { networkCodes, statusCodes } from './error-table.ts';

/** What is looked at of an error of Google's library. */
interface TokenError {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly config?: { readonly url?: unknown };
  readonly response?: { readonly status?: number; readonly data?: unknown };
  readonly error?: unknown;
}

/** Why there is no token. The words are those of token services; anything else may quote a key, a token or the file with either. */
export function tokenFailure(error: unknown): CredentialsError {
  const known = [error, (error as TokenError | undefined)?.error].find((one) => one instanceof CredentialsError);
  if (known !== undefined) {
    return known;
  }
  const { name = 'Error', code, config, response } = (error ?? {}) as TokenError;
  const asked = `the token service${hostOf(config?.url)}`;
  if (response?.status !== undefined) {
    const said = `${asked} answered ${response.status}${quoted(response.data)}`;
    return new CredentialsError(codeOfStatus(response.status), `no token: ${said}`);
  }
  const isNetwork = networkCodes[String(code)] !== undefined;
  return new CredentialsError(
    isNetwork ? 'Unavailable' : 'Unauthenticated',
    isNetwork ? `no token: ${asked} cannot be reached (${code})` : `no token: ${reasonOf(error, String(code ?? name))}`,
  );
}

/** A service that is down or busy is no lack of credentials; what it refuses for good is, but for a service account that may not be acted as. */
function codeOfStatus(status: number): VfsErrorCode {
  const code = statusCodes[status]?.code;
  return code === 'RateLimited' || code === 'Unavailable' || code === 'PermissionDenied' ? code : 'Unauthenticated';
}

/** OAuth's `error` and `error_description` (RFC 6749, 5.2), or the message of Google's own error documents. */
function quoted(data: unknown): string {
  const { error, error_description: description } = (data ?? {}) as { error?: unknown; error_description?: unknown };
  const said =
    typeof error === 'object' && error !== null ? [(error as { message?: unknown }).message] : [error, description];
  const words = said.filter((text) => typeof text === 'string' && text.length < 300);
  return words.length === 0 ? '' : `: ${words.join(': ')}`;
}

/** The library's own words, where it says nothing but the name of a file; else the kind of the error. */
function reasonOf(error: unknown, kind: string): string {
  const { message = '' } = error as TokenError;
  return /^The file at .* does not exist, or it is not a file\./.test(message)
    ? message
    : `the credentials cannot be used (${kind})`;
}

function hostOf(url: unknown): string {
  return URL.canParse(String(url)) ? ` at ${new URL(String(url)).host}` : '';
}
