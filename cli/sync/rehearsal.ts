import { compose, type Layer } from '../../lib/vfs/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { Revision, Written } from '../../lib/vfs/types.ts';

const pretended: Written = { revision: 'rehearsed' as Revision, checksums: {} };

/**
 * A destination that answers to every change as if it had happened, and changes nothing: with it, a reconcile tells what it would do, by the very
 * code that would do it.
 */
export function rehearse(destination: Store): Store {
  return new Store(compose(destination.driver, pretend));
}

/** Objects are never sent in parts here, so that no content of a large one is read. */
const pretend: Layer = (inner) => ({
  url: inner.url,
  capabilities: {
    ...inner.capabilities,
    copy: false,
    multipart: false,
    maxWriteSize: inner.capabilities.maxObjectSize,
  },
  inner,
  stat: (key, options) => inner.stat(key, options),
  read: (key, options) => inner.read(key, options),
  listPage: (options) => inner.listPage(options),
  write: async () => pretended,
  delete: async () => {},
  ...(inner.versions && {
    versions: {
      listVersions: inner.versions.listVersions.bind(inner.versions),
      readVersion: inner.versions.readVersion.bind(inner.versions),
      deleteVersion: async () => {},
    },
  }),
});
