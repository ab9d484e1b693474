import { randomUUID } from 'node:crypto';
import { refuseOtherAnswer } from '../answered-digests.ts';
import { conflictOf } from '../checksums.ts';
import { beforeSending, VfsError } from '../errors.ts';
import type { CompleteOptions, MultipartDriver, Part, Upload } from '../multipart.ts';
import type { BodySource, CallOptions, ChecksumSet, ObjectKey, WriteOptions, Written } from '../types.ts';
import { compose, joinAll } from './compose.ts';
import { conditionQuery } from './conditions.ts';
import type { GcsConnection } from './connection.ts';
import { joinedCrc32c } from './crc32c.ts';
import type { Attempt } from './errors.ts';
import { checksumsOf, resourceOf, revisionOf, sizeOf, writtenOf } from './object-resource.ts';
import { beforeWriting } from './source-body.ts';
import { upload } from './upload.ts';
import { UploadSpace } from './upload-space.ts';

/**
 * Objects written in parts: each part is a temporary object, and the finished object is composed of them under the condition of its
 * generation. A composite object has no MD5; its CRC-32C is held against those of its parts.
 *
 * Temporaries are removed when the upload ends. Those of an upload that nobody ends stay below `.statesync/uploads/`; a
 * lifecycle rule may remove them by their age.
 */
export class GcsMultipart implements MultipartDriver {
  readonly #connection: GcsConnection;

  constructor(connection: GcsConnection) {
    this.#connection = connection;
  }

  async begin(key: ObjectKey, { headers, metadata, signal }: Omit<WriteOptions, 'precondition'>): Promise<Upload> {
    const attempt = this.#connection.attempt('begin', key);
    this.#connection.pathOf(key, attempt);
    const begun: Upload = { key, id: randomUUID() };
    const given = resourceOf(headers, metadata, attempt);
    await new UploadSpace(this.#connection, begun, attempt, signal).begin(given);
    return begun;
  }

  /** Looks afterwards whether the upload is still there: its end may have come before the part. */
  async putPart(begun: Upload, number: number, source: BodySource, { signal }: CallOptions): Promise<Part> {
    const attempt = this.#connection.attempt('putPart', begun.key);
    const space = new UploadSpace(this.#connection, begun, attempt, signal);
    const name = space.part(number);
    const resource = { name, ...resourceOf({}, {}, attempt) };
    const made = await upload(this.#connection, { resource, query: {} }, source, attempt, signal);
    const tag = revisionOf(made, attempt);
    if (!(await space.isThere())) {
      await space.removeOne(name, tag);
      throw space.gone();
    }
    return { number, size: source.size, tag, checksums: checksumsOf(made) };
  }

  async listParts(begun: Upload, { signal }: CallOptions): Promise<readonly Part[]> {
    const attempt = this.#connection.attempt('listParts', begun.key);
    const space = new UploadSpace(this.#connection, begun, attempt, signal);
    const parts: Part[] = [];
    let isThere = false;
    for await (const item of space.list(false)) {
      isThere ||= item.name === space.head;
      const number = space.numberOf(item);
      if (number !== undefined) {
        const [size, tag] = [sizeOf(item), revisionOf(item, attempt)];
        parts.push({ number, size, tag, checksums: checksumsOf(item) });
      }
    }
    if (!isThere) {
      throw space.gone();
    }
    return parts.sort((a, b) => a.number - b.number);
  }

  async complete(begun: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written> {
    const { precondition, checksums, signal } = options;
    const attempt = this.#connection.attempt('complete', begun.key, precondition);
    const space = new UploadSpace(this.#connection, begun, attempt, signal);
    const expected = wholeOf(parts, checksums, attempt);
    const query = conditionQuery(precondition, attempt);
    const all = parts.map(({ number, tag }) => ({ name: space.part(number), generation: tag }));
    const { resource, components } = await beforeWriting(attempt, signal, async () => ({
      resource: await space.given(),
      components: await joinAll(this.#connection, all, () => space.joined(), attempt, signal),
    }));
    const made = await compose(this.#connection, components, { name: begun.key, resource, query }, attempt, signal);
    refuseOtherAnswer(checksumsOf(made), expected, attempt);
    await space.clear().catch(() => {}); // The object is made, whatever becomes of its parts.
    return writtenOf(made, attempt, this.#connection.settings.capabilities.versions);
  }

  async abort(begun: Upload, { signal }: CallOptions): Promise<void> {
    const attempt = this.#connection.attempt('abort', begun.key);
    await new UploadSpace(this.#connection, begun, attempt, signal).clear();
  }
}

/** The CRC-32C that the parts have together. Throws where there is no part, or where the caller knows of another content. */
function wholeOf(parts: readonly Part[], checksums: ChecksumSet, attempt: Attempt): ChecksumSet {
  const { operation, target } = attempt;
  if (parts.length === 0) {
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason: 'an upload has at least one part' });
  }
  const pieces = parts.flatMap(({ size, checksums: { crc32c } }) => (crc32c === undefined ? [] : [{ size, crc32c }]));
  const known = pieces.length === parts.length ? { crc32c: joinedCrc32c(pieces) } : {};
  if (conflictOf(checksums, known) !== undefined) {
    const reason = `the parts have the CRC-32C ${known.crc32c}, and ${checksums.crc32c} was expected`;
    throw beforeSending(new VfsError({ code: 'ChecksumMismatch', operation, target, reason }));
  }
  return { ...checksums, ...known };
}
