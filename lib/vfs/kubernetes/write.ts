import type { V1Secret } from '@kubernetes/client-node';
import { beforeSending, isVfsError, VfsError } from '../errors.ts';
import type { BodySource, ObjectKey, WriteOptions, Written } from '../types.ts';
import { wholeSource } from '../whole-source.ts';
import type { KubernetesConnection } from './connection.ts';
import { type ContentRecord, contentField, keptAlgorithms, secretOf } from './content.ts';
import { type Attempt, toVfsError } from './errors.ts';
import { fieldManager } from './managed-fields.ts';
import { secretState } from './read.ts';
import { revisionOf, stateOf } from './revision.ts';

/** How often an unconditional write starts over, while others make and remove the Secret in between. */
const rounds = 4;

/**
 * POST of the Secret where it is to be absent, PUT of it where it is to have a revision. Without a condition: PUT, and POST where there is
 * nothing yet, since no single request does both.
 *
 * The API server checks no digest; the content is held against the source's size and digests before it is sent, and against the answer,
 * which repeats what was stored.
 */
export async function writeObject(
  connection: KubernetesConnection,
  key: ObjectKey,
  source: BodySource,
  options: WriteOptions,
): Promise<Written> {
  const attempt = connection.attempt('write', key, options.precondition);
  const { bytes, record } = await received(source, attempt, options.signal);
  const secret = secretOf(key, bytes.toString('base64'), record, options, attempt);
  const stored = await put(new SecretWriter(connection, secret, attempt, options.signal), options, attempt);
  refuseOtherAnswer(secret, stored, attempt);
  return { revision: revisionOf(secretState(stored, attempt)), checksums: record.checksums };
}

async function put(writer: SecretWriter, { precondition }: WriteOptions, attempt: Attempt): Promise<V1Secret> {
  switch (precondition.kind) {
    case 'if-absent':
      return writer.create();
    case 'if-match': {
      const state = stateOf(precondition.revision);
      if (state === undefined) {
        throw foreignRevision(attempt);
      }
      return writer.replace(state);
    }
    case 'none':
      return overwrite(writer);
  }
}

async function overwrite(writer: SecretWriter): Promise<V1Secret> {
  for (let round = 1; ; round += 1) {
    try {
      return await writer.replace({});
    } catch (error) {
      if (!isVfsError(error, 'NotFound')) {
        throw error;
      }
    }
    try {
      return await writer.create();
    } catch (error) {
      if (!isVfsError(error, 'AlreadyExists') || round === rounds) {
        throw error;
      }
    }
  }
}

/** The two requests that store one Secret. */
class SecretWriter {
  readonly #connection: KubernetesConnection;
  readonly #secret: ReturnType<typeof secretOf>;
  readonly #attempt: Attempt;
  readonly #signal: AbortSignal;

  constructor(
    connection: KubernetesConnection,
    secret: ReturnType<typeof secretOf>,
    attempt: Attempt,
    signal: AbortSignal,
  ) {
    this.#connection = connection;
    this.#secret = secret;
    this.#attempt = attempt;
    this.#signal = signal;
  }

  create(): Promise<V1Secret> {
    const body = this.#secret;
    const request = { body, fieldManager };
    return this.#connection.send(
      (api, namespace) => api.createNamespacedSecret({ ...request, namespace }),
      this.#attempt,
      { signal: this.#signal },
    );
  }

  /** Replaces the Secret in this state; in any, when the state is left out. */
  replace(state: { readonly uid?: string; readonly resourceVersion?: string }): Promise<V1Secret> {
    const metadata = { ...this.#secret.metadata, ...state };
    const name = metadata.name ?? '';
    const request = { name, body: { ...this.#secret, metadata }, fieldManager };
    return this.#connection.send(
      (api, namespace) => api.replaceNamespacedSecret({ ...request, namespace }),
      this.#attempt,
      { signal: this.#signal },
    );
  }
}

/** All bytes of a source, held against what it says of itself. A failure here is one before anything was sent. */
async function received(
  source: BodySource,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<{ readonly bytes: Buffer; readonly record: ContentRecord }> {
  try {
    const { bytes, digests } = await wholeSource(source, attempt, signal, keptAlgorithms);
    const { sha256 = '' } = digests;
    const kept = Object.fromEntries(keptAlgorithms.map((name) => [name, digests[name]]));
    return { bytes: Buffer.from(bytes), record: { size: bytes.byteLength, checksums: { ...kept, sha256 } } };
  } catch (error) {
    throw signal.aborted ? error : beforeSending(toVfsError(error, attempt));
  }
}

/**
 * Throws unless the answer repeats the content. A webhook may have changed it; and a Secret that was being deleted, held by a finalizer alone, is
 * gone with the finalizer.
 */
function refuseOtherAnswer(sent: V1Secret, stored: V1Secret, { operation, target }: Attempt): void {
  if (stored.metadata?.deletionTimestamp !== undefined) {
    const reason = 'the Secret was being deleted, and is gone with this write; write once more';
    throw new VfsError({ code: 'Unavailable', operation, target, reason });
  }
  if (stored.data?.[contentField] !== sent.data?.[contentField]) {
    const reason = 'the API server answered with another content than was sent; a webhook may have changed it';
    throw new VfsError({ code: 'ChecksumMismatch', operation, target, reason, maybeApplied: true });
  }
}

/** A revision of another kind of store is never that of a Secret. */
export function foreignRevision({ operation, target }: Attempt): VfsError {
  const reason = 'the revision that was wanted is not one of this kind of store';
  return new VfsError({ code: 'PreconditionFailed', operation, target, reason });
}
