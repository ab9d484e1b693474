import { tooLong } from '../answer-body.ts';
import { type Meaning, networkMeanings } from '../error-meanings.ts';
import { notConnected } from '../request-time.ts';

const credentials: Meaning = { code: 'Unauthenticated' };
const denied: Meaning = { code: 'PermissionDenied' };
const keyDenied: Meaning = { code: 'PermissionDenied', hint: 'the KMS key cannot be used' };
const held: Meaning = { code: 'PermissionDenied', hint: 'a hold or a retention policy protects the object' };
const policy: Meaning = { code: 'PermissionDenied', hint: 'a policy of the organization forbids it' };
const ownKey: Meaning = { code: 'PermissionDenied', hint: 'the object is encrypted with a key that its owner keeps' };
const requesterPays: Meaning = {
  code: 'PermissionDenied',
  hint: 'the bucket wants the requester to pay, which is not done here',
};
const slowDown: Meaning = { code: 'RateLimited' };
const mistake: Meaning = { code: 'InvalidArgument' };
const outside: Meaning = { code: 'InvalidArgument', hint: 'the range lies outside the object' };
const moved: Meaning = { code: 'InvalidArgument', hint: 'the store sends elsewhere; set "endpoint" to where it is' };
const absent: Meaning = { code: 'NotFound' };
const refused: Meaning = { code: 'PreconditionFailed' };
const tooLarge: Meaning = { code: 'TooLarge' };
const unsupported: Meaning = { code: 'Unsupported' };
const passing: Meaning = { code: 'Unavailable' };
const notDone: Meaning = { code: 'Unavailable', maybeApplied: false };

/** The store's own answer that the bucket is not there. It is no absence: that would be said of every key, and lead to deletes. */
export const noBucket: Meaning = { code: 'InvalidArgument', hint: 'there is no such bucket at this address' };

/** The bytes are not those of the digest that came along, which the store says with a 400 of the reason `invalid`, in these words. */
export const otherBytes: Meaning = { code: 'ChecksumMismatch' };
export const otherBytesWords = /^Provided (MD5 hash|CRC32C) .* doesn't match calculated /;

/** What neither table knows. */
export const unknown: Meaning = { code: 'Unknown' };

/** Reasons of the JSON API ("HTTP status and error codes for JSON") that say more than their status, or something else. */
export const reasons: Readonly<Record<string, Meaning>> = {
  rateLimitExceeded: slowDown,
  userRateLimitExceeded: slowDown,
  quotaExceeded: slowDown,
  'usageLimits.rateLimitExceeded': slowDown,
  conditionNotMet: refused,
  orgPolicyConstraintFailed: policy,
  objectUnderActiveHold: held,
  retentionPolicyNotMet: held,
  resourceIsEncryptedWithCustomerEncryptionKey: ownKey,
  userProjectMissing: requesterPays,
  cloudKmsBadKey: keyDenied,
  cloudKmsCannotChangeKeyName: keyDenied,
  cloudKmsDecryptionKeyNotFound: keyDenied,
  cloudKmsDisabledKey: keyDenied,
  cloudKmsEncryptionKeyNotFound: keyDenied,
  cloudKmsKeyLocationNotAllowed: keyDenied,
  requestedRangeNotSatisfiable: outside,
  uploadTooLarge: tooLarge,
  uploadBrokenConnection: notDone,
};

/** What a status means when the answer gives no reason of the table: gateways write their own. */
export const statusCodes: Readonly<Record<number, Meaning>> = {
  301: moved,
  302: moved,
  307: moved,
  308: moved,
  400: mistake,
  401: credentials,
  403: denied,
  404: absent,
  405: unsupported,
  408: passing,
  409: notDone,
  410: notDone,
  411: unsupported,
  412: refused,
  413: tooLarge,
  416: outside,
  429: slowDown,
  500: passing,
  501: unsupported,
  502: passing,
  503: passing,
  504: passing,
};

/** Failures of the network by Node's code. Before a connection stands, nothing was sent. */
export const networkCodes: Readonly<Record<string, Meaning>> = {
  ...networkMeanings(),
  [notConnected]: notDone,
  [tooLong]: passing,
};
