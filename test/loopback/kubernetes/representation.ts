import type { Page } from './listing.ts';
import type { Secret } from './objects.ts';
import { StatusError } from './status.ts';

/** How the client wants objects: whole, or their metadata alone ("Kubernetes API Concepts", metadata-only fetches). */
export type Representation = 'whole' | 'metadata';

/** Reads the Accept header. Throws 406 where nothing that it names can be served. */
export function representationOf(accept = '*/*'): Representation {
  for (const wanted of accept.split(',').map((one) => one.trim().split(';'))) {
    const [type = '', ...parameters] = wanted.map((part) => part.trim());
    const as = parameters.find((part) => part.startsWith('as='));
    if (type === 'application/json' && /^as=PartialObjectMetadata(List)?$/.test(as ?? '')) {
      return 'metadata';
    }
    if (['application/json', '*/*'].includes(type) && as === undefined && !parameters.includes('stream=watch')) {
      return 'whole';
    }
  }
  throw new StatusError(406, 'NotAcceptable', '406: Not Acceptable');
}

export function represent(secret: Secret, as: Representation): object {
  return as === 'whole' ? secret : partial(secret);
}

/** A list of nothing is null where it is of metadata, and empty where it is of objects, as API servers of 1.34 have it. */
export function representPage({ secrets, resourceVersion, continue: token }: Page, as: Representation): object {
  const metadata = { resourceVersion, ...(token === undefined ? {} : { continue: token }) };
  if (as === 'whole') {
    return { kind: 'SecretList', apiVersion: 'v1', metadata, items: secrets };
  }
  const items = secrets.length === 0 ? null : secrets.map(partial);
  return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items };
}

function partial({ metadata }: Secret): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
