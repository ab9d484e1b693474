import fc from 'fast-check';
import type { Situation } from '../../lib/replication/decide.ts';
import { stampOf } from '../../lib/replication/stamp.ts';
import type { ChecksumSet, Metadata, ObjectKey, ObjectStat, Revision } from '../../lib/vfs/types.ts';

export const sourceUrl = 's3://source';
export const destinationUrl = 's3://replica';
export const key = 'c.example.com/secrets/a' as ObjectKey;

/** Contents by name. Different names are different bytes, though some have the same size. */
const contents = { a: 1, b: 1, c: 2 } as const;
type Content = keyof typeof contents;

/** Digests that a store may hold of a content. */
const checksumsOf = (content: Content): fc.Arbitrary<ChecksumSet> =>
  fc
    .subarray(['sha256', 'md5', 'crc64nvme', 'crc32c'] as const)
    .map((names) => Object.fromEntries(names.map((name) => [name, `${name} of ${content}`])));

const metadataOf = (content: Content): fc.Arbitrary<Metadata> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    {
      weight: 3,
      arbitrary: fc
        .record({
          store: fc.constantFrom(sourceUrl, destinationUrl, 's3://elsewhere'),
          revision: fc.constantFrom('a', 'b', 'c').map((name) => `revision of ${name}` as Revision),
          size: fc.constantFrom(contents[content], 7),
        })
        .map(({ store, ...stat }) => stampOf(store, { ...stat, key } as ObjectStat, {})),
    },
  );

const statOf = (content: Content): fc.Arbitrary<ObjectStat> =>
  fc.record({
    key: fc.constant(key),
    size: fc.constant(contents[content]),
    revision: fc.constant(`revision of ${content}` as Revision),
    checksums: checksumsOf(content),
    modifiedAt: fc.constant(undefined),
    headers: fc.constant({}),
    metadata: metadataOf(content),
  });

/** A pair of stats, and what is really stored at both ends, which the decider cannot see. */
export interface Case extends Situation {
  readonly really: { readonly source: Content | undefined; readonly replica: Content | undefined };
}

const side = fc.option(fc.constantFrom<Content>('a', 'b', 'c'), { nil: undefined, freq: 4 });

/** Pairs of stats that stores could give, the interesting ones often: same size without a common digest, stamps of all kinds. */
export const situations: fc.Arbitrary<Case> = fc.tuple(side, side).chain(([source, replica]) =>
  fc.record({
    really: fc.constant({ source, replica }),
    source: source === undefined ? fc.constant(undefined) : statOf(source),
    replica: replica === undefined ? fc.constant(undefined) : statOf(replica),
    sourceUrl: fc.constant(sourceUrl),
    destinationUrl: fc.constant(destinationUrl),
    deletes: fc.constantFrom('follow' as const, 'retain' as const),
  }),
);
