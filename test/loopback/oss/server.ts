import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, newRequestId, RequestCounter, readBody } from '../../../lib/local-cloud/http.ts';
import type { OssAnswer } from './answer.ts';
import { Bucket, type Versioning } from './bucket.ts';
import { type Call, parseCall } from './call.ts';
import { getVersioning, listObjects, listVersions } from './list-operations.ts';
import { copyObject, deleteObject, getObject, putObject } from './object-operations.ts';
import { OssError } from './oss-error.ts';
import { type AccessKey, verifySignature } from './signature.ts';
import { abortUpload, completeUpload, copyPart, initiateUpload, listParts, uploadPart } from './upload-operations.ts';

/** What goes wrong with one request. */
export type Fault =
  /** An error answer in place of the real one; without a code it has no body. */
  | { readonly status: number; readonly code?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut without an answer. */
  | 'cut'
  /** No answer comes; the request is read to its end. */
  | 'hang'
  /** No answer comes, and nothing of the body is read. */
  | 'stall'
  /** The connection is cut after that many bytes of the answer's body. */
  | { readonly cutBodyAt: number }
  /** The byte at that offset of the answer's body has all its bits inverted. */
  | { readonly flipBodyAt: number }
  /** The body of the answer is another. */
  | { readonly answerBody: string }
  /** Headers of the answer are others, or missing where they are empty. */
  | { readonly answerHeaders: Readonly<Record<string, string>> };

/** Decides what goes wrong. Asked before anything is looked at, and after the change is made. */
export type Script = (call: Call, phase: 'before' | 'after') => Fault | undefined | Promise<Fault | undefined>;

export interface OssServerOptions {
  readonly keys: readonly AccessKey[];
  /** Keys, versions and parts on a page of a listing. @default what is asked for */
  readonly pageLimit?: number;
  /** Whether a refused HEAD says why in `x-oss-err`. @default true */
  readonly headErrors?: boolean;
  /** @default Date.now */
  readonly now?: () => number;
}

/** The largest body that is taken. The service takes 5 GB. */
const bodyLimit = 256 * 1024 ** 2;

/**
 * OSS on loopback, as far as this project uses it, written to Alibaba Cloud's API reference (the pages are named beside what they say): it tells
 * buckets apart by the host, verifies signatures, digests, names, metadata and conditions, keeps versions, and counts requests.
 */
export class OssServer {
  readonly requests = new RequestCounter();
  readonly keys = new Map<string, AccessKey>();
  script: Script = () => undefined;
  readonly #buckets = new Map<string, Bucket>();
  readonly #options: OssServerOptions;
  readonly #server = new LoopbackServer((request, response) => this.#serve(request, response));

  constructor(options: OssServerOptions) {
    this.#options = options;
    for (const key of options.keys) {
      this.keys.set(key.id, key);
    }
  }

  start(): Promise<string> {
    return this.#server.start();
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  get openConnections(): number {
    return this.#server.openConnections;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  createBucket(
    name: string,
    { region = 'cn-hangzhou', versioning }: { region?: string; versioning?: Versioning } = {},
  ): Bucket {
    const bucket = new Bucket(name, region, versioning, () => this.#now());
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId();
    const { answer, fault } = await this.#answer(request, requestId);
    if (fault === 'hang') {
      request.resume();
    }
    if (fault === 'hang' || fault === 'stall') {
      return;
    }
    if (fault === 'cut') {
      request.socket.destroy();
      return;
    }
    send(request, response, withFault(answer, fault), requestId, fault);
  }

  async #answer(request: IncomingMessage, requestId: string): Promise<{ answer: OssAnswer; fault: Fault | undefined }> {
    let fault: Fault | undefined;
    try {
      const call = parseCall(request);
      this.requests.add(call.operation);
      fault = await this.script(call, 'before');
      refuseFault(fault);
      verifySignature(call, this.keys, this.#now());
      const bucket = this.#bucketOf(call);
      const answer = this.#perform(call, bucket, await bodyOf(request, call));
      fault ??= await this.script(call, 'after');
      refuseFault(fault);
      return { answer, fault };
    } catch (error) {
      return { answer: this.#refusal(error, request, requestId), fault };
    }
  }

  #refusal(error: unknown, request: IncomingMessage, requestId: string): OssAnswer {
    if (error instanceof Interrupted) {
      return { status: 500, headers: {} };
    }
    if (!(error instanceof OssError)) {
      throw error;
    }
    const xml = error.code === '' ? '' : error.xml(requestId, request.headers.host ?? '');
    if (request.method !== 'HEAD') {
      return { status: error.status, headers: error.headers, body: xml };
    }
    const told = this.#options.headErrors ?? true;
    const headers = told && xml !== '' ? { 'x-oss-err': Buffer.from(xml).toString('base64') } : {};
    return { status: error.status, headers: { ...error.headers, ...headers } };
  }

  #bucketOf({ bucket: name, region }: Call): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      throw new OssError(404, 'NoSuchBucket', 'The specified bucket does not exist.', {
        elements: { BucketName: name },
      });
    }
    if (bucket.region !== region) {
      const message =
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
      const elements = { Bucket: name, Endpoint: `oss-${bucket.region}.aliyuncs.com` };
      throw new OssError(403, 'AccessDenied', message, { elements });
    }
    return bucket;
  }

  #perform(call: Call, bucket: Bucket, body: Uint8Array): OssAnswer {
    const pageLimit = this.#options.pageLimit ?? 1000;
    const operations: Readonly<Record<string, () => OssAnswer>> = {
      PutObject: () => putObject(call, bucket, body),
      GetObject: () => getObject(call, bucket),
      HeadObject: () => getObject(call, bucket),
      DeleteObject: () => deleteObject(call, bucket),
      CopyObject: () => copyObject(call, bucket, this.#buckets),
      InitiateMultipartUpload: () => initiateUpload(call, bucket),
      UploadPart: () => uploadPart(call, bucket, body),
      UploadPartCopy: () => copyPart(call, bucket, this.#buckets),
      ListParts: () => listParts(call, bucket, pageLimit),
      CompleteMultipartUpload: () => completeUpload(call, bucket, body),
      AbortMultipartUpload: () => abortUpload(call, bucket),
      ListObjectsV2: () => listObjects(call, bucket, pageLimit),
      ListObjectVersions: () => listVersions(call, bucket, pageLimit),
      GetBucketVersioning: () => getVersioning(bucket),
    };
    return operations[call.operation]?.() ?? { status: 500, headers: {} };
  }
}

/** A request that gets no answer, or that ended before its body did. */
class Interrupted extends Error {}

function refuseFault(fault: Fault | undefined): void {
  if (typeof fault === 'string') {
    throw new Interrupted();
  }
  if (typeof fault === 'object' && 'status' in fault) {
    const { code = '', headers = {} } = fault;
    throw new OssError(fault.status, code, `as the test says: ${code}`, { headers });
  }
}

/** The whole body; a request that ends early is none. */
async function bodyOf(request: IncomingMessage, { method, headers }: Call): Promise<Uint8Array> {
  if (method === 'PUT' && headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw new OssError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  try {
    return await readBody(request, bodyLimit);
  } catch {
    throw new Interrupted();
  }
}

function withFault(answer: OssAnswer, fault: Fault | undefined): OssAnswer {
  if (typeof fault === 'object' && 'answerHeaders' in fault) {
    const headers = Object.entries({ ...answer.headers, ...fault.answerHeaders }).filter(([, value]) => value !== '');
    return { ...answer, headers: Object.fromEntries(headers) };
  }
  if (typeof fault === 'object' && 'answerBody' in fault) {
    return { ...answer, body: fault.answerBody };
  }
  if (typeof fault === 'object' && 'flipBodyAt' in fault && answer.body !== undefined) {
    const body = Uint8Array.from(Buffer.from(answer.body));
    body[fault.flipBodyAt] = ~(body[fault.flipBodyAt] ?? 0);
    return { ...answer, body };
  }
  return answer;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: OssAnswer,
  requestId: string,
  fault: Fault | undefined,
): void {
  const xml = typeof body === 'string' && body !== '' ? { 'Content-Type': 'application/xml' } : {};
  const bytes = Buffer.from(body ?? '');
  const bodiless = status === 204 || status === 304 || request.method === 'HEAD';
  const length = bodiless ? {} : { 'Content-Length': `${bytes.byteLength}` };
  const own = { Server: 'AliyunOSS', 'x-oss-request-id': requestId };
  response.writeHead(status, { ...own, ...xml, ...length, ...headers });
  if (request.method === 'HEAD') {
    response.end();
  } else if (typeof fault === 'object' && 'cutBodyAt' in fault) {
    response.write(bytes.subarray(0, fault.cutBodyAt), () => response.destroy());
  } else {
    response.end(bytes);
  }
}
