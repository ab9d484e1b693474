import { type Clock, systemClock } from '../../flow/clock.ts';
import { compareKeys } from '../keys.ts';
import { lowerBound, type SortedKeys } from '../listing.ts';
import type { Part, Upload } from '../multipart.ts';
import { requirePrecondition } from '../precondition.ts';
import type { Precondition, Revision, VersionId } from '../types.ts';
import { type ObjectContent, StoredObject } from './stored-object.ts';

export interface SpaceOptions {
  /**
   * `unique`: every write has a revision of its own, like a GCS generation. `content`: it follows from the content and comes back with it, like an
   * S3 ETag.
   * @default 'unique'
   */
  readonly revisions?: 'unique' | 'content';
  /** Keeps overwritten and deleted content. @default false */
  readonly versions?: boolean;
  /** Stamps what is stored. @default systemClock */
  readonly clock?: Clock;
}

/** The marker of a deletion in the history of a key. */
export interface Deletion {
  readonly kind: 'deletion';
  readonly versionId: VersionId;
  readonly modifiedAt: Date;
}

export type StoredVersion = StoredObject | Deletion;

/** An upload under way. */
export interface StoredUpload extends Upload {
  readonly content: Omit<ObjectContent, 'bytes'>;
  readonly parts: Map<number, { readonly part: Part; readonly bytes: Uint8Array }>;
}

/** A call, for the message of its failure. */
export interface Call {
  readonly operation: string;
  readonly target: string;
}

/** What a memory store holds. Several drivers may share one space, as several clients share a bucket. */
export class MemorySpace {
  /** Whether overwritten and deleted content is kept. */
  readonly versioned: boolean;
  readonly uploads = new Map<string, StoredUpload>();
  readonly #contentRevisions: boolean;
  readonly #clock: Clock;
  /** Newest first; a single object where no versions are kept. */
  readonly #histories = new Map<string, readonly StoredVersion[]>();
  readonly #keys: string[] = [];
  #sequence = 0;

  constructor({ revisions = 'unique', versions = false, clock = systemClock }: SpaceOptions = {}) {
    this.#contentRevisions = revisions === 'content';
    this.versioned = versions;
    this.#clock = clock;
  }

  /** The keys that hold an object, in UTF-8 byte order. Raw: a key put here need not be an `ObjectKey`. */
  get keys(): SortedKeys {
    return this.#keys;
  }

  find(key: string): StoredObject | undefined {
    const newest = this.#histories.get(key)?.[0];
    return newest?.kind === 'content' ? newest : undefined;
  }

  /** All versions of a key, newest first. */
  history(key: string): readonly StoredVersion[] {
    return this.#histories.get(key) ?? [];
  }

  /** The keys with a history that begin with `prefix`, in UTF-8 byte order. */
  keysWithHistory(prefix: string): readonly string[] {
    return [...this.#histories.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
  }

  /** Stores content if the precondition holds, in one step. */
  put(key: string, content: ObjectContent, precondition: Precondition, call: Call): StoredObject {
    requirePrecondition(precondition, this.find(key)?.revision, call);
    const sequence = this.next();
    const stored = new StoredObject(content, {
      modifiedAt: new Date(this.#clock.now()),
      ...(this.#contentRevisions ? {} : { revision: `revision-${sequence}` as Revision }),
      ...(this.versioned ? { versionId: `version-${sequence}` as VersionId } : {}),
    });
    this.#push(key, stored);
    return stored;
  }

  /** Removes the object if the precondition holds, in one step. */
  remove(key: string, precondition: Precondition, call: Call): void {
    const current = this.find(key);
    requirePrecondition(precondition, current?.revision, call);
    if (current !== undefined) {
      const versionId = `version-${this.next()}` as VersionId;
      this.#push(key, { kind: 'deletion', versionId, modifiedAt: new Date(this.#clock.now()) });
    }
  }

  removeVersion(key: string, version: VersionId): void {
    this.#keep(
      key,
      this.history(key).filter(({ versionId }) => versionId !== version),
    );
  }

  /** A number that this space has not given before. */
  next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #push(key: string, newest: StoredVersion): void {
    if (this.versioned) {
      this.#keep(key, [newest, ...this.history(key)]);
    } else {
      this.#keep(key, newest.kind === 'content' ? [newest] : []);
    }
  }

  #keep(key: string, history: readonly StoredVersion[]): void {
    if (history.length === 0) {
      this.#histories.delete(key);
    } else {
      this.#histories.set(key, history);
    }
    const index = lowerBound(this.#keys, key);
    const listed = this.#keys[index] === key;
    if (history[0]?.kind === 'content') {
      this.#keys.splice(index, listed ? 1 : 0, key);
    } else if (listed) {
      this.#keys.splice(index, 1);
    }
  }
}
