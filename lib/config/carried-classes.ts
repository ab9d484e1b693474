import { neverCarriedClasses, type ObjectClass, objectClasses } from '../kops/object-class.ts';

/** The classes that a route can carry: all but those that no route does. In the order of `objectClasses`. */
export const carriedClasses: readonly ObjectClass[] = objectClasses.filter((name) => !neverCarriedClasses.has(name));
