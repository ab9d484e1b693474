import { digestBytes } from '../checksums.ts';
import { VfsError } from '../errors.ts';
import type { CallOptions, ObjectKey, ObjectStat, Revision, VersionId } from '../types.ts';
import { computedChecksums } from './capabilities.ts';
import type { VaultConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { readSecret, type Secret, type SecretFields } from './secret.ts';
import { secretPath } from './secret-path.ts';

/** Which version something is of. Numbers begin at 1 again when somebody removes a secret with its metadata, and then the time tells them apart. */
export interface VersionName {
  readonly number: number;
  /** As Vault writes it, with nanoseconds. */
  readonly createdTime: string;
}

/** What Vault has at a path. */
export type Held =
  /** There never was anything, or its metadata was removed too. */
  | { readonly kind: 'nothing' }
  /** The version was deleted, by anybody, or destroyed. */
  | { readonly kind: 'gone'; readonly version: VersionName }
  | (Secret & { readonly version: VersionName });

/** An object that Vault has. */
export type HeldObject = Extract<Held, { kind: 'object' }>;

/** What Vault has of an answer's metadata. */
interface AnsweredVersion {
  readonly version?: unknown;
  readonly created_time?: unknown;
}

/** Asks what is at a key: the latest version, or the one named. One request. Rejects with `InvalidArgument` for a mount that is no KV v2. */
export async function look(
  connection: VaultConnection,
  key: string,
  attempt: Attempt,
  { signal }: CallOptions,
  version?: number,
): Promise<Held> {
  const query = version === undefined ? '' : `?version=${version}`;
  const path = secretPath(connection.settings.mount, 'data', key) + query;
  const { found, body } = await connection.ask(attempt, signal, (client, options) => client.read(path, options));
  const data = body?.['data'] as { data?: SecretFields | null; metadata?: AnsweredVersion } | undefined | null;
  if (!found && data == null) {
    return { kind: 'nothing' };
  }
  const name = versionNameOf(data?.metadata, attempt);
  return data?.data == null || !found ? { kind: 'gone', version: name } : { ...readSecret(data.data), version: name };
}

/** The object at a key. Rejects with `NotFound`, and with `InvalidArgument` for a secret that is no object. */
export async function lookForObject(
  connection: VaultConnection,
  key: string,
  attempt: Attempt,
  options: CallOptions,
  version?: VersionName,
): Promise<HeldObject> {
  connection.requireHoldable(key, attempt);
  const held = await look(connection, key, attempt, options, version?.number);
  if (held.kind === 'foreign') {
    throw notAnObject(held.reason, attempt);
  }
  const isOther = version !== undefined && held.kind === 'object' && held.version.createdTime !== version.createdTime;
  if (held.kind !== 'object' || isOther) {
    throw new VfsError({ code: 'NotFound', ...attempt, reason: absences[held.kind] });
  }
  return held;
}

const absences: Readonly<Record<Exclude<Held['kind'], 'foreign'>, string>> = {
  nothing: 'Vault has no secret there',
  gone: 'the version was deleted or destroyed',
  deletion: 'the version is the marker of a deletion',
  object: 'the version of that number is another one',
};

/** The error for a secret that somebody keeps where an object of ours would be. */
export function notAnObject(reason: string, { operation, target }: Attempt): VfsError {
  return new VfsError({
    code: 'InvalidArgument',
    operation,
    target,
    reason: `there is a secret, and it is no object of a state store: ${reason}`,
  });
}

/** Describes an object, with the digests of its content, all of which has come. */
export async function statOf(key: ObjectKey, { bytes, headers, metadata, version }: HeldObject): Promise<ObjectStat> {
  return {
    key,
    size: bytes.byteLength,
    revision: revisionOf(version),
    checksums: await digestBytes(bytes, computedChecksums),
    modifiedAt: new Date(version.createdTime),
    headers,
    metadata,
    versionId: revisionOf(version) as string as VersionId,
  };
}

/** A version as callers know it. */
export function revisionOf({ number, createdTime }: VersionName): Revision {
  return `${number}@${createdTime}` as Revision;
}

/** The version that a revision or a version id names; undefined for what never was one of this store. */
export function versionNamed(text: Revision | VersionId): VersionName | undefined {
  const [, number, createdTime] = /^([1-9]\d*)@(.+)$/.exec(text) ?? [];
  return number === undefined || createdTime === undefined ? undefined : { number: Number(number), createdTime };
}

/** The version that an answer names. Throws `InvalidArgument` for one that is no answer of a KV v2. */
export function versionNameOf(answered: AnsweredVersion | undefined, { operation, target }: Attempt): VersionName {
  const { version, created_time: createdTime } = answered ?? {};
  if (typeof version !== 'number' || typeof createdTime !== 'string') {
    const reason = 'Vault answered without a version; a store needs a KV secrets engine of version 2';
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  return { number: version, createdTime };
}
