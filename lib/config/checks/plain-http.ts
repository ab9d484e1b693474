import { parseStoreUrl } from '../../vfs/store-url.ts';
import type { Draft, DraftStore } from '../draft.ts';
import type { Finding } from '../finding.ts';

/** Addresses that are reached without encryption, other than on this machine. */
export function warnOfPlainHttp({ stores }: Draft): readonly Finding[] {
  return [...stores.values()].flatMap(({ path, definition }) =>
    addressesOf(definition)
      .filter(({ url }) => url.startsWith('http://') && !isLoopback(new URL(url).hostname))
      .map(({ field }) => ({
        path: [...path, ...field],
        message:
          'everything that goes to this endpoint, keys and secrets too, can be read on the way; use https:// where it is served',
      })),
  );
}

interface Address {
  readonly field: readonly string[];
  readonly url: string;
}

function addressesOf({ url, endpoint, credentials }: DraftStore['definition']): readonly Address[] {
  const { scheme, root, query } = parseStoreUrl(url);
  const server = scheme === 'vault' && query === 'tls=false' ? `http://${root.split('/')[0]}` : undefined;
  const keystone = credentials !== undefined && 'authUrl' in credentials ? credentials.authUrl : undefined;
  return [
    ...(endpoint === undefined ? [] : [{ field: ['endpoint'], url: endpoint }]),
    ...(server === undefined ? [] : [{ field: ['url'], url: server }]),
    ...(keystone === undefined ? [] : [{ field: ['credentials', 'authUrl'], url: keystone }]),
  ];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
