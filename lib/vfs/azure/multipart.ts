import { randomBytes } from 'node:crypto';
import type { Driver } from '../driver.ts';
import { revisionOf } from '../entity-tag.ts';
import { isVfsError, VfsError } from '../errors.ts';
import type { CompleteOptions, CopyPartOptions, MultipartDriver, Part, Upload } from '../multipart.ts';
import { requirePrecondition } from '../precondition.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, CallOptions, ObjectKey, WriteOptions, Written } from '../types.ts';
import { blockIdOf, partOf, uploadIdOf } from './block-ids.ts';
import { conditionsOf } from './conditions.ts';
import type { AzureConnection } from './connection.ts';
import { copyBlock } from './copy.ts';
import { digestBytesOf } from './digests.ts';
import type { Attempt } from './errors.ts';
import { newBlobFields, sameBlobFields, versionField } from './object-fields.ts';
import { statObject } from './read.ts';
import { sendBody } from './send-body.ts';
import { UploadRecords } from './upload-records.ts';

/**
 * Objects written in parts: blocks, put together by a block list.
 *
 * Azure knows no uploads, only blocks that wait at a blob. So an upload has a record, an empty blob under
 * `.statesync/uploads/`, which keeps headers and metadata until the end, and without which the upload is gone. Each
 * call looks at it first.
 *
 * Finishing one upload of a key, or writing the key whole, throws away the blocks of all others: their `complete`
 * rejects, and its caller starts over. Blocks of an upload that was aborted cannot be removed by themselves; Azure does
 * so a week after the last one came.
 */
export class AzureMultipart implements MultipartDriver {
  readonly #connection: AzureConnection;
  readonly #records: UploadRecords;

  constructor(connection: AzureConnection) {
    this.#connection = connection;
    this.#records = new UploadRecords(connection);
  }

  async begin(key: ObjectKey, options: Omit<WriteOptions, 'precondition'>): Promise<Upload> {
    const attempt = this.#connection.attempt('begin', key);
    this.#connection.requireName(key, attempt);
    const upload = { key, id: uploadIdOf(randomBytes(16)) };
    await this.#records.make(upload, newBlobFields(options, attempt), attempt, options.signal);
    return upload;
  }

  async putPart(upload: Upload, number: number, source: BodySource, { signal }: CallOptions): Promise<Part> {
    const attempt = this.#connection.attempt('putPart', upload.key);
    refuseEmpty(source, attempt);
    await this.#records.find(upload, attempt, signal);
    const tag = blockIdOf(upload.id, number);
    const { checksums } = await sendBody(source, attempt, signal, ({ content, length, md5, signal: abortSignal }) =>
      this.#connection.ask(upload.key, attempt, signal, (blob) =>
        blob.stageBlock(tag, content, length, { ...md5, abortSignal }),
      ),
    );
    return { number, size: source.size, tag, checksums };
  }

  /**
   * A request more than to put the part, since the SDK has no condition on the source of a block: its revision is
   * looked at afterwards.
   */
  async copyPart(
    upload: Upload,
    number: number,
    source: Driver,
    from: ObjectKey,
    options: CopyPartOptions,
  ): Promise<Part | undefined> {
    const attempt = this.#connection.attempt('copyPart', upload.key);
    await this.#records.find(upload, attempt, options.signal);
    const tag = blockIdOf(upload.id, number);
    const copied = await copyBlock(this.#connection, source, from, { key: upload.key, tag, attempt, options });
    return copied && { number, size: options.range.length, tag, checksums: {} };
  }

  async listParts(upload: Upload, { signal }: CallOptions): Promise<readonly Part[]> {
    const attempt = this.#connection.attempt('listParts', upload.key);
    await this.#records.find(upload, attempt, signal);
    const list = await undefinedWhenAbsent(
      this.#connection.ask(upload.key, attempt, signal, (blob) =>
        blob.getBlockList('uncommitted', { abortSignal: signal }),
      ),
    );
    const parts = (list?.uncommittedBlocks ?? []).flatMap(({ name, size }): Part[] => {
      const number = partOf(upload.id, name);
      return number === undefined ? [] : [{ number, size, tag: name, checksums: {} }];
    });
    return parts.sort((a, b) => a.number - b.number);
  }

  /**
   * Three requests: the record is read, the list committed, the record removed. A second `complete` after a lost answer
   * finds the same blocks in the blob, and makes the same object.
   */
  async complete(upload: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written> {
    const { precondition, checksums, signal } = options;
    const attempt = this.#connection.attempt('complete', upload.key, precondition);
    const record = await this.#records.find(upload, attempt, signal);
    const { blobHTTPHeaders, metadata } = sameBlobFields(record);
    const md5 = checksums.md5 === undefined ? {} : { blobContentMD5: digestBytesOf(checksums.md5) };
    const fields = {
      blobHTTPHeaders: { ...blobHTTPHeaders, ...md5 },
      metadata,
      conditions: conditionsOf(precondition),
    };
    const tags = parts.map(({ tag }) => tag);
    try {
      const answer = await this.#connection.ask(upload.key, attempt, signal, (blob) =>
        blob.commitBlockList(tags, { ...fields, abortSignal: signal }),
      );
      // The object is there; a record that stays does no harm.
      await this.#records.remove(upload, attempt, signal).catch(() => {});
      return { revision: revisionOf(answer.etag, attempt), checksums: {}, ...versionField(answer.versionId) };
    } catch (error) {
      throw isVfsError(error, 'NotFound') ? await this.#whyGone(upload.key, error, options, attempt) : error;
    }
  }

  async abort(upload: Upload, { signal }: CallOptions): Promise<void> {
    await this.#records.remove(upload, this.#connection.attempt('abort', upload.key), signal);
  }

  /**
   * Blocks are gone because somebody wrote the key: where that broke the condition, the condition is what is refused.
   */
  async #whyGone(
    key: ObjectKey,
    error: VfsError,
    { precondition, signal }: CompleteOptions,
    attempt: Attempt,
  ): Promise<VfsError> {
    if (precondition.kind === 'none') {
      return error;
    }
    const { operation, target } = attempt;
    try {
      const found = await undefinedWhenAbsent(statObject(this.#connection, key, { operation, target }, signal));
      requirePrecondition(precondition, found?.revision, { operation, target });
      return error;
    } catch (refused) {
      return refused as VfsError;
    }
  }
}

function refuseEmpty({ size }: BodySource, { operation, target }: Attempt): void {
  if (size === 0) {
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason: 'a part has a byte at least' });
  }
}
