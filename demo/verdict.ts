import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

// This file shares no code with the replication: a plain client lists both buckets, reads every object and compares SHA-256 of the bytes.

export interface Expectations {
  /** Keys that must not be at the replica although they are at the source. */
  readonly neverCarried: RegExp;
  /** What must be at the replica although it is gone at the source. */
  readonly retained: readonly Retained[];
}

/** An object that must stay at the replica as it was. */
export interface Retained {
  readonly key: string;
  /** SHA-256 of its bytes, in hex. */
  readonly sha256: string;
}

export interface Verdict {
  readonly objects: number;
  readonly bytes: number;
  /** One line for each key that is not as it must be. */
  readonly faults: readonly string[];
}

interface Place {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Reads both buckets to the last byte and says what is wrong. */
export async function judge(source: Place, replica: Place, { neverCarried, retained }: Expectations): Promise<Verdict> {
  const [a, b] = await Promise.all([digests(source), digests(replica)]);
  const carried = [...a].filter(([key]) => !neverCarried.test(key));
  const wanted = new Map([
    ...retained.map(({ key, sha256 }) => [key, sha256] as const),
    ...carried.map(([key, { sha256 }]) => [key, sha256] as const), // What came back at the source counts as it is there.
  ]);
  const missing = [...wanted.keys()].filter((key) => !b.has(key)).map((key) => `${key} is missing at the replica`);
  const wrong = [...wanted]
    .filter(([key, sha256]) => b.has(key) && b.get(key)?.sha256 !== sha256)
    .map(([key]) => `${key} has other bytes at the replica`);
  const extra = [...b.keys()].filter((key) => !wanted.has(key)).map((key) => `${key} is at the replica only`);
  const bytes = [...b.values()].reduce((sum, { size }) => sum + size, 0);
  return { objects: b.size, bytes, faults: [...missing, ...wrong, ...extra] };
}

/** SHA-256 in hex. */
export function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

async function digests({ client, bucket }: Place): Promise<Map<string, { sha256: string; size: number }>> {
  const found = new Map<string, { sha256: string; size: number }>();
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, ...(token === undefined ? {} : { ContinuationToken: token }) }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      found.set(Key, { sha256: sha256Of(bytes), size: bytes.byteLength });
    }
    token = page.NextContinuationToken;
  }
  return found;
}
