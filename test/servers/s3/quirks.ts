import type { Flag } from '../../../lib/vfs/probe-objects.ts';

/** What a server does otherwise than its driver says, in one kind of bucket. One more or one less fails the run. */
export interface Quirks {
  /** Capabilities that a probe finds it not to honour. */
  readonly notHonoured: Readonly<Partial<Record<Flag | 'writeVerifies', string>>>;
  /** Tests of the conformance suite that it fails, by name. */
  readonly deviations: Readonly<Record<string, string>>;
}

/** A kind of bucket at a server. */
export interface KnownBucket extends Quirks {
  /** @default false */
  readonly versions?: boolean;
  /** Whether it is spoken to as if it were Amazon S3. @default false, as to any compatible store */
  readonly amazon?: boolean;
}

/** A server of which it is known what it does. */
export interface KnownServer {
  readonly title: string;
  /** The version that this was found with. */
  readonly version: string;
  /** Why a request that failed in passing is sent once more, as the product does it. */
  readonly retried?: string;
  /** Why requests are sent one after another. */
  readonly oneAtATime?: string;
  readonly buckets: Readonly<Record<string, KnownBucket>>;
}

const cephNotHonoured: Quirks['notHonoured'] = {
  copy: 'copies whatever x-amz-copy-source-if-match says',
  copyConditional: 'copies whatever If-Match and If-None-Match say',
  deleteIfMatch: 'deletes whatever If-Match says',
  multipartConditional: 'completes whatever If-Match and If-None-Match say',
  multipartCopy: 'copies whatever x-amz-copy-source-if-match says',
  writeIfMatch: 'compares with the quotes of the entity tag, and so refuses each with 412',
};
const cephDeviations: Quirks['deviations'] = {
  'a key with the zero character is held as it is, or refused':
    'refuses HEAD of it with a 400 that says nothing, as it is said of credentials that have expired',
  'an aborted upload cannot be completed': 'answers 500, as if it were being completed already',
  'a list of parts holds those stored so far, by number':
    'completes with all the parts that were stored, or not at all',
};

const motoNotHonoured: Quirks['notHonoured'] = {
  copy: 'copies whatever x-amz-copy-source-if-match says',
  copyConditional: 'copies whatever If-Match says',
  multipartConditional: 'completes whatever If-Match says',
  multipartCopy: 'copies whatever x-amz-copy-source-if-match says',
  writeVerifies: 'stores other bytes than Content-MD5 and x-amz-content-sha256 promise',
};
const motoDeviations: Quirks['deviations'] = {
  'a key with a line feed is held as it is, or refused': 'answers 404 to the write',
  'an unfinished upload is not in listings, and an aborted one leaves nothing': 'answers 500 to a part that comes late',
  'an aborted upload cannot be completed': 'answers 500',
};
const motoVersionsDeviations: Quirks['deviations'] = {
  ...motoDeviations,
  'a prefix without objects is none': 'lists a prefix under which there are only delete markers',
};

/** Everything that is known of the servers of the tests, with reasons. The product knows none of it: there it is what a probe finds. */
export const knownServers = {
  ceph: {
    title: 'Ceph RADOS gateway',
    version: '16.2.15',
    retried: 'answers HEAD of a key that it refuses with a body, which the next request takes for its own answer',
    buckets: {
      'a bucket': { notHonoured: cephNotHonoured, deviations: cephDeviations },
      'a bucket with versions': {
        versions: true,
        notHonoured: {
          ...cephNotHonoured,
          writeIfAbsent: 'asks whether the new version is there, which it never is',
          writeIfMatch: 'compares with the new version, and so refuses each with 412',
        },
        deviations: cephDeviations,
      },
    },
  },
  moto: {
    title: 'moto',
    version: '5.2.1',
    oneAtATime: 'answers 500 to a write whose object another write replaces before it has answered',
    buckets: {
      'a bucket': { notHonoured: motoNotHonoured, deviations: motoDeviations },
      'a bucket with versions': { versions: true, notHonoured: motoNotHonoured, deviations: motoVersionsDeviations },
      'a bucket, taken for Amazon S3': { amazon: true, notHonoured: motoNotHonoured, deviations: motoDeviations },
    },
  },
} as const satisfies Readonly<Record<string, KnownServer>>;

/** A server of the tests by its name; undefined for one that nothing is known of. */
export function knownServer(name: string | undefined): KnownServer | undefined {
  return (knownServers as Readonly<Record<string, KnownServer>>)[name ?? ''];
}
