import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newRequestId, type RequestCounter } from '../http.ts';
import type { IdentityRegistry } from '../identity.ts';
import { SignatureError, verifySignature } from '../sigv4.ts';
import { checkExpectedOwner } from './access.ts';
import { type Address, readAddress } from './addressing.ts';
import { type AnswerContext, sendError, sendReply } from './answer.ts';
import type { BucketCall, Call, Reply, Service } from './call.ts';
import { notImplemented, S3Error, s3Error } from './errors.ts';
import type { Fault, Faults } from './faults.ts';
import { refuseUnknownHeaders } from './known-headers.ts';
import { bucketOperations, serviceOperations } from './operations.ts';
import { routeRequest } from './routes.ts';
import type { HeaderLookup } from './stated-checksum.ts';

/** What the handler works with. */
export interface HandlerContext {
  readonly service: Service;
  readonly identities: IdentityRegistry;
  readonly requests: RequestCounter;
  /** Milliseconds since the epoch, to judge signatures by. */
  signingClock(): number;
  /** Read anew for each request, so that a test can change it. */
  faults(): Faults;
}

interface RoutedRequest {
  readonly request: IncomingMessage;
  readonly header: HeaderLookup;
  readonly address: Address;
  readonly operation: string;
}

/** Answers one request from its first header to its last byte. */
export async function handleRequest(
  context: HandlerContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer: AnswerContext = {
    requestId: newRequestId(),
    hostId: randomBytes(36).toString('base64'),
    resource: (request.url ?? '').replace(/\?.*$/s, ''),
    withoutBody: request.method === 'HEAD',
    fault: undefined,
  };
  try {
    const routed = routeIncoming(request);
    context.requests.add(routed.operation);
    const before = await injectFault(context, routed, 'before');
    const reply = await perform(context, routed, answer);
    const after = await injectFault(context, routed, 'after-commit');
    await sendReply(response, { ...answer, fault: after ?? before }, reply);
  } catch (error) {
    if (error instanceof ConnectionDropped || (request.destroyed && !request.complete)) {
      request.socket.destroy();
      return;
    }
    sendError(response, answer, asS3Error(error));
  }
}

/** Ends a request without an answer. */
class ConnectionDropped extends Error {
  override readonly name = 'ConnectionDropped';
}

function routeIncoming(request: IncomingMessage): RoutedRequest {
  const header: HeaderLookup = (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const address = readAddress(request.url ?? '/', header('host') ?? '');
  const operation = routeRequest(request.method ?? 'GET', address.bucket, address.key, address.query, header);
  return { request, header, address, operation };
}

async function injectFault(
  context: HandlerContext,
  { operation, address }: RoutedRequest,
  phase: 'before' | 'after-commit',
): Promise<Fault | undefined> {
  const fault = await context.faults()(operation, address.bucket, address.key, phase);
  if (fault === 'drop-connection') {
    throw new ConnectionDropped();
  }
  if (fault !== undefined && 'status' in fault) {
    throw new S3Error(fault.code, fault.status, `${fault.code}, as a test asked for`);
  }
  if (fault !== undefined && 'delayMs' in fault) {
    await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    return undefined;
  }
  return fault;
}

async function perform(context: HandlerContext, routed: RoutedRequest, answer: AnswerContext): Promise<Reply> {
  const { request, header, address, operation } = routed;
  const { service } = context;
  const verified = verifySignature(
    { method: request.method ?? 'GET', target: request.url ?? '/', headers: request.headersDistinct },
    context.identities,
    { service: 's3', now: context.signingClock() },
  );
  refuseUnknownHeaders(Object.keys(request.headers));
  const call: Call = {
    request,
    header,
    payload: verified.payload,
    operation,
    requestId: answer.requestId,
    hostId: answer.hostId,
    bucketName: address.bucket,
    key: address.key,
    query: address.query,
    identity: verified.identity,
    region: verified.region,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    service,
  };
  const simple = serviceOperations[operation];
  if (simple !== undefined) {
    return simple(call);
  }
  const bucketCall = openBucket(call);
  const handler = bucketOperations[operation];
  if (handler === undefined) {
    throw notImplemented(operation);
  }
  return handler(bucketCall);
}

function openBucket(call: Call): BucketCall {
  const bucket = call.service.buckets.get(call.bucketName);
  if (bucket === undefined) {
    throw s3Error('NoSuchBucket', { details: { BucketName: call.bucketName } });
  }
  // The location is what a client asks for when it does not know the region.
  if (call.region !== bucket.region && call.operation !== 'GetBucketLocation') {
    throw s3Error('PermanentRedirect', {
      details: { Bucket: bucket.name, Endpoint: call.header('host') ?? '' },
      headers: { 'x-amz-bucket-region': bucket.region },
    });
  }
  const bucketCall: BucketCall = { ...call, bucket };
  checkExpectedOwner(bucketCall);
  return bucketCall;
}

function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) {
    return error;
  }
  if (error instanceof SignatureError) {
    return new S3Error(error.code, error.status, error.message);
  }
  throw error;
}
