import { networkMeanings } from '../error-meanings.ts';
import type { VfsErrorCode } from '../errors.ts';

/** What a vendor's error means here. */
export interface Meaning {
  readonly code: VfsErrorCode;
  /** What to do about it, where the vendor's own words do not say. */
  readonly hint?: string;
  /** Set where the code alone would say that the request may have been carried out, and it was not. */
  readonly maybeApplied?: false;
  /**
   * Says nothing of the key that is written, so that no condition on it is refused: the source of a copy, the parts of
   * an upload.
   */
  readonly besides?: true;
}

const absent: Meaning = { code: 'NotFound' };
const refused: Meaning = { code: 'PreconditionFailed' };
const credentials: Meaning = { code: 'Unauthenticated' };
const denied: Meaning = { code: 'PermissionDenied' };
const mistake: Meaning = { code: 'InvalidArgument' };
const slowDown: Meaning = { code: 'RateLimited' };
const passing: Meaning = { code: 'Unavailable' };
const tooLarge: Meaning = { code: 'TooLarge' };
const unsupported: Meaning = { code: 'Unsupported' };
const otherBytes: Meaning = { code: 'ChecksumMismatch' };
const unreachable: Meaning = { code: 'Unavailable', maybeApplied: false };
/** Another code would say of every key that it is absent, or that its condition does not hold. */
const noContainer: Meaning = {
  code: 'InvalidArgument',
  hint: 'there is no such container; nothing is known of its keys',
};
const leased: Meaning = {
  code: 'Unavailable',
  maybeApplied: false,
  hint: 'somebody holds a lease on the blob; wait until it ends, or break it',
};
const otherKind: Meaning = {
  code: 'InvalidArgument',
  hint: 'the key is a page blob or an append blob; remove it first',
};
const archived: Meaning = { code: 'InvalidArgument', hint: 'the blob is archived; give it an online tier first' };
const immutable: Meaning = {
  code: 'PermissionDenied',
  hint: 'an immutability policy or a legal hold keeps the blob as it is',
};
const directory: Meaning = {
  code: 'InvalidArgument',
  hint: 'the account has a hierarchical namespace, where a key cannot be a directory, nor lie beneath a file',
};
const otherSource: Meaning = { code: 'PreconditionFailed', besides: true };
const partsGone: Meaning = {
  code: 'NotFound',
  besides: true,
  hint: 'parts of this upload are gone: another upload, or a write, of this key was finished meanwhile',
};

/**
 * Error codes of the Blob service (REST API, "Common REST API error codes" and "Blob Storage error codes").
 *
 * A missing container is no absence of a key.
 */
export const errorCodes: Readonly<Record<string, Meaning>> = {
  BlobNotFound: absent,
  ContainerNotFound: noContainer,
  ContainerBeingDeleted: noContainer,
  ContainerDisabled: noContainer,
  ResourceNotFound: { code: 'InvalidArgument', hint: 'there is no such account or container at this address' },
  BlobAlreadyExists: refused,
  ConditionNotMet: refused,
  TargetConditionNotMet: refused,
  SourceConditionNotMet: otherSource,
  AuthenticationFailed: credentials,
  InvalidAuthenticationInfo: credentials,
  NoAuthenticationInformation: credentials,
  KeyBasedAuthenticationNotPermitted: {
    code: 'Unauthenticated',
    hint: 'the account takes no account keys; sign in with an identity',
  },
  AuthorizationFailure: {
    code: 'PermissionDenied',
    hint: 'a role is missing, or the network rules of the account keep this address out',
  },
  AuthorizationPermissionMismatch: {
    code: 'PermissionDenied',
    hint: 'the identity needs the role Storage Blob Data Contributor, or Reader where it only reads',
  },
  AuthorizationProtocolMismatch: denied,
  AuthorizationResourceTypeMismatch: denied,
  AuthorizationServiceMismatch: denied,
  AuthorizationSourceIPMismatch: denied,
  InsufficientAccountPermissions: denied,
  AccountIsDisabled: denied,
  PublicAccessNotPermitted: denied,
  BlobImmutableDueToPolicy: immutable,
  BlobImmutableDueToLegalHold: immutable,
  LeaseIdMissing: leased,
  LeaseIdMismatchWithBlobOperation: leased,
  ServerBusy: slowDown,
  TooManyRequests: slowDown,
  InternalError: passing,
  OperationTimedOut: passing,
  AccountBeingCreated: passing,
  PendingCopyOperation: { code: 'Unavailable', maybeApplied: false, hint: 'the blob is being copied to' },
  BlobArchived: archived,
  BlobBeingRehydrated: archived,
  BlobTypeMismatch: otherKind,
  InvalidBlobType: otherKind,
  ResourceTypeMismatch: directory,
  ParentNotFound: directory,
  PathAlreadyExists: directory,
  PathConflict: directory,
  SnapshotsPresent: {
    code: 'InvalidArgument',
    hint: 'the blob has snapshots, which a delete would take with it; remove them first',
  },
  InvalidBlobOrBlock: {
    code: 'InvalidArgument',
    hint: 'another tool left parts of another kind on this blob; they end within a week, or when the blob is written whole',
  },
  InvalidBlockList: partsGone,
  BlockCountExceedsLimit: tooLarge,
  BlockListTooLong: tooLarge,
  RequestBodyTooLarge: tooLarge,
  MetadataTooLarge: tooLarge,
  Md5Mismatch: otherBytes,
  Crc64Mismatch: otherBytes,
  InvalidRange: { code: 'InvalidArgument', hint: 'the range lies outside the object' },
  APINotImplemented: unsupported,
  CopyAcrossAccountsNotSupported: unsupported,
  FeatureNotYetSupportedForHierarchicalNamespaceAccounts: unsupported,
  FeatureNotSupportedForAccount: unsupported,
  NotImplemented: unsupported,
  UnsupportedHttpVerb: unsupported,
};

/**
 * What the service says of the source of a copy, by the status of its own attempt to read it
 * (`CannotVerifyCopySource`).
 */
export const sourceStatusCodes: Readonly<Record<number, Meaning>> = {
  401: unsupported,
  403: unsupported,
  404: { code: 'NotFound', besides: true },
  409: otherSource,
  412: otherSource,
};

/** What a status means when the answer names no code of the table. */
export const statusCodes: Readonly<Record<number, Meaning>> = {
  400: mistake,
  401: credentials,
  403: denied,
  404: {
    code: 'InvalidArgument',
    hint: 'the answer does not say that it is the blob that is missing; look at the endpoint',
  },
  405: unsupported,
  408: passing,
  411: mistake,
  412: refused,
  413: tooLarge,
  416: { code: 'InvalidArgument', hint: 'the range lies outside the object' },
  429: slowDown,
  500: passing,
  501: unsupported,
  502: passing,
  503: slowDown,
  504: passing,
};

/** Failures of the network by the code of Node or of the SDK. Before a connection stands, nothing was sent. */
export const networkCodes: Readonly<Record<string, Meaning>> = {
  ...networkMeanings(),
  ENOTFOUND: { ...unreachable, hint: 'there may be no such storage account' },
  REQUEST_SEND_ERROR: passing,
  PARSE_ERROR: passing,
};
