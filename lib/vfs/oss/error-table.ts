import { type Meaning, networkMeanings } from '../error-meanings.ts';
import { notConnected } from '../request-time.ts';

const credentials: Meaning = { code: 'Unauthenticated' };
const expired: Meaning = { code: 'Unauthenticated', hint: 'the security token is no longer valid' };
const wrongClock: Meaning = { code: 'Unauthenticated', hint: 'the clock of this machine is wrong' };
const denied: Meaning = { code: 'PermissionDenied' };
const account: Meaning = { code: 'PermissionDenied', hint: 'the account of the bucket is closed or in debt' };
const slowDown: Meaning = { code: 'RateLimited' };
const mistake: Meaning = { code: 'InvalidArgument' };
const passing: Meaning = { code: 'Unavailable' };
const cutShort: Meaning = { code: 'Unavailable', maybeApplied: false };
const absent: Meaning = { code: 'NotFound' };
const refused: Meaning = { code: 'PreconditionFailed' };
const otherBytes: Meaning = { code: 'ChecksumMismatch' };
const tooLarge: Meaning = { code: 'TooLarge' };
const unsupported: Meaning = { code: 'Unsupported' };
const unreachable: Meaning = { code: 'Unavailable', maybeApplied: false };
const outside: Meaning = { code: 'InvalidArgument', hint: 'the range lies outside the object' };
/** The bucket is reached at another address. */
export const wrongRegion: Meaning = { code: 'InvalidArgument', hint: 'the bucket is in another region; set "region"' };
/** A write without a condition that was refused because the key is taken. */
export const overwriteForbidden: Meaning = {
  code: 'PermissionDenied',
  hint: 'a rule of the bucket forbids to overwrite the object',
};

/**
 * OSS's own error codes ("Error responses", and its pages on each HTTP status code).
 *
 * A missing bucket is no absence: `NotFound` would read as "this key is not there", for every key, and lead to deletes.
 */
export const errorCodes: Readonly<Record<string, Meaning>> = {
  NoSuchKey: absent,
  NoSuchVersion: absent,
  NoSuchUpload: absent,
  SymlinkTargetNotExist: absent,
  NoSuchBucket: { code: 'InvalidArgument', hint: 'there is no such bucket in this region' },
  FileAlreadyExists: { code: 'AlreadyExists' },
  PreconditionFailed: refused,
  AccessDenied: denied,
  AccessForbidden: denied,
  BucketDisable: denied,
  BucketNotBelongTo: denied,
  FileImmutable: { code: 'PermissionDenied', hint: 'a retention policy of the bucket protects the object' },
  AbnormalBucketOwnerStatus: account,
  InDebt: account,
  InDebtOverdue: account,
  UserDisable: account,
  InvalidAccessKeyId: credentials,
  AccessKeyIdAndSecurityTokenNotMatch: credentials,
  InvalidSecurityToken: credentials,
  SignatureDoesNotMatch: credentials,
  SecurityTokenExpired: expired,
  RequestTimeTooSkewed: wrongClock,
  RequestExpired: wrongClock,
  QpsLimitExceeded: slowDown,
  TotalQpsLimitExceeded: slowDown,
  MetaOperationQpsLimitExceeded: slowDown,
  UploadTrafficRateLimitExceeded: slowDown,
  DownloadTrafficRateLimitExceeded: slowDown,
  ActiveRequestLimitExceeded: slowDown,
  CpuLimitExceeded: slowDown,
  ServiceUnavailable: slowDown,
  InternalError: passing,
  RequestTimeout: cutShort,
  InvalidDigest: otherBytes,
  FilePartInterity: otherBytes,
  FilePartStale: otherBytes,
  EntityTooLarge: tooLarge,
  InvalidRange: outside,
  InvalidObjectState: { code: 'InvalidArgument', hint: 'the object is archived; restore it first' },
  MethodNotAllowed: unsupported,
  NotImplemented: unsupported,
  CallbackFailed: { code: 'Unknown', hint: 'the object is stored, and the callback of the bucket failed' },
};

/** Codes that say that the keys themselves were turned down. */
export const rejectedKeys: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  'AccessKeyIdAndSecurityTokenNotMatch',
  'InvalidSecurityToken',
  'SecurityTokenExpired',
]);

/** What a status means when the answer names no code of the table: proxies and gateways write their own. */
export const statusCodes: Readonly<Record<number, Meaning>> = {
  301: wrongRegion,
  302: wrongRegion,
  307: wrongRegion,
  400: mistake,
  401: credentials,
  403: denied,
  404: absent,
  405: unsupported,
  408: passing,
  409: { code: 'Unknown', hint: 'something is in the way, and it is not said what', maybeApplied: false },
  411: unsupported,
  412: refused,
  413: tooLarge,
  416: outside,
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
  [notConnected]: unreachable,
  EPROTO: passing,
};
