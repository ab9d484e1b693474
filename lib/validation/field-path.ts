/** One step into an object: a field's name, an index of a list, or a key of a map. */
export type Segment = string | number | { readonly key: string };

/** The way to a field, from the root of its document. */
export type FieldPath = readonly Segment[];

/**
 * The path as kOps prints it: `spec.etcdClusters[0].name`, and `spec.cloudLabels[Owner]` for a key of a map
 * (k8s.io/apimachinery, `field.Path.String`).
 */
export function formatPath(path: FieldPath): string {
  return path.map((segment, index) => formatSegment(segment, index === 0)).join('');
}

function formatSegment(segment: Segment, first: boolean): string {
  if (typeof segment === 'number') {
    return `[${segment}]`;
  }
  if (typeof segment === 'object') {
    return `[${segment.key}]`;
  }
  return first ? segment : `.${segment}`;
}

/** The property by which a step is taken in plain data. */
export function propertyOf(segment: Segment): string | number {
  return typeof segment === 'object' ? segment.key : segment;
}
