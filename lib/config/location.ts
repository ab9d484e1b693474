import { resolve } from 'node:path';
import type { StoreDefinition } from '../vfs/store-definition.ts';
import { parseStoreUrl } from '../vfs/store-url.ts';
import { didYouMean } from './nearest.ts';
import type { ResolvedConfig } from './resolved.ts';
import { storeNamed } from './routes.ts';
import { coverSecrets } from './secret-mask.ts';

/** What FROM or TO of a command means. */
export interface Location {
  readonly definition: StoreDefinition;
  /** What is meant inside the store, mostly a cluster's name; empty for all of it. Without slashes at its ends. */
  readonly prefix: string;
  /** The store's name in the configuration; undefined for a URL or a directory. */
  readonly name: string | undefined;
}

/**
 * Reads FROM or TO of a command: a URL, a directory that begins with `.` or `/`, a store's name, or `NAME/CLUSTER`.
 *
 * A URL is opened with what the environment says, even if the configuration has a store at that very place.
 */
export function resolveLocation(
  text: string,
  config?: ResolvedConfig,
): { readonly ok: true; readonly location: Location } | { readonly ok: false; readonly reason: string } {
  if (text.includes('://')) {
    return urlLocation(text);
  }
  if (/^\.{0,2}\/|^\.{1,2}$/.test(text)) {
    return { ok: true, location: { definition: { url: `file://${resolve(text)}` }, prefix: '', name: undefined } };
  }
  const [name = '', ...rest] = text.split('/');
  const store = config === undefined ? undefined : storeNamed(config, name);
  if (store === undefined) {
    return { ok: false, reason: unknownName(text, name, config) };
  }
  const prefix = rest.join('/').replace(/\/$/, '');
  return rest.length > 0 && prefix !== '' && prefix.split('/').some((part) => ['', '.', '..'].includes(part))
    ? { ok: false, reason: `${JSON.stringify(text)} has an empty, "." or ".." part; write STORE or STORE/CLUSTER` }
    : { ok: true, location: { definition: store.definition, prefix, name } };
}

function urlLocation(url: string): ReturnType<typeof resolveLocation> {
  try {
    parseStoreUrl(url);
    return { ok: true, location: { definition: { url }, prefix: '', name: undefined } };
  } catch (error) {
    return { ok: false, reason: coverSecrets(error instanceof Error ? error.message : String(error)) };
  }
}

function unknownName(text: string, name: string, config: ResolvedConfig | undefined): string {
  const names = Object.keys(config?.stores ?? {});
  const stores = names.length === 0 ? 'no configuration file names any store' : `the stores are ${names.join(', ')}`;
  const suggestion = didYouMean(name, names);
  return `there is no store ${JSON.stringify(name)}${suggestion === '' ? `; ${stores}` : suggestion}; a URL has a scheme (s3://bucket), a directory begins with ./ or / (./${text})`;
}
