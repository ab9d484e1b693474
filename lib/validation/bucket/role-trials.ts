import { classify } from '../../kops/layout.ts';
import type { BucketSettings } from '../../vfs/bucket-settings.ts';
import { isVfsError, type VfsError } from '../../vfs/errors.ts';
import { s3Schemes } from '../../vfs/schemes.ts';
import type { Store } from '../../vfs/store.ts';
import { parseStoreUrl } from '../../vfs/store-url.ts';
import type { ObjectEntry } from '../../vfs/types.ts';
import type { StoreAction } from './role-needs.ts';

/** What came of trying an action. */
export type Tried = { readonly action: StoreAction } & (
  | { readonly outcome: 'allowed' }
  /** Denied at this key, or for the store as a whole; `alsoOf` are classes of which another object was denied. */
  | { readonly outcome: 'denied'; readonly reason: string; readonly key?: string; readonly alsoOf?: readonly string[] }
  /** There was nothing to try it on, or it was not to be tried. */
  | { readonly outcome: 'untried'; readonly reason: string }
);

/** What is known of a store before anything is tried. */
export interface TrialGround {
  readonly store: Store;
  /** What keys begin with that are looked at: empty, or ending in `/`. */
  readonly prefix: string;
  readonly settings: BucketSettings | undefined;
  readonly signal: AbortSignal;
}

/** A listing, or why there is none. */
export type ListedStore = { readonly files: ReadonlyMap<string, ObjectEntry> } | { readonly denied: VfsError };

/** Lists what is to be looked at. Rejects with `VfsError` unless the listing is merely denied. */
export async function listFiles({ store, prefix, signal }: TrialGround): Promise<ListedStore> {
  const files = new Map<string, ObjectEntry>();
  try {
    for await (const entry of store.list(prefix, { signal })) {
      files.set(entry.key, entry);
    }
    return { files };
  } catch (error) {
    return { denied: deniedOr(error) };
  }
}

/** Tries what only reads. Rejects with `VfsError` where a store fails otherwise than by denying. */
export async function tryReading(ground: TrialGround, listed: ListedStore): Promise<readonly Tried[]> {
  const sample = 'files' in listed ? smallestOfEachClass(listed.files) : [];
  const listing: Tried =
    'files' in listed
      ? { action: 's3:ListBucket', outcome: 'allowed' }
      : { action: 's3:ListBucket', outcome: 'denied', reason: listed.denied.reason };
  const encryption = tryEncryption(ground);
  return [
    listing,
    await tryObjects(ground, sample),
    ...(await tryVersions(ground, sample[0])),
    ...(encryption === undefined ? [] : [encryption]),
  ];
}

/** One file of each class: who may read one of a class may read all, unless a policy is stranger than most. */
function smallestOfEachClass(files: ReadonlyMap<string, ObjectEntry>): readonly string[] {
  const smallest = new Map<string, readonly [key: string, size: number]>();
  for (const [key, { size }] of files) {
    const known = smallest.get(classOf(key));
    if (known === undefined || size < known[1]) {
      smallest.set(classOf(key), [key, size]);
    }
  }
  return [...smallest.values()].map(([key]) => key);
}

function classOf(key: string): string {
  return classify(key).class ?? "the project's own";
}

async function tryObjects({ store, signal }: TrialGround, keys: readonly string[]): Promise<Tried> {
  const action = 's3:GetObject';
  const denied: { readonly key: string; readonly error: VfsError }[] = [];
  for (const key of keys) {
    const error = await denialOf(async () => {
      const { body } = await store.read(key, { signal });
      await body.cancel();
    });
    denied.push(...(error === undefined ? [] : [{ key, error }]));
  }
  const [first, ...others] = denied;
  if (first === undefined) {
    return keys.length === 0
      ? { action, outcome: 'untried', reason: 'no object is known that could be read' }
      : { action, outcome: 'allowed' };
  }
  const alsoOf = others.map(({ key }) => classOf(key));
  return { action, outcome: 'denied', reason: first.error.reason, key: first.key, alsoOf };
}

/** A history is listed below one key, or where nothing of kOps's is, and one version of it is read. */
async function tryVersions({ store, signal }: TrialGround, key = '.statesync/'): Promise<readonly Tried[]> {
  if (!store.capabilities.versions) {
    return [];
  }
  let version: Parameters<Store['versions']['read']>[1] | undefined;
  const listing = await denialOf(async () => {
    for await (const found of store.versions.list(key, signal)) {
      version = found.key === key && found.kind === 'content' ? found.versionId : undefined;
      break;
    }
  });
  const listed: Tried = triedOf('s3:ListBucketVersions', listing);
  const id = version;
  if (id === undefined || id === 'null') {
    return [listed]; // No history, none of which anything could be read.
  }
  const reading = await denialOf(async () => {
    const { body } = await store.versions.read(key, id, signal);
    await body.cancel();
  });
  return [listed, triedOf('s3:GetObjectVersion', reading, key)];
}

/** The settings were asked for already. Elsewhere than on S3 nobody asks for this before writing. */
function tryEncryption({ store, settings }: TrialGround): Tried | undefined {
  if (!s3Schemes.has(parseStoreUrl(store.url).scheme) || settings === undefined) {
    return undefined;
  }
  const { encryption } = settings;
  const action = 's3:GetEncryptionConfiguration';
  return encryption.kind === 'unknown' && encryption.because === 'denied'
    ? { action, outcome: 'denied', reason: encryption.reason }
    : { action, outcome: 'allowed' };
}

/** How an attempt ended that was denied, or not. */
export function triedOf(action: StoreAction, denial: VfsError | undefined, key?: string): Tried {
  return denial === undefined
    ? { action, outcome: 'allowed' }
    : { action, outcome: 'denied', reason: denial.reason, ...(key === undefined ? {} : { key }) };
}

/** The denial of what was tried; undefined where it was allowed, or there was nothing there any more. Any other failure is thrown. */
export async function denialOf(attempt: () => Promise<void>): Promise<VfsError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return isVfsError(error, 'NotFound') ? undefined : deniedOr(error);
  }
}

function deniedOr(error: unknown): VfsError {
  if (isVfsError(error, 'PermissionDenied')) {
    return error;
  }
  throw error;
}
