import { type ObjectClass, sensitiveClasses } from '../kops/object-class.ts';
import { carriedClasses } from './carried-classes.ts';
import type { DestinationEntry } from './schema.ts';

/** The classes that a destination asks for by name, before `sensitive` takes some away. */
export function selectedClasses({ classes }: DestinationEntry): readonly ObjectClass[] {
  if (classes === undefined) {
    return carriedClasses;
  }
  const named = new Set('include' in classes ? classes.include : classes.exclude);
  return carriedClasses.filter((name) => named.has(name) === 'include' in classes);
}

/** The classes that a destination gets. */
export function destinationClasses(entry: DestinationEntry): readonly ObjectClass[] {
  return selectedClasses(entry).filter((name) => entry.sensitive !== 'exclude' || !sensitiveClasses.has(name));
}

/** The classes that a complete replica has, and one with these classes lacks. A cluster cannot be restored or promoted without them. */
export function missingClasses(classes: Iterable<ObjectClass>): readonly ObjectClass[] {
  const present = new Set(classes);
  return carriedClasses.filter((name) => sensitiveClasses.has(name) && !present.has(name));
}
