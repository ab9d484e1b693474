import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { forEachConcurrently } from '../../lib/flow/concurrency.ts';
import type { Ends, Place } from '../place.ts';
import type { Work } from './job.ts';

const atOnce = 16; // As many as the replicator has in flight.

/** Copies every object with one GET and one PUT, the body of one being that of the other. Looks at nothing, digests nothing, pins nothing. */
export async function pipeJob({
  source,
  destination,
  prefix,
}: Ends & { readonly prefix: string }): Promise<() => Promise<Work>> {
  const [from, to] = [bucketOf(source), bucketOf(destination)];
  return async () => {
    let [objects, bytes] = [0, 0];
    await forEachConcurrently(keysUnder(from, prefix), atOnce, async (Key) => {
      const { Body, ContentLength = 0 } = await from.client.send(new GetObjectCommand({ Bucket: from.bucket, Key }));
      await to.client.send(new PutObjectCommand({ Bucket: to.bucket, Key, Body: Body as Readable, ContentLength }));
      objects += 1;
      bytes += ContentLength;
    });
    from.client.destroy();
    to.client.destroy();
    return { counts: { copied: objects }, bytes };
  };
}

interface Bucket {
  readonly client: S3Client;
  readonly bucket: string;
}

function bucketOf({ definition, environment }: Place): Bucket {
  const client = new S3Client({
    region: definition.region ?? 'us-east-1',
    endpoint: environment['AWS_ENDPOINT_URL_S3'] ?? '',
    forcePathStyle: true,
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    requestHandler: new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: 64 } }),
  });
  return { client, bucket: new URL(definition.url).host };
}

async function* keysUnder({ client, bucket }: Bucket, Prefix: string): AsyncGenerator<string, void, undefined> {
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix, ...(token && { ContinuationToken: token }) }),
    );
    yield* (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    token = page.NextContinuationToken;
  }
}
