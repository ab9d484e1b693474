import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { resolveLocation } from '../../lib/config/location.ts';
import { discoverClusters } from '../../lib/kops/clusters.ts';
import { maxManifestBytes } from '../../lib/validation/manifest/refusals.ts';
import type { ManifestFile } from '../../lib/validation/validate-manifests.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { CommandContext } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { plural } from '../output/text.ts';

/** What is to be looked at, told apart. */
export interface Places {
  readonly manifests: readonly ManifestFile[];
  /** URLs, directories of clusters, and stores of the configuration, as they were written. */
  readonly stores: readonly string[];
}

/**
 * Tells manifests from stores: a file is a manifest, and so is every file of a directory that holds no cluster as kOps lays it out; any other
 * directory is a store, as everywhere else. Throws a usage error for what is not there.
 */
export async function sortPlaces(context: CommandContext, places: readonly string[]): Promise<Places> {
  const sorted = await Promise.all(
    places.map(async (place) => ({ place, manifests: await manifestsAt(context, place) })),
  );
  return {
    manifests: sorted.flatMap(({ manifests = [] }) => manifests),
    stores: sorted.filter(({ manifests }) => manifests === undefined).map(({ place }) => place),
  };
}

/** The manifests that a place means; undefined where it is a store. */
async function manifestsAt(context: CommandContext, place: string): Promise<readonly ManifestFile[] | undefined> {
  const { io } = context;
  if (place === '-') {
    return [{ file: '<stdin>', text: await readPiped(io.stdin) }];
  }
  if (place.includes('://')) {
    return undefined;
  }
  const path = resolve(io.cwd, place);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) {
    return [await readManifestFile(place, path)];
  }
  const isNamed = !/^[./]/.test(place) && resolveLocation(place, (await context.config())?.resolved).ok;
  if (isNamed) {
    return undefined;
  }
  if (found === undefined) {
    throw usageError(`there is no file or directory ${place}, and no store of the configuration is called so`);
  }
  return found.isDirectory() ? manifestsBelow(context, place, path) : undefined;
}

/** Every manifest of a directory; undefined where it holds clusters, or no manifest. */
async function manifestsBelow(
  context: CommandContext,
  place: string,
  path: string,
): Promise<readonly ManifestFile[] | undefined> {
  const { signal } = context.io;
  const store = await context.open({ url: `file://${path}` }, { readOnly: true });
  const names = (await holdsClusters(store, signal)) ? [] : await namesBelow(path);
  if (names.length === 0) {
    return undefined;
  }
  await context.note(
    `${place} holds no cluster as a state store does; taken as manifests: ${plural(names.length, 'file')} (*.yaml, *.yml, *.json)`,
  );
  const files: ManifestFile[] = [];
  for (const name of names) {
    files.push(await readManifestFile(join(place, name), join(path, name)));
  }
  return files;
}

/** Whether a directory is a cluster, or holds some, those among them that have lost their `config`. */
async function holdsClusters(store: Store, signal: AbortSignal): Promise<boolean> {
  let lost = 0;
  for await (const _ of discoverClusters(store, { signal, onLost: () => (lost += 1) })) {
    return true;
  }
  return lost > 0 || (await store.find('config', { signal })) !== undefined;
}

/** Paths below a directory, in order. What begins with a dot, as `.git` does, and packages are left out. */
async function namesBelow(path: string, below = ''): Promise<readonly string[]> {
  const entries = await readdir(join(path, below), { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = join(below, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') {
      continue;
    }
    if (entry.isDirectory()) {
      names.push(...(await namesBelow(path, name)));
    } else if (entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name)) {
      names.push(name);
    }
  }
  return names;
}

/** In place of a file that is too large, which is refused by its size without being read. */
const tooLarge = ' '.repeat(maxManifestBytes + 1);

async function readManifestFile(file: string, path: string): Promise<ManifestFile> {
  const { size } = await stat(path);
  return { file, text: size > maxManifestBytes ? tooLarge : await readFile(path, 'utf8') };
}

async function readPiped(stdin: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin ?? []) {
    size += chunk.byteLength;
    chunks.push(chunk);
    if (size > maxManifestBytes) {
      return tooLarge;
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}
