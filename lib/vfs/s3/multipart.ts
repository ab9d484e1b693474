import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { base64Of, refuseOtherAnswer } from '../answered-digests.ts';
import { rangeHeader } from '../byte-range.ts';
import type { Driver } from '../driver.ts';
import { entityTag, revisionOf, unquoted } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import type { CompleteOptions, CopyPartOptions, MultipartDriver, Part, Upload } from '../multipart.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, CallOptions, ObjectKey, Revision, WriteOptions, Written } from '../types.ts';
import { answeredChecksums, answeredForBytes } from './answered-checksums.ts';
import { conditionFields } from './conditions.ts';
import type { S3Connection } from './connection.ts';
import { copySource, undefinedWhenRefused } from './copy-source.ts';
import type { Attempt } from './errors.ts';
import { listParts } from './list-parts.ts';
import { versionField } from './object-fields.ts';
import { statObject } from './read.ts';
import { sendBody } from './send-body.ts';
import { newObjectFields } from './write.ts';

/**
 * Objects written in parts.
 *
 * On Amazon S3 the upload is begun with a CRC-64/NVME over the full object, which S3 computes part by part and keeps; without it
 * a finished object carries no digest at all.
 */
export class S3Multipart implements MultipartDriver {
  readonly #connection: S3Connection;

  constructor(connection: S3Connection) {
    this.#connection = connection;
  }

  async begin(key: ObjectKey, options: Omit<WriteOptions, 'precondition'>): Promise<Upload> {
    const attempt = this.#connection.attempt('begin', key);
    const command = new CreateMultipartUploadCommand({
      ...this.#connection.bucket,
      Key: key,
      ...(await newObjectFields(this.#connection, options, attempt)),
      ...(this.#connection.settings.amazon && { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' }),
    });
    const { UploadId: id } = await this.#connection.send(command, attempt, options.signal);
    if (!id) {
      const reason = 'the store answered without the id of an upload';
      throw new VfsError({ code: 'Unknown', operation: attempt.operation, target: attempt.target, reason });
    }
    return { key, id };
  }

  async putPart(upload: Upload, number: number, source: BodySource, { signal }: CallOptions): Promise<Part> {
    const attempt = this.#connection.attempt('putPart', upload.key);
    const fields = { ...this.#upload(upload), PartNumber: number };
    const commandOf = (body: object) => new UploadPartCommand({ ...fields, ...body });
    const { answer, checksums } = await sendBody(this.#connection, source, commandOf, attempt, signal);
    return { number, size: source.size, tag: revisionOf(answer.ETag, attempt), checksums };
  }

  async copyPart(
    upload: Upload,
    number: number,
    source: Driver,
    from: ObjectKey,
    { range, sourceIfMatch, signal }: CopyPartOptions,
  ): Promise<Part | undefined> {
    const named = copySource(this.#connection, source, from);
    if (named === undefined) {
      return undefined;
    }
    const attempt = this.#connection.attempt('copyPart', upload.key);
    const command = new UploadPartCopyCommand({
      ...this.#upload(upload),
      PartNumber: number,
      ...named,
      CopySourceRange: rangeHeader(range),
      CopySourceIfMatch: entityTag(sourceIfMatch),
    });
    const answer = await undefinedWhenRefused(this.#connection.send(command, attempt, signal));
    if (answer === undefined) {
      return undefined;
    }
    const { CopyPartResult: result, ServerSideEncryption } = answer;
    const checksums = answeredForBytes({ ServerSideEncryption, ...result }, this.#believed);
    return { number, size: range.length, tag: revisionOf(result?.ETag, attempt), checksums };
  }

  listParts(upload: Upload, { signal }: CallOptions): Promise<readonly Part[]> {
    return listParts(this.#connection, upload, this.#upload(upload), signal);
  }

  /**
   * A 409 refuses the condition: S3 wants such an upload begun anew. `NotFound` says that the upload is gone: aborted, or completed
   * already by an attempt whose answer was lost; a look at the key tells.
   */
  async complete(upload: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written> {
    const { precondition, checksums, signal } = options;
    const attempt = this.#connection.attempt('complete', upload.key, precondition);
    const command = new CompleteMultipartUploadCommand({
      ...this.#upload(upload),
      ...conditionFields(precondition),
      MultipartUpload: {
        Parts: parts.map(({ number, tag }) => ({ PartNumber: number, ETag: entityTag(tag as Revision) })),
      },
      ...(this.#connection.settings.amazon && amazonCompletion(parts, checksums.crc64nvme)),
    });
    const answer = await this.#connection.send(command, attempt, signal);
    const revision = unquoted(answer.ETag);
    if (revision === undefined) {
      return this.#writtenNow(upload.key, attempt, signal);
    }
    const answered = answeredChecksums(answer, this.#believed);
    refuseOtherAnswer(answered, checksums, attempt);
    return { revision, checksums: answered, ...versionField(answer.VersionId) };
  }

  async abort(upload: Upload, { signal }: CallOptions): Promise<void> {
    const attempt = this.#connection.attempt('abort', upload.key);
    const command = new AbortMultipartUploadCommand(this.#upload(upload));
    await undefinedWhenAbsent(this.#connection.send(command, attempt, signal));
  }

  /** Ceph answers the first completion of an upload without an ETag. */
  async #writtenNow(key: ObjectKey, attempt: Attempt, signal: AbortSignal): Promise<Written> {
    const { revision, checksums, versionId } = await statObject(this.#connection, key, attempt, signal);
    return { revision, checksums, ...(versionId && { versionId }) };
  }

  #upload({ key, id }: Upload) {
    return { ...this.#connection.bucket, Key: key, UploadId: id };
  }

  get #believed() {
    return this.#connection.settings.capabilities.statChecksums;
  }
}

/** What Amazon S3 verifies before it makes the object: its size, and its digest where that is known. */
function amazonCompletion(parts: readonly Part[], crc64nvme: string | undefined) {
  return {
    ChecksumType: 'FULL_OBJECT',
    MpuObjectSize: parts.reduce((sum, { size }) => sum + size, 0),
    ...(crc64nvme === undefined ? {} : { ChecksumCRC64NVME: base64Of(crc64nvme) }),
  } as const;
}
