import { createHash } from 'node:crypto';

/** The domain of all labels, annotations and types that are ours. */
const domain = 'kops-statesync.io';

/** The label of every Secret that is an object of a store; what does not have it is never touched. */
const objectLabel = `${domain}/object`;

/** The labels that hold the directories of a key, from the outermost on. Deeper ones share the label of the last. */
const directoryLabels = [1, 2, 3, 4, 5, 6].map((depth) => `${domain}/directory-${depth}`);

/** The type of the Secrets: nothing in Kubernetes acts on one of its own. It can never change. */
export const secretType = `${domain}/object`;

export const annotationNames = {
  /** The key as it is. */
  key: `${domain}/key`,
  /** Size and digests of the content that was written with them, as JSON. */
  content: `${domain}/content`,
  /** Content headers and user metadata, as JSON; absent where there are none. */
  about: `${domain}/about`,
} as const;

/**
 * The name of the Secret of a key. A digest, since a key may hold any character and a name is a DNS subdomain (RFC 1123); two keys never
 * share one.
 */
export function secretName(key: string): string {
  return `statesync-${createHash('sha256').update(key).digest('hex')}`;
}

/** The labels of the Secret of a key: that it is an object, and in which directories it lies. */
export function labelsOf(key: string): Readonly<Record<string, string>> {
  return Object.fromEntries([[objectLabel, 'true'], ...directoriesOf(key)]);
}

/**
 * The label selector of a listing: it finds every key that begins with the prefix, and as few others as labels can tell apart. Whoever lists
 * looks at the keys as well.
 */
export function selectorFor(prefix: string): string {
  const innermost = directoriesOf(prefix).at(-1);
  return [[objectLabel, 'true'], ...(innermost === undefined ? [] : [innermost])]
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/**
 * A label for each directory that a text names to its end. Values are digests, because a label value has at most 63 characters of a small
 * alphabet.
 */
function directoriesOf(text: string): readonly (readonly [label: string, value: string])[] {
  const ends = [...text.matchAll(/\//g)].map(({ index }) => index + 1);
  return directoryLabels.slice(0, ends.length).map((label, depth) => {
    const directory = text.slice(0, ends[depth]);
    return [label, createHash('sha256').update(directory).digest('hex').slice(0, 32)] as const;
  });
}
