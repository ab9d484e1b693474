import { forEachConcurrently } from '../../flow/concurrency.ts';
import { beforeSending, isVfsError } from '../errors.ts';
import { Remembered } from '../remembered.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { Precondition } from '../types.ts';
import type { SwiftConnection } from './connection.ts';
import { type Attempt, failureOf, senseless } from './errors.ts';
import { finishJson } from './json-answer.ts';
import { listLines } from './list-lines.ts';
import { segmentsFolder } from './names.ts';
import { isStaticLarge, largeRevision, type Tagged } from './object-fields.ts';
import { newest } from './read.ts';

/** For how long it is remembered whether a container holds segments, in milliseconds. */
const segmentsMs = 60_000;
const deletesAtOnce = 8;

/** One object of which a large one is made, in its place. */
export interface Segment {
  /** The object that has the bytes. */
  readonly name: string;
  readonly etag: string;
  readonly size: number;
}

/** What is done to what lies under a key. */
export interface Replacement {
  readonly key: string;
  readonly precondition: Precondition;
  /** The segments of the new object, where it may be the old one. */
  readonly keep?: readonly string[];
}

/**
 * Static large objects (Swift's documentation, "Large Object Support"): a manifest under the key, which names segments under `.statesync/` at the container's root.
 *
 * Segments go when their manifest went, and never before. What fails to be removed then stays behind: the object itself is as it was asked for, and a
 * segment that is in no manifest costs its space and nothing else.
 */
export class LargeObjects {
  readonly #connection: SwiftConnection;
  readonly #holdsSegments: Remembered<boolean>;

  constructor(connection: SwiftConnection) {
    this.#connection = connection;
    this.#holdsSegments = new Remembered(connection.clock, async (signal) => ({
      value: await this.#askForSegments(signal),
      until: connection.clock.now() + segmentsMs,
    }));
  }

  /**
   * Does something that replaces or removes what is under a key, and then removes the segments that this had: but for those that the object is made of
   * now, as it was made of them before when it is put together for the second time.
   */
  async replacing<T>(
    { key, precondition, keep = [] }: Replacement,
    attempt: Attempt,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const before = precondition.kind === 'if-absent' ? [] : await this.#ownSegments(key, attempt, signal);
    const done = await work();
    const outdated = before.filter((name) => !keep.includes(name));
    if (outdated.length > 0) {
      const now = await this.segments(key, attempt, signal).catch(() => undefined);
      const isOutdated = (name: string) => now?.every((one) => one.name !== name) === true;
      await this.remove(outdated.filter(isOutdated), signal);
    }
    return done;
  }

  /** Puts a large object together. Swift looks at each segment, and refuses one that is not as it is said to be. */
  async putManifest(
    segments: readonly Segment[],
    { name, headers }: { readonly name: string; readonly headers: Readonly<Record<string, string>> },
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<Tagged> {
    const { container } = this.#connection.settings;
    const manifest = segments.map(({ name: segment, etag, size }) => ({
      path: `/${container}/${segment}`,
      etag,
      size_bytes: size,
    }));
    const body = Buffer.from(JSON.stringify(manifest));
    const answer = await this.#connection.tell(
      {
        method: 'PUT',
        name,
        query: new URLSearchParams({ 'multipart-manifest': 'put' }),
        headers: { ...headers, 'content-length': `${body.byteLength}` },
        body: async () => body,
        absent: 'container',
      },
      attempt,
      signal,
    );
    const tag = answer.headers['etag'];
    if (!tag) {
      throw senseless(attempt, 'Swift answered without an ETag');
    }
    return { revision: largeRevision(tag), checksums: {} };
  }

  /** The segments of the object under a key; none where it is absent, or not a static large one. Two requests at most. */
  async segments(key: string, attempt: Attempt, signal: AbortSignal): Promise<readonly Segment[]> {
    const head = await undefinedWhenAbsent(
      this.#connection.tell({ method: 'HEAD', name: key, headers: newest }, attempt, signal),
    );
    if (head === undefined || !isStaticLarge(head.headers)) {
      return [];
    }
    const query = new URLSearchParams({ 'multipart-manifest': 'get' });
    const request = { method: 'GET', name: key, query, headers: newest } as const;
    const answer = await undefinedWhenAbsent(this.#connection.send(request, attempt, signal));
    if (answer === undefined || !isStaticLarge(answer.headers)) {
      answer?.release();
      return [];
    }
    return (await finishJson<ManifestLine>(answer, attempt, signal)).flatMap((line) => this.#segmentOf(line));
  }

  /** Removes objects, as far as that can be done. */
  async remove(names: readonly string[], signal: AbortSignal): Promise<void> {
    const attempt = this.#connection.attempt('delete', segmentsFolder);
    await forEachConcurrently(names, deletesAtOnce, async (name) => {
      await this.#connection.tell({ method: 'DELETE', name }, attempt, signal).catch(() => {});
    });
  }

  /** Says that there are segments now. */
  noteSegments(): void {
    this.#holdsSegments.learn({ value: true, until: this.#connection.clock.now() + segmentsMs });
  }

  /** The segments that are in the driver's own folder. Whoever may write and not read leaves them where they are. */
  async #ownSegments(key: string, attempt: Attempt, signal: AbortSignal): Promise<readonly string[]> {
    try {
      if (!(await this.#holdsSegments.get(signal))) {
        return [];
      }
      const all = await this.segments(key, attempt, signal);
      return all.map(({ name }) => name).filter((name) => name.startsWith(segmentsFolder));
    } catch (error) {
      if (isVfsError(error, 'PermissionDenied')) {
        return [];
      }
      throw beforeSending(failureOf(error, attempt, signal), attempt);
    }
  }

  async #askForSegments(signal: AbortSignal): Promise<boolean> {
    const attempt = this.#connection.attempt('list', segmentsFolder);
    return (await listLines(this.#connection, { prefix: segmentsFolder, limit: 1 }, attempt, signal)).length > 0;
  }

  #segmentOf({ name = '', hash = '', bytes = 0 }: ManifestLine): readonly Segment[] {
    const folder = `/${this.#connection.settings.container}/`;
    return name.startsWith(folder) ? [{ name: name.slice(folder.length), etag: hash, size: bytes }] : [];
  }
}

/** One line of a manifest as it is read back. */
interface ManifestLine {
  readonly name?: string;
  readonly hash?: string;
  readonly bytes?: number;
}
