import type { Driver } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { lowerBound, startOf, takePage, walkKeys } from '../../lib/vfs/listing.ts';
import { memoryCapabilities } from '../../lib/vfs/memory/capabilities.ts';
import type { ObjectEntry, ObjectKey } from '../../lib/vfs/types.ts';

/**
 * A driver that lists `count` entries without holding them, and refuses everything but listings.
 *
 * `entryAt(index)` makes an entry; keys must ascend in UTF-8 byte order.
 */
export function createListingDriver(url: string, count: number, entryAt: (index: number) => ObjectEntry): Driver {
  const keys = { length: count, at: (index: number) => (index < count ? entryAt(index).key : undefined) };
  const refuse = (operation: string) => async (key: ObjectKey) => {
    const target = `${url}/${key}`;
    throw new VfsError({ code: 'Unsupported', operation, target, reason: 'a generated listing has no objects' });
  };
  return {
    url,
    capabilities: memoryCapabilities,
    stat: refuse('stat'),
    read: refuse('read'),
    write: refuse('write'),
    delete: refuse('delete'),
    listPage: async (options) => {
      options.signal.throwIfAborted();
      const { items, ...next } = await takePage(walkKeys(keys, options, startOf(options)), options.pageSize ?? 1000);
      const texts = items.filter(({ kind }) => kind === 'key').map(({ text }) => text);
      return {
        entries: texts.map((text) => entryAt(lowerBound(keys, text))),
        prefixes: items.filter(({ kind }) => kind === 'prefix').map(({ text }) => text),
        markers: [],
        ...next,
      };
    },
  };
}
