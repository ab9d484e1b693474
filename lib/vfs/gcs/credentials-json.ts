import { CredentialsError } from '../credentials-error.ts';

/** What one of Google's credential files holds: the fields that are looked at. All files have a `type`. */
export interface CredentialsJson {
  readonly type: CredentialsType;
  readonly [field: string]: unknown;
}

/** The kinds of files that Google's libraries read (AIP-4110 to AIP-4117), and the fields without which each is of no use. */
const neededFields = {
  service_account: ['client_email', 'private_key'],
  authorized_user: ['client_id', 'client_secret', 'refresh_token'],
  external_account: ['audience', 'subject_token_type', 'token_url', 'credential_source'],
  impersonated_service_account: ['service_account_impersonation_url', 'source_credentials'],
} as const;

type CredentialsType = keyof typeof neededFields;

/**
 * Takes the text of a credential file apart. `where` names it for messages, which never quote what it holds.
 *
 * Throws `CredentialsError`.
 */
export function parseCredentials(text: string, where: string): CredentialsJson {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unusable(where, 'holds no JSON');
  }
  return requireCredentials(json, where);
}

/** Checks that a value is the content of a credential file. Throws `CredentialsError` that names the field that is wrong. */
export function requireCredentials(value: unknown, where: string): CredentialsJson {
  const json = (typeof value === 'object' && value !== null ? value : {}) as Partial<CredentialsJson>;
  const needed = Object.hasOwn(neededFields, String(json.type))
    ? neededFields[json.type as CredentialsType]
    : undefined;
  if (needed === undefined) {
    throw unusable(where, `has no "type" that is one of ${Object.keys(neededFields).join(', ')}`);
  }
  const missing = needed.find((field) => !json[field]);
  if (missing !== undefined) {
    throw unusable(where, `is of type ${json.type} and has no "${missing}"`);
  }
  return json as CredentialsJson;
}

/** A field that is text; undefined where there is none. */
export function textField(json: object, field: string): string | undefined {
  const value = (json as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unusable(where: string, what: string): CredentialsError {
  return new CredentialsError('Unauthenticated', `${where} ${what}`);
}
