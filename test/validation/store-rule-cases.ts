import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterReferences } from '../../lib/kops/cluster-references.ts';
import { readManifest } from '../../lib/validation/manifest/read-manifest.ts';
import { groupObjects, kopsObjectOf } from '../../lib/validation/objects.ts';
import type { OtherCluster, StoredFile, StoreRule, StoreSubject } from '../../lib/validation/rule.ts';
import { findingsOfStore } from '../../lib/validation/store/findings-of-store.ts';
import { keysOfManifests, keysOfTexts } from '../../lib/validation/store/rule-inputs.ts';
import { parseVersion } from '../../lib/validation/versions.ts';

/**
 * A case of a rule of stores: a folder with the files of a cluster, beside those of every cluster, and `expected.txt`. Each line of that is
 * a finding, `key: message`, or begins with `#` and changes what is looked at:
 *
 * - `# now TIME`, `# store URL`, `# prefix PREFIX`, `# kops VERSION`
 * - `# applied`: the `config` was applied as it is, unless the folder has a `cluster-completed.spec`
 * - `# file KEY SIZE [TIME]`: a file that is in the listing only; `# time KEY TIME`: when a file was written
 * - `# other NAME FIELD URL`: another cluster that names a place
 *
 * Files are written at 2026-03-01T12:00:00Z, and looked at ten minutes later.
 */
export interface StoreCase {
  readonly name: string;
  readonly expected: readonly string[];
  readonly subject: StoreSubject;
}

const root = join(import.meta.dirname, 'store-rules');
const written = '2026-03-01T12:00:00Z';

const config = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: c.example.com
spec:
  etcdClusters:
  - name: main
    etcdMembers:
    - instanceGroup: control-plane-a
      name: a
`;

/** The folders of cases, which are named like the rules. */
export const storeCaseFolders: readonly string[] = readdirSync(root);

/** The cases of one rule. */
export function storeCasesOf(rule: string): readonly StoreCase[] {
  return readdirSync(join(root, rule)).map((name) => {
    const folder = join(root, rule, name);
    const lines = readFileSync(join(folder, 'expected.txt'), 'utf8').split('\n').filter(Boolean);
    const keys = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'expected.txt')
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    const texts = new Map(keys.map((key) => [key, readFileSync(join(folder, key), 'utf8')]));
    const directives = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2).split(' '));
    return { name, expected: lines.filter((line) => !line.startsWith('# ')), subject: subjectOf(texts, directives) };
  });
}

/** A cluster of the files given, as the directives say. */
export function subjectOf(
  given: ReadonlyMap<string, string>,
  directives: readonly (readonly string[])[] = [],
): StoreSubject {
  const texts = new Map([['config', config], ...given]);
  const last = (name: string): string | undefined => directives.findLast(([first]) => first === name)?.[1];
  const isApplied = directives.some(([first]) => first === 'applied');
  if (isApplied && !texts.has('cluster-completed.spec')) {
    texts.set('cluster-completed.spec', texts.get('config') ?? '');
  }
  const files = listingOf(texts, directives);
  const version = last('kops');
  const read = keysOfTexts(files);
  const objects = [...texts].flatMap(([key, text]) =>
    key === 'config' || key.startsWith('instancegroup/') ? objectsOf(text, key) : [],
  );
  const [set] = groupObjects(objects, 'c.example.com/config').clusters;
  const [applied] = objectsOf(texts.get('cluster-completed.spec') ?? '', 'cluster-completed.spec');
  if (set === undefined) {
    throw new Error('the case has no cluster');
  }
  return {
    ...set,
    ...(applied === undefined ? {} : { applied }),
    completed: false,
    kopsVersion: version === undefined ? undefined : parseVersion(version),
    storeUrl: last('store') ?? 's3://state',
    prefix: last('prefix') ?? 'c.example.com/',
    files,
    texts: new Map([...texts].filter(([key]) => [...read, ...keysOfManifests(files, texts)].includes(key))),
    others: othersOf(directives),
    now: new Date(last('now') ?? '2026-03-01T12:10:00Z'),
  };
}

/** What a rule finds, line by line. */
export function foundInStore(rule: StoreRule, subject: StoreSubject): readonly string[] {
  return findingsOfStore(subject, [rule]).map(
    ({ file, range, message }) =>
      `${file.slice(subject.prefix.length)}${range.start.line === 1 ? '' : `:${range.start.line}`}: ${message}`,
  );
}

function listingOf(
  texts: ReadonlyMap<string, string>,
  directives: readonly (readonly string[])[],
): ReadonlyMap<string, StoredFile> {
  const files = [...texts].map(([key, text]) => [key, { size: text.length, modifiedAt: new Date(written) }] as const);
  const more = directives
    .filter(([first]) => first === 'file')
    .map(([, key = '', size, time]) => [key, { size: Number(size), modifiedAt: new Date(time ?? written) }] as const);
  const listing = new Map<string, StoredFile>([...files, ...more]);
  for (const [, key = '', time = ''] of directives.filter(([first]) => first === 'time')) {
    listing.set(key, { size: listing.get(key)?.size ?? 0, modifiedAt: time === '' ? undefined : new Date(time) });
  }
  return new Map([...listing].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function othersOf(directives: readonly (readonly string[])[]): readonly OtherCluster[] {
  return directives
    .filter(([first]) => first === 'other')
    .map(([, name = '', field = '', url = '']) => {
      const result = clusterReferences(`kind: Cluster\nspec:\n  ${field}: ${url}\n`);
      return {
        name,
        stores:
          result.kind === 'references'
            ? [result.configBase, ...result.others].filter((store) => store !== undefined)
            : [],
      };
    });
}

function objectsOf(text: string, key: string): ReturnType<typeof groupObjects>['clusters'][number]['cluster'][] {
  return readManifest(text, `c.example.com/${key}`)
    .documents.map(kopsObjectOf)
    .filter((object) => object !== undefined);
}
