import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../lib/flow/clock.ts';
import { openDriver } from '../../../lib/vfs/gcs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import type { GcsEndpoint } from './endpoint.ts';
import { type KnownBucket, type KnownServer, ofGoogle } from './quirks.ts';

/** One kind of place at a server under test: a bucket of some sort, or a prefix of a bucket that the user named. */
export interface GcsPlace {
  readonly title: string;
  /** What sort it is, without the server. */
  readonly kind: string;
  readonly known: KnownBucket;
  /** Whether what is known not to be honoured is all that a probe may find. */
  readonly isKnown: boolean;
  /** Makes a new, empty store of this kind; says the bucket and the prefix in it, empty or ending in `/`. */
  make(): Promise<{ readonly definition: StoreDefinition; readonly prefix: string }>;
  /** Removes what is left in a bucket that was there before. Buckets that were made go with their server. */
  clear(): Promise<void>;
}

const unversioned = { versions: false };

/** The places of a server: new buckets, or else one prefix of the bucket that the user named. */
export function gcsPlaces(server: KnownServer | undefined, endpoint: GcsEndpoint): readonly GcsPlace[] {
  const { bucket } = endpoint;
  if (bucket !== undefined) {
    return [namedPlace(server, endpoint, bucket)];
  }
  const buckets: Readonly<Record<string, KnownBucket>> = server?.buckets ?? {
    'a bucket': { notHonoured: {}, deviations: {} },
    'a bucket with versions': { versions: true, notHonoured: {}, deviations: ofGoogle },
  };
  return Object.entries(buckets).map(([kind, known]) => ({
    title: `${kind} of ${server?.title ?? endpoint.endpoint}`,
    kind,
    known,
    isKnown: server !== undefined,
    make: async () => {
      const name = `statesync-test-${randomUUID()}`;
      await makeBucket(endpoint, name, known.versions === true);
      const capabilities = known.versions === true ? {} : { capabilities: unversioned };
      return { definition: { url: `gs://${name}`, endpoint: endpoint.endpoint, ...capabilities }, prefix: '' };
    },
    clear: async () => {},
  }));
}

async function makeBucket({ endpoint }: GcsEndpoint, name: string, enabled: boolean): Promise<void> {
  const answer = await fetch(`${endpoint}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, versioning: { enabled } }),
  });
  if (!answer.ok) {
    throw new Error(`bucket ${name} could not be made: ${answer.status} ${await answer.text()}`);
  }
}

function namedPlace(server: KnownServer | undefined, { endpoint }: GcsEndpoint, bucket: string): GcsPlace {
  const root = `statesync-test-${randomUUID()}/`;
  const definition = { url: `gs://${bucket}`, endpoint, capabilities: unversioned };
  return {
    title: `a prefix of ${bucket} at ${new URL(endpoint).host}`,
    kind: 'a prefix of a bucket',
    known: server?.buckets['a bucket'] ?? { notHonoured: {}, deviations: {} },
    isKnown: server !== undefined,
    make: async () => ({ definition, prefix: `${root}${randomUUID()}/` }),
    clear: async () => {
      const store = new Store(openDriver(definition, { environment: process.env, clock: systemClock }));
      for await (const { key } of store.list(root)) {
        await store.delete(key);
      }
      await store.close();
    },
  };
}
