import { maxManifestBytes } from '../../lib/validation/manifest/refusals.ts';

const head = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: c.example.com\nspec:\n';
const full = 10 * 1024 ** 2 - 1_000;

/** A text of nearly the size of the largest manifest. */
function filled(part: string): string {
  return part.repeat(Math.floor(full / part.length));
}

/** Lists of aliases to lists of aliases. */
function bomb(width: number, levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) =>
    level === 0
      ? `  l0: &l0 [${'x,'.repeat(width)}]\n`
      : `  l${level}: &l${level} [${`*l${level - 1},`.repeat(width)}]\n`,
  );
  return head + lines.join('');
}

const signs = [
  '- ',
  '? ',
  ': ',
  ', ',
  '[',
  ']',
  '{',
  '}',
  '#',
  '&a ',
  '*a ',
  '!t ',
  '|\n',
  '>\n',
  "'",
  '"',
  '%',
  '@',
  '`',
  'a',
  '1',
  ' ',
  '\n',
  '\n  ',
  '\n    ',
  '<<: ',
];

/** Numbers below a limit, always the same for one seed. */
function* atRandom(seed: number, length: number, limit: number): Iterable<number> {
  let state = seed;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Math.floor((state / 2 ** 32) * limit);
  }
}

/** Documents of eight signs each, so that what one opens stays its own. */
function fromSigns(numbers: Iterable<number>, between = ''): string {
  return Array.from(numbers, (number, index) => (signs[number] ?? '') + (index % 8 === 7 ? between : '')).join('');
}

/** Manifests that are made to exhaust whoever reads them, by what they do. */
export const hostileManifests: Readonly<Record<string, () => string>> = {
  'brackets, nested as deeply as the size allows': () => filled('['),
  'braces, nested as deeply as the size allows': () => filled('{a: '),
  'dashes, nested as deeply as the size allows': () => filled('- '),
  'brackets that are closed again, at the greatest depth': () =>
    filled(`${'['.repeat(99)}${']'.repeat(99)},`).replace(/^/, '['),
  'questions, nested as deeply as the size allows': () => filled('? '),
  'blocks, each deeper than the one before': () =>
    Array.from({ length: 4_000 }, (_, level) => `${' '.repeat(level)}a:\n`).join(''),
  'aliases that explode': () => bomb(10, 9),
  'aliases that just do not explode': () => bomb(30, 2),
  'an alias inside of itself': () => `${head}  a: &a\n    b: [*a, *a]\n`,
  'merges of merges': () =>
    `${head}${Array.from({ length: 60 }, (_, level) => `  m${level}: &m${level} ${level === 0 ? '{a: 1}' : `{<<: [*m${level - 1}, *m${level - 1}], k${level}: 1}`}\n`).join('')}`,
  'many anchors and aliases': () => `${head}  a: [${'&x 1, *x, '.repeat(8_500)}]\n`,
  'one long text': () => `${head}  a: "${'x'.repeat(full)}"\n`,
  'long texts': () => `${head}  a:\n${`  - "${'x\\n'.repeat(340_000)}"\n`.repeat(10)}`,
  'wrong escapes': () => `${head}  a: "${'\\u'.repeat(500_000)}`,
  'one long line of spaces': () => `a:${' '.repeat(full)}`,
  'lines of spaces': () => filled('   \n'),
  'line ends': () => filled('\n'),
  comments: () => filled('# x\n'),
  documents: () => filled('---\n'),
  'documents with something in them': () => '--- 1\n'.repeat(4_900),
  'many fields': () => head + Array.from({ length: 12_000 }, (_, index) => `  f${index}: 1\n`).join(''),
  'one field again and again': () => head + '  docker: {}\n'.repeat(12_000),
  'many near names': () =>
    head + Array.from({ length: 12_000 }, (_, index) => `  kuberneteVersion${index}: 1\n`).join(''),
  'many subnets': () =>
    `${head}  cloudProvider: aws\n  networkCIDR: 10.0.0.0/8\n  subnets:\n${Array.from({ length: 2_400 }, (_, index) => `  - {name: s${index}, cidr: 10.${index >> 8}.${index & 255}.0/24, type: private, zone: a}\n`).join('')}`,
  'many instance groups': () =>
    Array.from(
      { length: 1_700 },
      (_, index) =>
        `apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata: {name: g${index}, labels: {kops.k8s.io/cluster: c.example.com}}\nspec: {role: Master}\n---\n`,
    ).join('') + head,
  'a list of many objects': () =>
    JSON.stringify(
      Array.from({ length: 2_500 }, (_, index) => ({
        apiVersion: 'kops.k8s.io/v1alpha2',
        kind: 'InstanceGroup',
        metadata: { name: `g${index}` },
        spec: { role: 'node' },
      })),
    ),
  quotes: () => filled('"'),
  'percent signs': () => filled('%'),
  zeros: () => filled('\u0000'),
  tabs: () => filled('\t'),
  colons: () => filled(': '),
  tags: () => '- !a 1\n'.repeat(12_000),
  'tags of nothing': () => filled('!a '),
  anchors: () => filled('&a '),
  stars: () => filled('*a '),
  'aliases of nothing': () => '- *a\n'.repeat(19_000),
  'closed brackets': () => ']\n'.repeat(49_000),
  mistakes: () => 'a: b: c\n'.repeat(8_000),
  'quoted texts behind each other': () => '"a" '.repeat(30_000),
  'block texts without an end': () => filled('|\n '),
  'bytes at random': () => Buffer.from(Array.from(atRandom(1, 3_000_000, 256))).toString('utf8'),
  'signs of YAML at random': () => fromSigns(atRandom(2, 250_000, signs.length)),
  'signs of YAML at random, with what opens closed again': () =>
    fromSigns(atRandom(3, 150_000, signs.length), '\n---\n'),
  'more than ten MiB': () => 'a'.repeat(maxManifestBytes + 1),
};
