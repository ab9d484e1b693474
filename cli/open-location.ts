import { basename, dirname, resolve } from 'node:path';
import { type Location, resolveLocation } from '../lib/config/location.ts';
import { classify } from '../lib/kops/layout.ts';
import type { ObjectClass } from '../lib/kops/object-class.ts';
import type { Store } from '../lib/vfs/store.ts';
import type { StoreDefinition } from '../lib/vfs/store-definition.ts';
import { formatStoreUrl, holdsUserInfo, parseStoreUrl, quotedUrl } from '../lib/vfs/store-url.ts';
import type { CommandContext } from './context.ts';
import { exists } from './exists.ts';
import { usageError } from './exit-codes.ts';

/**
 * Reads what a user wrote for a store: a URL, a directory, a store's name, or `NAME/CLUSTER`. Directories become absolute.
 *
 * The configuration is read only where a name may be meant. A path of more than one segment that names no store is one of files where there
 * is such; a single word never is, since a mistyped name would read or write something else. Throws a usage error that says what was expected.
 */
export async function locate(context: CommandContext, text: string): Promise<Location> {
  const absolute = absoluteDirectory(text, context.io.cwd);
  const config = absolute.includes('://') ? undefined : await context.config();
  const result = resolveLocation(absolute, config?.resolved);
  if (result.ok) {
    return result.location;
  }
  const path = resolve(context.io.cwd, text);
  const isThere = text !== '' && !absolute.includes('://') && (await exists(path));
  const here = isThere ? resolveLocation(path) : undefined;
  if (here?.ok !== true) {
    throw usageError(result.reason);
  }
  if (!text.replace(/\/+$/, '').includes('/')) {
    throw usageError(`there is no store ${JSON.stringify(text)}; what has that name here is written ./${text}`);
  }
  return here.location;
}

/** A place inside a store, opened for reading. */
export interface OpenedLocation {
  readonly store: Store;
  /** By which it was opened. */
  readonly definition: StoreDefinition;
  /** What every key of it begins with: empty, or ending in `/`. */
  readonly prefix: string;
  /** What an object is to kOps; undefined for the project's own. */
  readonly classOf: (key: string) => ObjectClass | undefined;
}

/** Opens what `ls` looks into. A place inside a cluster is known for what it is, though the URL begins below the state store. */
export async function openLocation(context: CommandContext, text: string): Promise<OpenedLocation> {
  const { definition, prefix, name } = await locate(context, text);
  const store = await context.open(definition, { readOnly: true });
  const above = name === undefined ? pathAbove(definition.url) : '';
  const classOf = (key: string) => {
    const { class: objectClass } = classify(key);
    return objectClass === 'unknown' ? classify(above + key).class : objectClass;
  };
  return { store, definition, prefix: prefix === '' ? '' : `${prefix}/`, classOf };
}

/** One object, not read yet. */
export interface OpenedObject {
  readonly store: Store;
  readonly key: string;
  /** What the object is by its whole path; undefined for the project's own. */
  readonly class: ObjectClass | undefined;
}

/** Opens the store of one object, as `cat` reads it: `URL/KEY`, a file, or `NAME/KEY`. */
export async function openObject(context: CommandContext, text: string): Promise<OpenedObject> {
  const { definition, prefix, name } = await locate(context, text);
  if (name !== undefined) {
    refuseNoKey(prefix, text);
    return {
      store: await context.open(definition, { readOnly: true }),
      key: prefix,
      class: classify(prefix).class,
    };
  }
  const [url, key] = splitAtKey(definition.url);
  refuseNoKey(key, text);
  const store = await context.open({ url }, { readOnly: true });
  return { store, key, class: classify(pathAbove(definition.url).slice(0, -1)).class };
}

/** The URL of what an object lies in, and its key there: the bucket, the object's own directory, or its own folder in a Vault, which opens no whole mount. */
function splitAtKey(text: string): readonly [url: string, key: string] {
  const { prefix, ...place } = parseStoreUrl(text);
  if (place.scheme === 'file') {
    return [`file://${dirname(place.root)}`, basename(place.root)];
  }
  const cut = place.scheme === 'vault' ? prefix.lastIndexOf('/') + 1 : 0;
  return [formatStoreUrl({ ...place, prefix: prefix.slice(0, cut).replace(/\/$/, '') }), prefix.slice(cut)];
}

/** The whole path of a URL inside its bucket, or of a directory, ending in `/`; empty at the root. */
export function pathAbove(url: string): string {
  const { scheme, root, prefix } = parseStoreUrl(url);
  const path = scheme === 'file' ? root.replace(/^\/+/, '') : prefix;
  return path === '' ? '' : `${path}/`;
}

/**
 * The text, with a directory that it names made absolute, so that nothing depends on the process's own working directory. One with a password stays as it
 * is, to be refused: as a part of a path it would be repeated.
 */
function absoluteDirectory(text: string, cwd: string): string {
  if (text.startsWith('file://') && !holdsUserInfo(text)) {
    return `file://${resolve(cwd, text.slice('file://'.length))}`;
  }
  return /^[./]/.test(text) ? resolve(cwd, text) : text;
}

function refuseNoKey(key: string, text: string): void {
  if (key === '') {
    throw usageError(
      `${quotedUrl(text)} names a whole store; one object is expected, such as ${quotedUrl(text).replace(/\/$/, '')}/KEY`,
    );
  }
}
