import { createHash } from 'node:crypto';
import { compareKeys } from '../../../lib/vfs/keys.ts';
import { Refused } from './answer.ts';

/** One segment of a static large object, as its manifest names it. */
export interface Segment {
  /** `/container/object`. */
  readonly path: string;
  readonly etag: string;
  readonly size: number;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  /** MD5 of the bytes; of a large object, of the entity tags of its segments. */
  readonly etag: string;
  /** Milliseconds since the epoch, with a fraction: no two are equal. */
  readonly time: number;
  /** Content headers and metadata, by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of a static large object; its bytes are then those of the manifest. */
  readonly segments?: readonly Segment[];
}

/** What Swift is configured with; the defaults are its own (Swift's documentation, "Constraints"). */
export interface Limits {
  readonly maxFileSize: number;
  readonly listingLimit: number;
  readonly maxSegments: number;
}

export const defaultLimits: Limits = { maxFileSize: 5_368_709_122, listingLimit: 10_000, maxSegments: 1000 };

/** The containers of one project. */
export class Account {
  readonly limits: Limits;
  readonly #containers = new Map<string, Map<string, StoredObject>>();
  #lastTime = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  makeContainer(name: string): void {
    this.#containers.set(name, this.#containers.get(name) ?? new Map());
  }

  removeContainer(name: string): void {
    this.#containers.delete(name);
  }

  hasContainer(name: string): boolean {
    return this.#containers.has(name);
  }

  /** The objects of a container. Throws a 404. */
  objects(container: string): Map<string, StoredObject> {
    const objects = this.#containers.get(container);
    if (objects === undefined) {
      throw new Refused(404, 'The resource could not be found.');
    }
    return objects;
  }

  /** Names in ascending order of their UTF-8 bytes. */
  names(container: string): readonly string[] {
    return [...this.objects(container).keys()].sort(compareKeys);
  }

  find(container: string, name: string): StoredObject | undefined {
    return this.#containers.get(container)?.get(name);
  }

  /** The object at `/container/object`. */
  at(path: string): StoredObject | undefined {
    const [, container = '', name = ''] = /^\/([^/]+)\/(.+)$/s.exec(path) ?? [];
    return this.find(container, name);
  }

  put(container: string, name: string, object: Omit<StoredObject, 'time'>): StoredObject {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 0.01);
    const stored = { ...object, time: this.#lastTime };
    this.objects(container).set(name, stored);
    return stored;
  }
}

export function md5(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('hex');
}
