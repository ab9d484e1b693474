import { meaningOf } from '../s3/errors.ts';

/** Errors whose messages the AWS SDK writes itself, about names and expiry; others may quote a file or a process. */
const quotable: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError', 'AccessDenied']);

/** Why a profile gave no credentials, without what a file or a process printed; and whether there simply is none of that name. */
export function explainProfile(error: unknown, profile: string): { readonly reason: string; readonly absent: boolean } {
  const { name = '', message = '' } = error as Partial<Error>;
  if (name === 'CredentialsProviderError' && message.startsWith('Could not resolve credentials using profile')) {
    return { reason: `no profile "${profile}" with credentials in ~/.aws/config and ~/.aws/credentials`, absent: true };
  }
  const ofProcess = /^Command failed|credential_process/.test(message);
  const why = ofProcess ? 'its credential_process failed' : quotable.has(name) ? message : kindOf(error);
  return { reason: `profile "${profile}": ${why}`, absent: false };
}

/** What a token service says of a role that it does not give; anything but its own answers may quote what it was asked with. */
export function explainRole(error: unknown): string {
  const { name = '', message = '', $fault } = error as Partial<Error> & { readonly $fault?: string };
  return $fault === undefined ? kindOf(error) : `${name}: ${message}`;
}

/** What kind of error it was. Its message stays out: it may quote an answer. */
export function kindOf(error: unknown): string {
  const { name, code } = error as Partial<NodeJS.ErrnoException>;
  return code ?? name ?? typeof error;
}

/** Whether asking a token service failed in a way that may pass. */
export function isPassing(error: unknown): boolean {
  const code = meaningOf(error)?.code;
  return code === 'Unavailable' || code === 'RateLimited';
}
