import type { VfsErrorCode } from './errors.ts';

/** What a vendor's error means here. */
export interface Meaning {
  readonly code: VfsErrorCode;
  /** What to do about it, where the vendor's own words do not say. */
  readonly hint?: string;
  /** Set where the code alone would say that the request may have been carried out, and it was not. */
  readonly maybeApplied?: false;
}

const unreachable: Meaning = { code: 'Unavailable', maybeApplied: false };
const passing: Meaning = { code: 'Unavailable' };

/** What the codes of Node.js's network errors mean, whatever store was spoken to. `trustHint` says what to do about a certificate. */
export function networkMeanings(trustHint?: string): Readonly<Record<string, Meaning>> {
  const untrusted = trustHint === undefined ? unreachable : { ...unreachable, hint: trustHint };
  return {
    ECONNREFUSED: unreachable,
    ENOTFOUND: unreachable,
    EAI_AGAIN: unreachable,
    EHOSTUNREACH: unreachable,
    ENETUNREACH: unreachable,
    EADDRNOTAVAIL: unreachable,
    CERT_HAS_EXPIRED: untrusted,
    CERT_NOT_YET_VALID: untrusted,
    DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
    ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
    SELF_SIGNED_CERT_IN_CHAIN: untrusted,
    UNABLE_TO_GET_ISSUER_CERT: untrusted,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
    ECONNRESET: passing,
    ECONNABORTED: passing,
    EPIPE: passing,
    ETIMEDOUT: passing,
    ERR_STREAM_PREMATURE_CLOSE: passing,
    // No HTTP: what is left on a connection when a gateway answers HEAD with a body, as Ceph does to a key that it refuses.
    HPE_INVALID_CONSTANT: passing,
    ERR_INVALID_CHAR: {
      code: 'InvalidArgument',
      maybeApplied: false,
      hint: 'a header or metadata value holds a character that HTTP cannot carry',
    },
  };
}
