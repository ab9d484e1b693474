import { collect } from '../body.ts';
import type { Upload } from '../multipart.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { SwiftConnection } from './connection.ts';
import { type Attempt, senseless } from './errors.ts';
import { uploadName } from './names.ts';
import { newest } from './read.ts';
import { responseBody } from './response-body.ts';

/** What is known of an upload between its beginning and its end. */
export interface UploadRecord {
  /** Headers and metadata of the finished object, as they are sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether parts are being sent, or the object may be in the making or made. */
  readonly stage: 'open' | 'closing';
}

const maxBytes = 65_536;

/** The records of uploads: small objects beside the segments. */
export class UploadRecords {
  readonly #connection: SwiftConnection;

  constructor(connection: SwiftConnection) {
    this.#connection = connection;
  }

  /** Rejects with `NotFound` when the upload is over. */
  async get({ id }: Upload, { operation, target }: Attempt, signal: AbortSignal): Promise<UploadRecord> {
    const attempt: Attempt = { operation, target };
    const request = { method: 'GET', name: uploadName(id), headers: newest } as const;
    const answer = await this.#connection.send(request, attempt, signal);
    const bytes = await collect(responseBody(answer, attempt, signal), maxBytes);
    try {
      return JSON.parse(Buffer.from(bytes).toString()) as UploadRecord;
    } catch {
      throw senseless(attempt, 'the record of the upload is no JSON');
    }
  }

  async put({ id }: Upload, record: UploadRecord, { operation, target }: Attempt, signal: AbortSignal): Promise<void> {
    const body = Buffer.from(JSON.stringify(record));
    const headers = { 'content-type': 'application/json', 'content-length': `${body.byteLength}` };
    const request = {
      method: 'PUT',
      name: uploadName(id),
      headers,
      body: async () => body,
      absent: 'container',
    } as const;
    await this.#connection.tell(request, { operation, target }, signal);
  }

  async remove({ id }: Upload, { operation, target }: Attempt, signal: AbortSignal): Promise<void> {
    const request = { method: 'DELETE', name: uploadName(id) } as const;
    await undefinedWhenAbsent(this.#connection.tell(request, { operation, target }, signal));
  }
}
