import { createHash } from 'node:crypto';
import { refuseOtherAnswer } from '../answered-digests.ts';
import { rangeHeader } from '../byte-range.ts';
import type { Driver } from '../driver.ts';
import { entityTag, revisionOf } from '../entity-tag.ts';
import type { CompleteOptions, CopyPartOptions, MultipartDriver, Part, Upload } from '../multipart.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, CallOptions, ObjectKey, Revision, WriteOptions, Written } from '../types.ts';
import type { OssConnection } from './connection.ts';
import { copySourceHeaders, undefinedWhenRefused } from './copy-source.ts';
import { crcOf } from './digests.ts';
import { unexpected } from './errors.ts';
import { listParts } from './list-parts.ts';
import { newObjectHeaders, versionField } from './object-fields.ts';
import { sendBody } from './send-body.ts';
import { textOf } from './xml.ts';

/** Objects written in parts. OSS computes the CRC-64 of the finished object from those of its parts. */
export class OssMultipart implements MultipartDriver {
  readonly #connection: OssConnection;

  constructor(connection: OssConnection) {
    this.#connection = connection;
  }

  async begin(key: ObjectKey, { signal, ...fields }: Omit<WriteOptions, 'precondition'>): Promise<Upload> {
    const attempt = this.#connection.attempt('begin', key);
    const request = { method: 'POST', key, subres: 'uploads', headers: newObjectHeaders(fields, attempt) };
    const { tree } = await this.#connection.askXml(request, 'InitiateMultipartUploadResult', attempt, signal);
    const id = textOf(tree, 'UploadId');
    if (id === undefined) {
      throw unexpected(attempt, 'the store answered without the id of an upload');
    }
    return { key, id };
  }

  async putPart(upload: Upload, number: number, source: BodySource, { signal }: CallOptions): Promise<Part> {
    const attempt = this.#connection.attempt('putPart', upload.key);
    const { answer, checksums } = await sendBody(this.#connection, source, partOf(upload, number), attempt, signal);
    return { number, size: source.size, tag: revisionOf(answer.header('etag'), attempt), checksums };
  }

  async copyPart(
    upload: Upload,
    number: number,
    source: Driver,
    from: ObjectKey,
    { range, sourceIfMatch, signal }: CopyPartOptions,
  ): Promise<Part | undefined> {
    const named = copySourceHeaders(this.#connection, source, from, sourceIfMatch);
    if (named === undefined) {
      return undefined;
    }
    const attempt = this.#connection.attempt('copyPart', upload.key);
    const request = { ...partOf(upload, number), headers: { ...named, 'x-oss-copy-source-range': rangeHeader(range) } };
    const copied = await undefinedWhenRefused(this.#connection.askXml(request, 'CopyPartResult', attempt, signal));
    const tag = copied && revisionOf(textOf(copied.tree, 'ETag'), attempt);
    return tag && { number, size: range.length, tag, checksums: {} };
  }

  listParts(upload: Upload, { signal }: CallOptions): Promise<readonly Part[]> {
    return listParts(this.#connection, upload, signal);
  }

  /**
   * `NotFound` says that the upload is gone: aborted, or completed already by an attempt whose answer was lost; a look at the key
   * tells.
   */
  async complete(upload: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written> {
    const { precondition, checksums, signal } = options;
    const attempt = this.#connection.attempt('complete', upload.key, precondition);
    const condition = await this.#connection.conditionHeaders(attempt, signal);
    const request = { ...completion(upload, parts), method: 'POST', key: upload.key };
    const { answer, tree } = await this.#connection.askXml(
      { ...request, headers: { ...request.headers, ...condition } },
      'CompleteMultipartUploadResult',
      attempt,
      signal,
    );
    this.#connection.refuseIgnoredCondition(attempt, answer);
    const { statChecksums } = this.#connection.settings.capabilities;
    const answered = crcOf(answer.header('x-oss-hash-crc64ecma'), statChecksums);
    refuseOtherAnswer(answered, checksums, attempt);
    const revision = revisionOf(textOf(tree, 'ETag'), attempt);
    return { revision, checksums: answered, ...versionField(answer.header('x-oss-version-id')) };
  }

  async abort(upload: Upload, { signal }: CallOptions): Promise<void> {
    const attempt = this.#connection.attempt('abort', upload.key);
    const request = { method: 'DELETE', key: upload.key, query: { uploadId: upload.id } };
    await undefinedWhenAbsent(this.#connection.ask(request, attempt, signal));
  }
}

function partOf({ key, id }: Upload, number: number) {
  return { method: 'PUT', key, query: { partNumber: `${number}`, uploadId: id } };
}

/** The list of parts from which the object is made: numbers of ours, and tags that OSS gave. */
function completion({ id }: Upload, parts: readonly Part[]) {
  const listed = parts.map(
    ({ number, tag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${entityTag(tag as Revision)}</ETag></Part>`,
  );
  const content = Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`);
  const headers = {
    'Content-Type': 'application/xml',
    'Content-Length': `${content.byteLength}`,
    'Content-MD5': createHash('md5').update(content).digest('base64'),
  };
  return { query: { uploadId: id }, headers, content };
}
