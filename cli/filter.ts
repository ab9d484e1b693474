import { matchesGlob } from '../lib/config/glob.ts';
import type { KeyInfo } from '../lib/kops/layout.ts';
import { type ObjectClass, objectClasses } from '../lib/kops/object-class.ts';
import { usageError } from './exit-codes.ts';

/** The options by which a command looks at some objects only. */
export interface FilterOptions {
  readonly class?: readonly ObjectClass[];
  readonly excludeClass?: readonly ObjectClass[];
  readonly cluster?: readonly string[];
}

/** Which objects a command is about. */
export interface Filter {
  readonly classes: ReadonlySet<ObjectClass>;
  /** Globs of clusters. An object of no cluster is meant only by a lone `*`, as in routes. */
  readonly clusters: readonly string[];
}

/** Makes a filter of the options. Throws a usage error for `--class` together with `--exclude-class`. */
export function createFilter({ class: only, excludeClass, cluster }: FilterOptions): Filter {
  if (only !== undefined && excludeClass !== undefined) {
    throw usageError('--class and --exclude-class exclude each other: name the classes to take, or those to leave out');
  }
  const classes = objectClasses.filter((name) => only?.includes(name) ?? excludeClass?.includes(name) !== true);
  return { classes: new Set(classes), clusters: cluster ?? ['*'] };
}

/** Whether a filter means an object. The project's own objects are never meant. */
export function isMeant({ classes, clusters }: Filter, { class: objectClass, cluster }: KeyInfo): boolean {
  return (
    objectClass !== undefined &&
    classes.has(objectClass) &&
    clusters.some((glob) => glob === '*' || (cluster !== undefined && matchesGlob(glob, cluster)))
  );
}
