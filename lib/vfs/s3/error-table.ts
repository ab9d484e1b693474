import { type Meaning, networkMeanings } from '../error-meanings.ts';

const credentials: Meaning = { code: 'Unauthenticated' };
const denied: Meaning = { code: 'PermissionDenied' };
const slowDown: Meaning = { code: 'RateLimited' };
const mistake: Meaning = { code: 'InvalidArgument' };
const passing: Meaning = { code: 'Unavailable' };
const cutShort: Meaning = { code: 'Unavailable', maybeApplied: false };
const absent: Meaning = { code: 'NotFound' };
const refused: Meaning = { code: 'PreconditionFailed' };
const otherBytes: Meaning = { code: 'ChecksumMismatch' };
const tooLarge: Meaning = { code: 'TooLarge' };
const unsupported: Meaning = { code: 'Unsupported' };
/** The store moved the request elsewhere. */
export const wrongRegion: Meaning = { code: 'InvalidArgument', hint: 'the bucket is in another region; set "region"' };
const archived: Meaning = { code: 'InvalidArgument', hint: 'the object is archived; restore it first' };
/** A 400 without a word, as of a HEAD. */
export const unsaid: Meaning = {
  code: 'Unauthenticated',
  hint: 'no reason was given; credentials that have expired are answered so, and a wrong region',
};
const keyDenied: Meaning = { code: 'PermissionDenied', hint: 'the KMS key cannot be used' };

/**
 * S3's own error codes (API reference, "Error responses", and what compatible stores answer).
 *
 * A missing bucket is no absence: `NotFound` would read as "this key is not there", for every key, and lead to deletes.
 */
export const errorCodes: Readonly<Record<string, Meaning>> = {
  NoSuchKey: absent,
  NoSuchVersion: absent,
  NoSuchUpload: absent,
  NoSuchBucket: { code: 'InvalidArgument', hint: 'there is no such bucket at this address' },
  PreconditionFailed: refused,
  ConditionalRequestConflict: refused,
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: denied,
  InvalidPayer: denied,
  UnauthorizedAccess: denied,
  'KMS.DisabledException': keyDenied,
  'KMS.NotFoundException': keyDenied,
  'KMS.KMSInvalidStateException': keyDenied,
  ExpiredToken: credentials,
  ExpiredTokenException: credentials,
  InvalidAccessKeyId: credentials,
  InvalidClientTokenId: credentials,
  InvalidToken: credentials,
  SignatureDoesNotMatch: credentials,
  TokenRefreshRequired: credentials,
  UnrecognizedClientException: credentials,
  RequestTimeTooSkewed: { code: 'Unauthenticated', hint: 'the clock of this machine is wrong' },
  RequestExpired: { code: 'Unauthenticated', hint: 'the clock of this machine is wrong' },
  SlowDown: slowDown,
  ServiceUnavailable: slowDown,
  Busy: slowDown,
  TooManyRequests: slowDown,
  TooManyRequestsException: slowDown,
  Throttling: slowDown,
  ThrottlingException: slowDown,
  RequestLimitExceeded: slowDown,
  BandwidthLimitExceeded: slowDown,
  'KMS.ThrottlingException': slowDown,
  InternalError: passing,
  RequestTimeout: cutShort,
  IncompleteBody: cutShort,
  OperationAborted: cutShort,
  BadDigest: otherBytes,
  XAmzContentSHA256Mismatch: otherBytes,
  XAmzContentChecksumMismatch: otherBytes,
  EntityTooLarge: tooLarge,
  MetadataTooLarge: tooLarge,
  QuotaExceeded: tooLarge,
  MaxMessageLengthExceeded: tooLarge,
  NotImplemented: unsupported,
  MethodNotAllowed: unsupported,
  InvalidObjectState: archived,
  InvalidRange: { code: 'InvalidArgument', hint: 'the range lies outside the object' },
  PermanentRedirect: wrongRegion,
  TemporaryRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  AccessControlListNotSupported: {
    code: 'InvalidArgument',
    hint: 'the bucket takes no ACLs; unset KOPS_STATE_S3_ACL',
  },
};

/** What a status means when the answer names no code of the table: HEAD has no body, and gateways write their own. */
export const statusCodes: Readonly<Record<number, Meaning>> = {
  301: wrongRegion,
  307: wrongRegion,
  308: wrongRegion,
  400: mistake,
  401: credentials,
  403: denied,
  404: absent,
  405: unsupported,
  408: passing,
  411: unsupported,
  412: refused,
  413: tooLarge,
  416: { code: 'InvalidArgument', hint: 'the range lies outside the object' },
  429: slowDown,
  500: passing,
  501: unsupported,
  502: passing,
  503: slowDown,
  504: passing,
  507: tooLarge,
};

/** Failures of the network by Node's code. Before a connection stands, nothing was sent. */
export const networkCodes: Readonly<Record<string, Meaning>> = {
  ...networkMeanings(),
  TimeoutError: passing,
};
