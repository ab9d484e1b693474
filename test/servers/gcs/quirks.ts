import type { Quirks } from '../s3/quirks.ts';

/** A kind of bucket at a server. */
export interface KnownBucket extends Quirks {
  /** @default false */
  readonly versions?: boolean;
}

/** A server of which it is known what it does. */
export interface KnownServer {
  readonly title: string;
  /** The version that this was found with. */
  readonly version: string;
  /** Path at which it says who it is, and what it says there. */
  readonly says: { readonly path: string; readonly text: string };
  readonly buckets: Readonly<Record<string, KnownBucket>>;
}

/** What Google Cloud Storage itself does otherwise than a test has it. */
export const ofGoogle = {
  'a version can be removed for good, which uncovers the one before':
    'a key whose live generation is removed has none: no older one becomes live again',
} as const;

const testbenchDeviations: Quirks['deviations'] = {
  'a write replaces the whole object': 'adds metadata of its own, x_emulator_crc32c and others',
  'user metadata comes back as it was written': 'adds metadata of its own, x_emulator_crc32c and others',
  'a copy has the bytes of its source, and the headers and metadata it was given':
    'adds metadata of its own, x_emulator_crc32c and others',
  'pages hold at most what was asked for, and together everything once':
    'answers with everything, whatever maxResults says',
  'pages with a delimiter hold every prefix and every key once': 'answers with everything, whatever maxResults says',
};

const fakeNotHonoured: Quirks['notHonoured'] = {
  copy: 'copies whatever ifSourceGenerationMatch says',
  copyConditional: 'copies whatever ifGenerationMatch says',
  deleteIfMatch: 'deletes whatever ifGenerationMatch says',
  multipartConditional: 'composes whatever ifGenerationMatch says',
};
const fakeDeviations: Quirks['deviations'] = {
  'pages with a delimiter hold every prefix and every key once': 'answers with every prefix, whatever maxResults says',
};

/** Everything that is known of the servers of the tests, with reasons. The product knows none of it. */
export const knownServers = {
  'storage-testbench': {
    title: 'storage-testbench of Google',
    version: '0.63.0',
    says: { path: '/', text: 'OK' },
    buckets: { 'a bucket': { notHonoured: {}, deviations: testbenchDeviations } },
  },
  'fake-gcs-server': {
    title: 'fake-gcs-server',
    version: '1.56.1',
    says: { path: '/_internal/healthcheck', text: '' },
    buckets: {
      'a bucket': { notHonoured: fakeNotHonoured, deviations: fakeDeviations },
      'a bucket with versions': {
        versions: true,
        notHonoured: fakeNotHonoured,
        deviations: { ...fakeDeviations, ...ofGoogle },
      },
    },
  },
} as const satisfies Readonly<Record<string, KnownServer>>;

/** Asks an endpoint who it is; undefined where nothing is known of it. */
export async function knownServerAt(endpoint: string): Promise<KnownServer | undefined> {
  for (const server of Object.values<KnownServer>(knownServers)) {
    const answer = await fetch(endpoint + server.says.path);
    const text = await answer.text();
    if (answer.ok && text === server.says.text) {
      return server;
    }
  }
  return undefined;
}
