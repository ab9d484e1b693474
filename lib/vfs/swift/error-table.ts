import { type Meaning, networkMeanings } from '../error-meanings.ts';

const passing: Meaning = { code: 'Unavailable' };
const mistake: Meaning = { code: 'InvalidArgument' };
const cutShort: Meaning = { code: 'Unavailable', maybeApplied: false };
const slowDown: Meaning = { code: 'RateLimited' };
const untrusted: Meaning = {
  code: 'Unavailable',
  maybeApplied: false,
  hint: 'its certificate is not trusted; name the certificates to trust with "caCert" or OS_CACERT',
};

/**
 * Answers of Swift by status (Object Storage API reference, "Response codes"; the middlewares' own documentation for 413, 498 and 507).
 *
 * A 412 to a call with a condition is the refusal of that condition: see `answerError`.
 */
export const statusCodes: Readonly<Record<number, Meaning>> = {
  // To a PUT: the store holds something that is newer by its clock, and kept that.
  202: passing,
  400: mistake,
  401: { code: 'Unauthenticated' },
  403: { code: 'PermissionDenied' },
  404: { code: 'NotFound' },
  405: { code: 'Unsupported' },
  408: cutShort,
  409: { code: 'Unavailable', hint: 'the object was changed at the same time, or is a large one that lacks a segment' },
  411: mistake,
  412: mistake,
  413: { code: 'TooLarge' },
  416: { code: 'InvalidArgument', hint: 'the range lies outside the object' },
  422: { code: 'ChecksumMismatch' },
  429: slowDown,
  // Of Swift's own rate limiter.
  498: slowDown,
  499: cutShort,
  500: passing,
  501: { code: 'Unsupported' },
  502: passing,
  // Some of the object's servers may have carried it out.
  503: passing,
  504: passing,
  507: { code: 'TooLarge' },
};

/** Answers of Keystone by status (Identity API v3, "Authentication and token management"). */
export const keystoneCodes: Readonly<Record<number, Meaning>> = {
  400: mistake,
  401: { code: 'Unauthenticated', hint: 'check the user, the secret and the project' },
  403: { code: 'PermissionDenied' },
  404: { code: 'InvalidArgument', hint: 'there is no Keystone v3 at this address; check OS_AUTH_URL' },
  408: passing,
  413: mistake,
  429: slowDown,
  500: passing,
  502: passing,
  503: passing,
  504: passing,
};

/** Failures of the network by Node's code. Before a connection stands, nothing was sent. */
export const networkCodes: Readonly<Record<string, Meaning>> = networkMeanings(untrusted.hint);
