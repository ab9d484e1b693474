import type { V1Secret } from '@kubernetes/client-node';
import { bytesBody } from '../body.ts';
import { requireInside } from '../byte-range.ts';
import { digestBytes } from '../checksums.ts';
import { VfsError } from '../errors.ts';
import { requirePrecondition } from '../precondition.ts';
import type { ObjectKey, ObjectStat, ReadOptions, ReadResult } from '../types.ts';
import type { KubernetesConnection } from './connection.ts';
import { aboutOf, contentField, keptAlgorithms, recordOf } from './content.ts';
import type { Attempt } from './errors.ts';
import { modifiedAtOf } from './managed-fields.ts';
import { annotationNames, secretName } from './object-names.ts';
import { revisionOf, type SecretState } from './revision.ts';

/** An object that was fetched whole. */
export interface Fetched {
  readonly stat: ObjectStat;
  readonly bytes: Buffer;
}

/**
 * GET of the Secret, content included: what is said of the content is computed from it, for an annotation that says it would stay as it is when
 * somebody edits the content.
 */
export async function statObject(
  connection: KubernetesConnection,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<ObjectStat> {
  return (await fetchObject(connection, key, connection.attempt('stat', key), signal)).stat;
}

/** GET of the Secret; undefined when it still has the revision `unless`. One answer, so stat and bytes belong together. */
export async function readObject(
  connection: KubernetesConnection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
): Promise<ReadResult | undefined> {
  const attempt = connection.attempt('read', key);
  const { stat, bytes } = await fetchObject(connection, key, attempt, signal);
  if (ifMatch !== undefined) {
    requirePrecondition({ kind: 'if-match', revision: ifMatch }, stat.revision, attempt);
  }
  if (stat.revision === unless) {
    return undefined;
  }
  if (range === undefined) {
    return { stat, body: bytesBody(bytes) };
  }
  requireInside(range, stat.size, attempt.target);
  return { stat, body: bytesBody(bytes.subarray(range.offset, range.offset + range.length)) };
}

async function fetchObject(
  connection: KubernetesConnection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Fetched> {
  return describeSecret(await fetchSecret(connection, key, attempt, signal), key, attempt);
}

/** GET of the Secret of a key. Rejects with `NotFound`. */
export function fetchSecret(
  connection: KubernetesConnection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<V1Secret> {
  const name = secretName(key);
  return connection.send((api, namespace) => api.readNamespacedSecret({ name, namespace }), attempt, { signal });
}

/**
 * Describes an object by its Secret. Headers and metadata are those that were written with this very content; after an edit of the content by
 * others there are none, as with a file that others wrote. Rejects with `InvalidArgument` for a Secret that is no object of this store.
 */
export async function describeSecret(secret: V1Secret, key: ObjectKey, attempt: Attempt): Promise<Fetched> {
  const { metadata = {} } = secret;
  const content = secret.data?.[contentField];
  if (metadata.annotations?.[annotationNames.key] !== key || content === undefined) {
    const what = content === undefined ? `no field "${contentField}"` : 'not the annotation of this key';
    const reason = `Secret ${secretName(key)} has ${what}: it is no object of this store, or somebody has changed it`;
    throw new VfsError({ code: 'InvalidArgument', operation: attempt.operation, target: attempt.target, reason });
  }
  const bytes = Buffer.from(content, 'base64');
  const checksums = await digestBytes(bytes, keptAlgorithms);
  const isRecorded = recordOf(metadata.annotations)?.checksums.sha256 === checksums.sha256;
  const about = isRecorded ? aboutOf(metadata.annotations) : { headers: {}, metadata: {} };
  const revision = revisionOf(secretState(secret, attempt));
  const stat = { key, size: bytes.byteLength, revision, checksums, modifiedAt: modifiedAtOf(metadata), ...about };
  return { stat, bytes };
}

/** The state that a Secret, or its metadata alone, is in. Throws `Unknown` for an answer that is no object of Kubernetes. */
export function secretState({ metadata }: V1Secret, { operation, target }: Attempt): SecretState {
  const { uid, resourceVersion } = metadata ?? {};
  if (uid === undefined || resourceVersion === undefined) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the answer is no Secret' });
  }
  return { uid, resourceVersion };
}
