import type { IncomingMessage } from 'node:http';
import type { IdentityRegistry } from './identity.ts';
import { SignatureError, type VerifiedRequest, verifySignature } from './sigv4.ts';

/** The refusals of a signature in the words of the services that are not S3; both SQS and STS use them. */
export type SignatureRefusal =
  | 'AccessDenied'
  | 'ExpiredToken'
  | 'IncompleteSignature'
  | 'InvalidClientTokenId'
  | 'RequestExpired'
  | 'SignatureDoesNotMatch';

const refusals: Readonly<Record<string, readonly [SignatureRefusal, message: string]>> = {
  AccessDenied: ['AccessDenied', 'Request is missing Authentication Token'],
  AuthorizationHeaderMalformed: ['IncompleteSignature', 'The request signature does not conform to AWS standards.'],
  ExpiredToken: ['ExpiredToken', 'The security token included in the request is expired'],
  InvalidAccessKeyId: ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  InvalidToken: ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  RequestTimeTooSkewed: ['RequestExpired', 'The request is expired: its time is more than 15 minutes off.'],
};

/** Proves who sent a request with this body; `refuse` makes the error that is thrown otherwise. */
export function verifyControlPlaneRequest(
  request: IncomingMessage,
  body: Uint8Array,
  registry: IdentityRegistry,
  { service, now }: { readonly service: 'sqs' | 'sts'; readonly now: number },
  refuse: (code: SignatureRefusal, message: string) => Error,
): VerifiedRequest {
  const signed = { method: request.method ?? '', target: request.url ?? '', headers: request.headersDistinct };
  try {
    return verifySignature(signed, registry, { service, now, body });
  } catch (cause) {
    if (!(cause instanceof SignatureError)) {
      throw cause;
    }
    throw refuse(...(refusals[cause.code] ?? (['SignatureDoesNotMatch', cause.message] as const)));
  }
}
