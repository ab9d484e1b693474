import { bytesSource, collect } from './body.ts';
import type { Driver } from './driver.ts';
import { isRefusedCondition, isVfsError, type VfsErrorCode } from './errors.ts';
import { parseKey } from './keys.ts';
import type { BodySource, ObjectKey, ReadOptions, Revision, WriteOptions, Written } from './types.ts';
import type { ObjectVersion, VersionPage } from './versions.ts';

/**
 * Failures that say nothing about what the store honours: the probe gives up. The others are an answer, and it is no.
 */
const undecided: readonly VfsErrorCode[] = [
  'PermissionDenied',
  'Unauthenticated',
  'RateLimited',
  'Unavailable',
  'DeadlineExceeded',
  'Aborted',
];

/** Where experiments are made: keys of one scratch prefix of a store, all of which are removed in the end. */
export class ProbeBench {
  readonly driver: Driver;
  readonly signal: AbortSignal;
  /** For tidying up, which goes on where the probe is given up. */
  readonly tidying: AbortSignal = new AbortController().signal;
  readonly #prefix: string;
  readonly #used = new Set<ObjectKey>();

  constructor(driver: Driver, prefix: string, signal: AbortSignal) {
    this.driver = driver;
    this.#prefix = prefix;
    this.signal = signal;
  }

  /** A key of the scratch prefix. */
  key(name: string): ObjectKey {
    const key = parseKey(`${this.#prefix}${name}`);
    this.#used.add(key);
    return key;
  }

  /** Writes text, or any source, without a condition and without metadata unless told. */
  async put(
    key: ObjectKey,
    source: string | BodySource,
    options: Partial<Omit<WriteOptions, 'signal'>> = {},
  ): Promise<Written> {
    const body = typeof source === 'string' ? bytesSource(Buffer.from(source)) : source;
    const { precondition = { kind: 'none' }, headers = {}, metadata = {} } = options;
    return this.driver.write(key, body, { signal: this.signal, precondition, headers, metadata });
  }

  /** Writes twice, and gives the revision that is no more. */
  async putTwice(key: ObjectKey): Promise<{ readonly stale: Revision; readonly current: Revision }> {
    const { revision: stale } = await this.put(key, 'first');
    return { stale, current: (await this.put(key, 'second')).revision };
  }

  /** The text under a key; undefined where it could not be had, or where `unless` said so. */
  async text(key: ObjectKey, options: Omit<ReadOptions, 'signal'> = {}): Promise<string | undefined> {
    const result = await this.driver.read(key, { signal: this.signal, ...options });
    return result && Buffer.from(await collect(result.body, 1024)).toString();
  }

  /** Whether a call is refused because its condition does not hold. */
  async refused(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return false;
    } catch (error) {
      return isRefusedCondition(error) || rethrowUndecided(error);
    }
  }

  /**
   * Removes everything that was made, with its history where there is one that may be listed. What cannot be removed keeps nothing else from being
   * removed; then it rejects with the first failure.
   */
  async clear(): Promise<void> {
    const { driver, tidying: signal } = this;
    const failures: unknown[] = [];
    const keep = (error: unknown) => void failures.push(error);
    for (const key of this.#used) {
      await driver.delete(key, { signal, precondition: { kind: 'none' } }).catch(keep);
    }
    for (const { key, versionId } of (await this.#history().catch(keep)) ?? []) {
      await driver.versions?.deleteVersion(key, versionId, { signal }).catch(keep);
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  /** All versions of what was made; none where they may not be listed. */
  async #history(): Promise<readonly ObjectVersion[]> {
    const { driver, tidying: signal } = this;
    const { versions } = driver.capabilities.versions ? driver : {};
    const found: ObjectVersion[] = [];
    let page: VersionPage | undefined;
    do {
      const next = page?.nextPageToken === undefined ? {} : { pageToken: page.nextPageToken };
      page = await versions?.listVersions({ prefix: this.#prefix, signal, ...next }).catch(undefinedWhenDenied);
      found.push(...(page?.versions ?? []));
    } while (page?.nextPageToken !== undefined);
    return found;
  }
}

/** Undefined, for what may not be done; throws any other failure. */
export function undefinedWhenDenied(error: unknown): undefined {
  if (!isVfsError(error, 'PermissionDenied')) {
    throw error;
  }
}

/** False, for a failure that is an answer; throws the others. */
export function rethrowUndecided(error: unknown): false {
  if (isVfsError(error) && !undecided.includes(error.code)) {
    return false;
  }
  throw error;
}
