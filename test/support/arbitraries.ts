import fc from 'fast-check';
import { isKey } from '../../lib/vfs/keys.ts';
import type { ChecksumSet, ContentHeaders, Metadata, ObjectKey } from '../../lib/vfs/types.ts';

/** Characters that stores, URLs, XML and file systems treat in ways of their own, and some that UTF-16 orders otherwise than UTF-8. */
const oddCharacters = [
  'a',
  'B',
  '0',
  '-',
  '.',
  '_',
  '~',
  ' ',
  '+',
  '%',
  ':',
  '&',
  '<',
  '"',
  "'",
  '\\',
  '=',
  '?',
  '#',
  '\n',
];
const wideCharacters = ['é', 'ß', '\u3042', '\uff5e', '\u{1f600}', '\u{10ffff}'];

/** Well-formed text of few, odd characters, so that collisions and near misses are common. */
export const oddText: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...oddCharacters, ...wideCharacters, '/'),
  maxLength: 12,
});

/** Keys of every kind that the seam allows. */
export const objectKeys: fc.Arbitrary<ObjectKey> = oddText.filter(isKey);

/** Small contents, among them none at all and equal ones. */
export const contents: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(new Uint8Array(), Buffer.from('a'), Buffer.from('b')),
  fc.uint8Array({ maxLength: 64 }),
);

/** User metadata as every store can hold it: keys in lower case, values of printable ASCII. */
export const metadatas: fc.Arbitrary<Metadata> = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/),
  fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/),
  { maxKeys: 3, noNullPrototype: true },
);

/** Content headers, each there or not. */
export const contentHeaders: fc.Arbitrary<ContentHeaders> = fc.record(
  {
    contentType: fc.constantFrom('text/yaml', 'application/json', 'application/octet-stream'),
    contentEncoding: fc.constantFrom('gzip', 'identity'),
    contentDisposition: fc.constant('attachment; filename="a"'),
    contentLanguage: fc.constant('en'),
    cacheControl: fc.constantFrom('no-store', 'max-age=60'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Digests of one content out of few, by any of the algorithms: pairs share some, disagree in some, and often share none. */
export const checksumSets: fc.Arbitrary<ChecksumSet> = fc.record(
  {
    sha256: fc.constantFrom('a1', 'a2'),
    md5: fc.constantFrom('b1', 'b2'),
    crc64nvme: fc.constantFrom('c1', 'c2'),
    crc64xz: fc.constantFrom('d1', 'd2'),
    crc32c: fc.constantFrom('e1', 'e2'),
  },
  { requiredKeys: [], noNullPrototype: true },
);
