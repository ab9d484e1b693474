/** The errors that this STS answers with, and their status. */
const statuses = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  RequestExpired: 400,
  SignatureDoesNotMatch: 403,
  ValidationError: 400,
} as const;

/** The name of an error, as STS documents it. */
export type StsErrorCode = keyof typeof statuses;

/** A refused request. */
export class StsError extends Error {
  override readonly name = 'StsError';
  readonly code: StsErrorCode;

  constructor(code: StsErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** What STS says of a parameter that breaks a rule. */
export function validationError(member: string, value: string | number, constraint: string): StsError {
  const message = `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`;
  return new StsError('ValidationError', message);
}
