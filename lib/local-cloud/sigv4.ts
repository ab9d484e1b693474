import { createHash } from 'node:crypto';
import type { Identity, IdentityRegistry } from './identity.ts';
import { canonicalRequest, type SignedRequest } from './sigv4-canonical.ts';
import { type ChunkSeal, deriveKey, hmac } from './sigv4-keys.ts';
import { firstHeader, readSignature, type SignatureParts } from './sigv4-parts.ts';
import { splitTarget } from './uri.ts';

/** How the signature speaks for the body that follows the headers. */
export type PayloadProof =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'digest'; readonly sha256: string }
  | { readonly kind: 'chunks'; readonly seal?: ChunkSeal };

/** A request whose headers are proved to come from the identity. */
export interface VerifiedRequest {
  readonly identity: Identity;
  /** The region in the credential scope. */
  readonly region: string;
  readonly payload: PayloadProof;
}

/** What the verifier needs beside the request. */
export interface VerifyOptions {
  /** The service name of the credential scope: `s3`, `sqs`, `sts`. S3 has rules of its own for paths and payloads. */
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The whole body; required for every service but S3, where the body is proved as it arrives. */
  readonly body?: Uint8Array;
}

/** A request that is not signed, or not validly; `code` and `status` are AWS's own. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const maximumSkewMs = 15 * 60 * 1000;

/**
 * Proves who signed a request, by AWS Signature Version 4 in the `Authorization` header or in the query (presigned).
 * Throws {@link SignatureError}: `AccessDenied` (unsigned, or a presigned request that has expired),
 * `AuthorizationHeaderMalformed`, `InvalidAccessKeyId`, `InvalidToken`, `ExpiredToken`, `RequestTimeTooSkewed`,
 * `SignatureDoesNotMatch`.
 */
export function verifySignature(
  request: SignedRequest,
  registry: IdentityRegistry,
  options: VerifyOptions,
): VerifiedRequest {
  const target = splitTarget(request.target);
  const parts = readSignature(request, target, refuse);
  const { credential } = parts;
  if (credential.service !== options.service || !parts.timestamp.startsWith(credential.date)) {
    throw malformed(
      `the credential scope must be DATE/REGION/${options.service}/aws4_request of the request's own day`,
    );
  }
  const identity = findIdentity(registry, parts, options.now);
  checkTime(parts, options.now);
  checkSignedHeaders(request, parts);
  const payloadHash = declaredPayload(request, parts, options);
  const canonical = canonicalRequest(request, target, parts, payloadHash, options.service);
  const scope = `${credential.date}/${credential.region}/${credential.service}/aws4_request`;
  // Header values hold one character per byte received: the digest must be over those bytes.
  const digest = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const signingKey = deriveKey(identity.secretAccessKey, credential);
  const expected = hmac(signingKey, `AWS4-HMAC-SHA256\n${parts.timestamp}\n${scope}\n${digest}`).toString('hex');
  if (expected !== parts.signature) {
    throw new SignatureError(
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  const seal = { signingKey, timestamp: parts.timestamp, scope, seedSignature: expected };
  return { identity, region: credential.region, payload: payloadProof(payloadHash, seal) };
}

function findIdentity(registry: IdentityRegistry, parts: SignatureParts, now: number): Identity {
  const identity = registry.find(parts.credential.accessKeyId);
  if (identity === undefined) {
    throw new SignatureError(
      'InvalidAccessKeyId',
      403,
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  }
  if (identity.sessionToken !== parts.sessionToken) {
    throw new SignatureError('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.');
  }
  if (identity.expiresAt !== undefined && now >= identity.expiresAt) {
    throw new SignatureError('ExpiredToken', 400, 'The provided token has expired.');
  }
  return identity;
}

function checkTime(parts: SignatureParts, now: number): void {
  const age = now - parts.signedAt;
  if (parts.expiresInSeconds !== undefined) {
    if (age > parts.expiresInSeconds * 1000) {
      throw new SignatureError('AccessDenied', 403, 'Request has expired');
    }
    if (age < -maximumSkewMs) {
      throw new SignatureError('AccessDenied', 403, 'Request is not yet valid');
    }
  } else if (Math.abs(age) > maximumSkewMs) {
    throw new SignatureError(
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
    );
  }
}

/** A header that steers the request but is not signed could have been added by anybody on the way. */
function checkSignedHeaders(request: SignedRequest, parts: SignatureParts): void {
  const signed = new Set(parts.signedHeaders);
  const required = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = required.filter((name) => !signed.has(name));
  if (unsigned.length > 0) {
    throw new SignatureError(
      'AccessDenied',
      403,
      `There were headers present in the request which were not signed: ${unsigned.join(', ')}`,
    );
  }
}

function declaredPayload(request: SignedRequest, parts: SignatureParts, options: VerifyOptions): string {
  if (options.service !== 's3') {
    return createHash('sha256')
      .update(options.body ?? '')
      .digest('hex');
  }
  const declared = firstHeader(request, 'x-amz-content-sha256');
  if (declared === undefined && parts.expiresInSeconds !== undefined) {
    return 'UNSIGNED-PAYLOAD';
  }
  if (declared === undefined) {
    throw new SignatureError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
  }
  return declared;
}

function payloadProof(declared: string, seal: ChunkSeal): PayloadProof {
  switch (declared) {
    case 'UNSIGNED-PAYLOAD':
      return { kind: 'unsigned' };
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'chunks' };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'chunks', seal };
    default:
      if (!/^[0-9a-f]{64}$/.test(declared)) {
        throw new SignatureError(
          'InvalidRequest',
          400,
          'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value, or a valid sha256 value.',
        );
      }
      return { kind: 'digest', sha256: declared };
  }
}

function malformed(detail: string): SignatureError {
  return new SignatureError('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${detail}.`);
}

function refuse(kind: 'unsigned' | 'malformed', detail: string): never {
  throw kind === 'malformed' ? malformed(detail) : new SignatureError('AccessDenied', 403, 'Access Denied');
}
