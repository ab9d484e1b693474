import { randomUUID } from 'node:crypto';
import { bytesSource } from '../body.ts';
import type { Driver } from '../driver.ts';
import { VfsError } from '../errors.ts';
import type { CompleteOptions, CopyPartOptions, MultipartDriver, Part, Upload } from '../multipart.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, CallOptions, ObjectKey, WriteOptions, Written } from '../types.ts';
import type { SwiftConnection } from './connection.ts';
import { copyBytes, sourceOf } from './copy.ts';
import { type Attempt, failureOf } from './errors.ts';
import type { LargeObjects } from './large-objects.ts';
import { listPlainObjects } from './list-lines.ts';
import { segmentName, segmentNumber, segmentsOf } from './names.ts';
import { objectHeaders, type Tagged } from './object-fields.ts';
import { sendBody } from './send-body.ts';
import { UploadRecords } from './upload-records.ts';
import { conditionHeaders } from './write.ts';

/**
 * Objects written in parts: each part a segment, the whole a manifest of them.
 *
 * An upload is a record of its own from its beginning to its end, so that any process can go on with it. One that is not there any more is `NotFound`.
 */
export class SwiftMultipart implements MultipartDriver {
  readonly #connection: SwiftConnection;
  readonly #large: LargeObjects;
  readonly #records: UploadRecords;

  constructor(connection: SwiftConnection, large: LargeObjects) {
    this.#connection = connection;
    this.#large = large;
    this.#records = new UploadRecords(connection);
  }

  async begin(key: ObjectKey, options: Omit<WriteOptions, 'precondition'>): Promise<Upload> {
    const attempt = this.#connection.attempt('begin', key);
    const upload: Upload = { key, id: randomUUID() };
    await this.#records.put(
      upload,
      { headers: objectHeaders(options, attempt), stage: 'open' },
      attempt,
      options.signal,
    );
    return upload;
  }

  async putPart(upload: Upload, number: number, source: BodySource, { signal }: CallOptions): Promise<Part> {
    const attempt = this.#connection.attempt('putPart', upload.key);
    await this.#requireOpen(upload, attempt, signal);
    this.#large.noteSegments();
    const name = segmentName(upload.id, number);
    return partOf(number, source.size, await sendBody(this.#connection, source, { name }, attempt, signal));
  }

  async copyPart(
    upload: Upload,
    number: number,
    source: Driver,
    from: ObjectKey,
    { range, sourceIfMatch, signal }: CopyPartOptions,
  ): Promise<Part | undefined> {
    const attempt = this.#connection.attempt('copyPart', upload.key, 'if-match');
    const named = await sourceOf(this.#connection, source, from, attempt, signal);
    if (named === undefined) {
      return undefined;
    }
    await this.#requireOpen(upload, attempt, signal);
    this.#large.noteSegments();
    const target = { name: segmentName(upload.id, number), headers: {} };
    const pinned = { ...named, revision: sourceIfMatch, range };
    const copied = await copyBytes(this.#connection, pinned, target, attempt, signal);
    return copied && partOf(number, range.length, copied);
  }

  async listParts(upload: Upload, { signal }: CallOptions): Promise<readonly Part[]> {
    const attempt = this.#connection.attempt('listParts', upload.key);
    await this.#records.get(upload, attempt, signal);
    const listed = await listPlainObjects(this.#connection, segmentsOf(upload.id), attempt, signal);
    const isDigest = this.#connection.believed.includes('md5');
    return listed.flatMap(({ name, size, etag }) => {
      const number = segmentNumber(name);
      return number === undefined ? [] : [{ number, size, tag: etag, checksums: isDigest ? { md5: etag } : {} }];
    });
  }

  /**
   * Swift looks at every segment before it makes the object. A digest of the whole it cannot verify.
   *
   * The record says that the object is being made while it is: see `abort`.
   */
  async complete(upload: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written> {
    const { precondition, signal } = options;
    const attempt = this.#connection.attempt('complete', upload.key, precondition.kind);
    requireFew(parts, this.#connection.settings.capabilities.parts.maxCount, attempt);
    const { headers } = await this.#records.get(upload, attempt, signal);
    const keep = segmentsUsed(upload, parts);
    const written = await this.#large.replacing({ key: upload.key, precondition, keep }, attempt, signal, async () => {
      await this.#records.put(upload, { headers, stage: 'closing' }, attempt, signal);
      try {
        const target = { name: upload.key, headers: { ...headers, ...conditionHeaders(precondition) } };
        return await this.#make(upload, parts, target, attempt, signal);
      } catch (error) {
        const failure = failureOf(error, attempt, signal);
        if (!failure.maybeApplied) {
          await this.#records.put(upload, { headers, stage: 'open' }, attempt, signal).catch(() => {}); // The refusal says more.
        }
        throw failure;
      }
    });
    await this.#tidy(upload, keep, signal);
    return written;
  }

  /**
   * Removes the segments, unless the object may have been made of them: a `complete` of which the answer was lost may still be carried out, and a
   * manifest of segments that are gone is an object that nobody can read. They then stay, as parts of the object or without use.
   */
  async abort(upload: Upload, { signal }: CallOptions): Promise<void> {
    const attempt = this.#connection.attempt('abort', upload.key);
    const record = await undefinedWhenAbsent(this.#records.get(upload, attempt, signal));
    if (record === undefined) {
      return;
    }
    if (record.stage === 'open') {
      const listed = await listPlainObjects(this.#connection, segmentsOf(upload.id), attempt, signal);
      const names = listed.map(({ name }) => name);
      await this.#large.remove(names, signal);
    }
    await this.#records.remove(upload, attempt, signal);
  }

  /** A segment that is sent while the object is being made would change the object. */
  async #requireOpen(upload: Upload, attempt: Attempt, signal: AbortSignal): Promise<void> {
    const { stage } = await this.#records.get(upload, attempt, signal);
    if (stage === 'closing') {
      const { operation, target } = attempt;
      const reason = 'the upload is complete, or about to be; it takes no more parts';
      throw new VfsError({ code: 'NotFound', operation, target, reason });
    }
  }

  /** A segment is never empty, so an object without bytes is a plain one. */
  async #make(
    upload: Upload,
    parts: readonly Part[],
    target: { readonly name: string; readonly headers: Readonly<Record<string, string>> },
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<Tagged> {
    const segments = parts
      .filter(({ size }) => size > 0)
      .map(({ number, size, tag }) => ({ name: segmentName(upload.id, number), etag: tag, size }));
    return segments.length === 0
      ? sendBody(this.#connection, bytesSource(new Uint8Array()), target, attempt, signal)
      : this.#large.putManifest(segments, target, attempt, signal);
  }

  /** The object is made; what fails here leaves something over, and the object as it is. */
  async #tidy(upload: Upload, used: readonly string[], signal: AbortSignal): Promise<void> {
    const attempt = this.#connection.attempt('complete', upload.key);
    try {
      const listed = await listPlainObjects(this.#connection, segmentsOf(upload.id), attempt, signal);
      await this.#large.remove(
        listed.map(({ name }) => name).filter((name) => !used.includes(name)),
        signal,
      );
      await this.#records.remove(upload, attempt, signal);
    } catch {
      // Left over.
    }
  }
}

/** The segments of the parts that have bytes. */
function segmentsUsed(upload: Upload, parts: readonly Part[]): readonly string[] {
  return parts.filter(({ size }) => size > 0).map(({ number }) => segmentName(upload.id, number));
}

function partOf(number: number, size: number, { revision, checksums }: Tagged): Part {
  return { number, size, tag: revision, checksums };
}

function requireFew(parts: readonly Part[], most: number, { operation, target }: Attempt): void {
  if (parts.length > most) {
    const reason = `${parts.length} parts, and an object of this store has at most ${most}`;
    throw new VfsError({ code: 'TooLarge', operation, target, reason });
  }
}
