import type { VfsErrorCode } from '../errors.ts';
import { Absent } from './token-sources.ts';

/** Why a source gave no token. */
export interface Failure {
  readonly code: VfsErrorCode;
  readonly reason: string;
  /** The source was there and failed: another identity in its place would be a surprise. */
  readonly final: boolean;
}

/**
 * What Entra ID means by its numbers ("Microsoft Entra authentication and authorization error codes"), where one can do
 * something about it.
 */
const numbers: Readonly<Record<string, string>> = {
  50034: 'there is no such user in the tenant',
  50076: 'the user must sign in with a second factor, which a program cannot',
  50126: 'user name or password is wrong',
  70021: 'no federated credential of the application matches the token',
  90002: 'there is no such tenant',
  700016: 'there is no such application in the tenant',
  700024: 'the token of the workload has expired',
  700027: 'the certificate is none of the application',
  700213: 'no federated credential of the application matches the token',
  7000215: 'the client secret is wrong',
  7000222: 'the client secret has expired',
};

/** Of sources that are no variables: what it means that they give nothing. */
const quietSources: Readonly<Record<string, string>> = {
  ManagedIdentityCredential: 'no managed identity answered at the endpoint of this machine',
  AzureCliCredential: 'az is not installed, or not signed in (az login)',
  AzureDeveloperCliCredential: 'azd is not installed, or not signed in (azd auth login)',
  AzurePowerShellCredential: 'PowerShell with Az.Accounts is not installed, or not signed in (Connect-AzAccount)',
};

/** Why a source gave no token. The library's messages stay out: they quote answers, and what a tool printed. */
export function explain(source: string, error: unknown): Failure {
  const { message = '' } = error as Partial<Error>;
  if (error instanceof Absent) {
    return { code: 'Unauthenticated', reason: message, final: false };
  }
  if (source in quietSources) {
    return { code: 'Unauthenticated', reason: quietSources[source] ?? '', final: false };
  }
  if (/network_error|endpoints_resolution_error|temporarily_unavailable|throttled|no "\w+" property/.test(message)) {
    return { code: 'Unavailable', reason: 'Microsoft Entra ID cannot be reached, or is busy', final: true };
  }
  return { code: 'Unauthenticated', reason: refusal(message), final: true };
}

function refusal(message: string): string {
  const number = /AADSTS(\d+)/.exec(message)?.[1];
  if (number !== undefined) {
    const meaning = numbers[number];
    return `Microsoft Entra ID refused (AADSTS${number})${meaning === undefined ? '' : `: ${meaning}`}`;
  }
  const unread = /^(E[A-Z]+): .* '([^']+)'$/.exec(message);
  if (unread !== null) {
    return `file ${unread[2]} cannot be read (${unread[1]})`;
  }
  const empty = /No content on the file (.+)\.$/m.exec(message);
  if (empty !== null) {
    return `file ${empty[1]} is empty`;
  }
  if (message.startsWith('Invalid tenant id')) {
    return 'the tenant is no GUID and no domain name';
  }
  if (message.includes('certificate')) {
    return 'the certificate file holds no PEM certificate with its private key';
  }
  const [, kind] = /^([a-z_]+): /.exec(message) ?? [];
  return kind === undefined ? 'no token could be made with what was given' : `Microsoft Entra ID refused (${kind})`;
}
