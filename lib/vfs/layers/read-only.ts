import type { Driver, Layer } from '../driver.ts';
import { VfsError } from '../errors.ts';
import { aroundCalls } from './around.ts';

const readingOperations: ReadonlySet<string> = new Set([
  'stat',
  'read',
  'list',
  'listParts',
  'listVersions',
  'readVersion',
  'bucketSettings',
]);

/**
 * Refuses everything that would change the store, with `PermissionDenied` and before any request. Verifiers and dry
 * runs hold this.
 */
export const readOnly: Layer = (inner: Driver) =>
  aroundCalls(inner, async (call, run) => {
    if (!readingOperations.has(call.operation)) {
      const target = `${call.url}/${call.key}`;
      throw new VfsError({
        code: 'PermissionDenied',
        operation: call.operation,
        target,
        reason: 'this store was opened read-only',
      });
    }
    return run(call.signal);
  });
