import { VfsError } from '../errors.ts';
import type { Attempt } from './errors.ts';

/** Prefix of what the driver itself keeps in a bucket. Listings of anything else leave it out. */
export const ownPrefix = '.statesync/';

/** Where the JSON API lies at an endpoint. */
export const api = '/storage/v1';

/** An object as paths below the API name it. Throws `InvalidArgument` for a name that no object can have. */
export function objectPart(bucket: string, name: string, { operation, target }: Attempt): string {
  const reason = whyNotName(name);
  if (reason !== undefined) {
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  return `/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
}

/** Why no object can have this name ("About Cloud Storage objects", object naming); undefined when one can. */
function whyNotName(name: string): string | undefined {
  if (/[\r\n]/.test(name)) {
    return 'an object in Google Cloud Storage has no line feed and no carriage return in its name';
  }
  if (name === '.' || name === '..') {
    return `an object in Google Cloud Storage is never named "${name}"`;
  }
  return name.startsWith('.well-known/acme-challenge/')
    ? 'no object in Google Cloud Storage has a name that begins with .well-known/acme-challenge/'
    : undefined;
}
