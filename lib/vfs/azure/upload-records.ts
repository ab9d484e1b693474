import { VfsError } from '../errors.ts';
import type { Upload } from '../multipart.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { ObjectKey } from '../types.ts';
import { isUploadId } from './block-ids.ts';
import type { AzureConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { ownPrefix } from './list.ts';
import type { BlobAnswer, newBlobFields } from './object-fields.ts';

/** The records of uploads that were begun: empty blobs with the headers and metadata of the finished objects. */
export class UploadRecords {
  readonly #connection: AzureConnection;

  constructor(connection: AzureConnection) {
    this.#connection = connection;
  }

  async make(
    upload: Upload,
    fields: ReturnType<typeof newBlobFields>,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<void> {
    const options = { ...fields, conditions: { ifNoneMatch: '*' }, abortSignal: signal };
    await this.#connection.ask(recordKey(upload), attempt, signal, (blob) => blob.upload(Buffer.alloc(0), 0, options));
  }

  /** Rejects with `NotFound` when the upload is gone, whatever is asked of its key. */
  async find(upload: Upload, { operation, target }: Attempt, signal: AbortSignal): Promise<BlobAnswer> {
    const record = isUploadId(upload.id)
      ? await undefinedWhenAbsent(
          this.#connection.ask(recordKey(upload), { operation, target }, signal, (blob) =>
            blob.getProperties({ abortSignal: signal }),
          ),
        )
      : undefined;
    if (record === undefined) {
      const reason = `there is no upload ${upload.id} of this key, or no more`;
      throw new VfsError({ code: 'NotFound', operation, target, reason });
    }
    return record;
  }

  /** Succeeds when it is gone already. */
  async remove(upload: Upload, { operation, target }: Attempt, signal: AbortSignal): Promise<void> {
    if (isUploadId(upload.id)) {
      await undefinedWhenAbsent(
        this.#connection.ask(recordKey(upload), { operation, target }, signal, (blob) =>
          blob.delete({ abortSignal: signal }),
        ),
      );
    }
  }
}

function recordKey({ id }: Upload): ObjectKey {
  return `${ownPrefix}uploads/${id}` as ObjectKey;
}
