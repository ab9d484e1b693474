import type { ChecksumSet } from '../types.ts';
import type { ObjectResource } from './object-resource.ts';

/** An object that is to be made of a source. */
export interface NewObject {
  /** Its name, and what it is given beside its content. */
  readonly resource: ObjectResource & { readonly name: string };
  /** The condition under which it is made. */
  readonly query: Readonly<Record<string, string>>;
}

/** What was made, and the digests of what was sent for it. */
export interface Uploaded {
  readonly resource: ObjectResource;
  readonly sent: ChecksumSet;
}
