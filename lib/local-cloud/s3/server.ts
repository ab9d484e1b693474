import { randomBytes } from 'node:crypto';
import { LoopbackServer, newRequestId, RequestCounter } from '../http.ts';
import type { IdentityRegistry } from '../identity.ts';
import type { Bucket } from './bucket.ts';
import type { Limits, Service } from './call.ts';
import { SyntheticContent } from './content.ts';
import { digestContent } from './content-digest.ts';
import { s3Error } from './errors.ts';
import { type Faults, noFaults } from './faults.ts';
import { runLifecycle } from './lifecycle-run.ts';
import { type Destinations, Publisher } from './publisher.ts';
import { handleRequest } from './request-handler.ts';
import type { StoredObject } from './versions.ts';

/** How an embedded S3 is set up; everything but the identities has a default. */
export interface LocalS3Options extends Destinations {
  readonly identities: IdentityRegistry;
  /** Milliseconds since the epoch: the times of objects and events, and what lifecycles go by. */
  readonly clock?: () => number;
  /** The clock that signatures are judged by; clients sign by the machine's. */
  readonly signingClock?: () => number;
  /** The next sequencer of an event: hexadecimal, growing. */
  readonly sequencer?: () => string;
  readonly limits?: Partial<Limits>;
  readonly faults?: Faults;
  /** Hears of deliveries that failed, and of errors in the server itself. */
  readonly onError?: (error: unknown) => void;
}

const megabyte = 1024 * 1024;

const defaultLimits: Limits = {
  minimumPartSize: 5 * megabyte,
  maximumPutSize: 5 * 1024 * megabyte,
  discardBodiesAbove: Number.POSITIVE_INFINITY,
};

/**
 * Amazon S3 in memory, over HTTP on loopback, for several accounts: what the official client needs to work unchanged,
 * as the S3 documentation describes it. What is not there is refused with 501 and its name.
 */
export class LocalS3 {
  /** Requests so far, by operation, counted as they arrive. */
  readonly requests = new RequestCounter();
  /** Decides what goes wrong with each request; may be changed at any time. */
  faults: Faults;
  readonly #server: LoopbackServer;
  readonly #publisher: Publisher;
  readonly #service: Service;

  constructor(options: LocalS3Options) {
    const onError = options.onError ?? (() => undefined);
    const clock = options.clock ?? Date.now;
    this.faults = options.faults ?? noFaults;
    this.#publisher = new Publisher(options, onError);
    this.#service = createService(this.#publisher, clock, options);
    const context = {
      service: this.#service,
      identities: options.identities,
      requests: this.requests,
      signingClock: options.signingClock ?? Date.now,
      faults: () => this.faults,
    };
    this.#server = new LoopbackServer((request, response) => handleRequest(context, request, response), onError);
  }

  /** Starts to listen, and answers the endpoint: `http://127.0.0.1:PORT`. */
  start(): Promise<string> {
    return this.#server.start();
  }

  /** Cuts all connections, and waits for the events that are under way. */
  async close(): Promise<void> {
    await this.#server.close();
    await this.#publisher.settled();
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  get openConnections(): number {
    return this.#server.openConnections;
  }

  /** Resolves when every event sent so far has been delivered, or has failed. */
  settled(): Promise<void> {
    return this.#publisher.settled();
  }

  /** Carries out a bucket's lifecycle rules as of now, with their events. */
  runLifecycle(bucketName: string): void {
    runLifecycle(this.#service, this.#bucket(bucketName));
  }

  /**
   * Puts an object whose bytes are made up as they are read, from a seed, and take no memory. It is digested once, so
   * this takes the time of reading it through.
   */
  async putSynthetic(bucketName: string, key: string, size: number, seed = key): Promise<void> {
    const bucket = this.#bucket(bucketName);
    const content = new SyntheticContent(size, seed);
    const { md5, checksum } = await digestContent(content, 'CRC64NVME');
    const object: StoredObject = {
      kind: 'object',
      key,
      versionId: bucket.nextVersionId(this.#service.newVersionId),
      lastModified: this.#service.now(),
      etag: md5.toString('hex'),
      md5,
      content,
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: checksum.toString('base64') },
      systemHeaders: { 'content-type': 'binary/octet-stream' },
      metadata: {},
      storageClass: 'STANDARD',
      encryption: { algorithm: 'AES256' },
      tags: [],
    };
    bucket.versions.add(object);
    this.#service.publish(bucket, {
      kind: 'created',
      event: 'Put',
      object,
      cause: {
        requestId: newRequestId(),
        hostId: '',
        sourceIp: '127.0.0.1',
        identity: { account: bucket.owner, arn: `arn:aws:iam::${bucket.owner}:root` },
      },
    });
  }

  #bucket(name: string): Bucket {
    const bucket = this.#service.buckets.get(name);
    if (bucket === undefined) {
      throw s3Error('NoSuchBucket', { details: { BucketName: name } });
    }
    return bucket;
  }
}

function createService(publisher: Publisher, clock: () => number, options: LocalS3Options): Service {
  const sequencer = options.sequencer ?? growingSequencer(clock);
  return {
    buckets: new Map(),
    limits: { ...defaultLimits, ...options.limits },
    now: clock,
    newVersionId: () => randomBytes(24).toString('base64url'),
    publish: (bucket, change) => publisher.publish(bucket, change, { time: clock(), sequencer: sequencer() }),
    accepts: (kind, targetArn, bucket) => publisher.accepts(kind, targetArn, bucket),
    send: (kind, targetArn, message, bucket) => publisher.send(kind, targetArn, message, bucket),
  };
}

/** Sequencers that follow the clock, and grow even while it stands still or goes back. */
function growingSequencer(clock: () => number): () => string {
  let last = 0n;
  return () => {
    const byClock = BigInt(clock()) << 20n;
    last = byClock > last ? byClock : last + 1n;
    return last.toString(16).toUpperCase().padStart(18, '0');
  };
}
