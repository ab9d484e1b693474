import type { Store } from '../../lib/vfs/store.ts';
import type { ObjectKey } from '../../lib/vfs/types.ts';

/** A store that can only be listed, directory by directory, and notes in `listed` what is asked. */
export function listing(
  keys: readonly string[],
  listed: string[],
  { pageSize = 1000, failAt }: { readonly pageSize?: number; readonly failAt?: string } = {},
): Pick<Store, 'listPage'> {
  return {
    listPage: async (prefix, { delimiter, pageToken = '0' } = {}) => {
      if (delimiter === undefined) {
        throw new Error('the whole tree was asked for');
      }
      listed.push(prefix);
      if (prefix === failAt) {
        throw new Error('the listing was cut short');
      }
      const rests = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      const children = [...new Set(rests.map((rest) => rest.replace(/\/.*/, '/')))].toSorted();
      const start = Number(pageToken);
      const page = children.slice(start, start + pageSize);
      return {
        entries: page
          .filter((name) => !name.endsWith('/'))
          .map((name) => ({ key: `${prefix}${name}` as ObjectKey, size: 1 })),
        prefixes: page.filter((name) => name.endsWith('/')).map((name) => `${prefix}${name}`),
        markers: [],
        ...(start + pageSize < children.length && { nextPageToken: String(start + pageSize) }),
      };
    },
  };
}
