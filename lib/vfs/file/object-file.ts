import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { DigestTap } from '../checksums.ts';
import type { ChecksumAlgorithm, ObjectEntry, ObjectKey, ObjectStat, Revision } from '../types.ts';
import { absence, descend } from './descent.ts';
import { isErrno } from './errors.ts';
import { fileChunks } from './file-body.ts';
import type { NameFolding } from './folding.ts';
import type { FileRoot } from './root.ts';
import { readSidecar, type Sidecar } from './sidecar.ts';

/** The digests that the driver knows of every file that it wrote. */
export const keptAlgorithms: readonly ChecksumAlgorithm[] = ['sha256', 'md5', 'crc64nvme'];

/** How often a file that changes while it is read is read again. */
const readings = 5;

/** The directory of a store, and what its disk does to names. */
export interface FileAccess {
  readonly root: FileRoot;
  readonly folding: NameFolding;
}

/** The regular file of a key; undefined where there is nothing, or a directory. Throws `InvalidArgument` for anything else. */
export async function findFile(
  { root, folding }: FileAccess,
  key: ObjectKey,
  operation: string,
): Promise<BigIntStats | undefined> {
  const reachable = (await descend(root, key, operation)) && (await folding.isItself(key, operation));
  return reachable ? lookAtFile(root, key, operation) : undefined;
}

/** Describes the object of a key. Rejects with `NotFound`. */
export async function statFile(access: FileAccess, key: ObjectKey, operation: string): Promise<ObjectStat> {
  const info = await findFile(access, key, operation);
  if (info === undefined) {
    throw await absence(access.root, key, operation);
  }
  const sidecar = await readSidecar(access.root, key, info);
  if (sidecar !== undefined) {
    return statOf(key, info, sidecar);
  }
  const { handle, stat } = await openFile(access, key, operation);
  await handle.close();
  return stat;
}

/** Opens the object of a key for reading, with its stat. Rejects with `NotFound`. The caller closes the handle. */
export async function openFile(
  access: FileAccess,
  key: ObjectKey,
  operation: string,
): Promise<{ readonly handle: FileHandle; readonly stat: ObjectStat }> {
  const { root } = access;
  if ((await findFile(access, key, operation)) === undefined) {
    throw await absence(root, key, operation);
  }
  const handle = await open(root.pathOf(root.segmentsOf(key, operation)), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return { handle, stat: await describe(root, key, handle, operation) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The revision that a key has now; undefined while it is absent. */
export async function revisionOf(access: FileAccess, key: ObjectKey, operation: string): Promise<Revision | undefined> {
  const info = await findFile(access, key, operation);
  return info && (await statFile(access, key, operation)).revision;
}

/** What a listing tells of a file: its digests only where the driver wrote it, since no listing reads files. */
export async function entryOf(root: FileRoot, key: ObjectKey, info: BigIntStats): Promise<ObjectEntry> {
  const sidecar = await readSidecar(root, key, info);
  const entry = { key, size: Number(info.size), modifiedAt: timeOf(info) };
  if (sidecar === undefined) {
    return entry;
  }
  const { checksums } = sidecar;
  const known = { ...entry, checksums, revision: revisionFor(checksums.sha256) };
  return checksums.md5 === undefined ? known : { ...known, contentTag: checksums.md5 };
}

/** The revision of a content: it comes back with the content. */
export function revisionFor(sha256: string): Revision {
  return `sha256-${sha256}` as Revision;
}

async function lookAtFile(root: FileRoot, key: ObjectKey, operation: string): Promise<BigIntStats | undefined> {
  try {
    const info = await lstat(root.pathOf(root.segmentsOf(key, operation)), { bigint: true });
    if (info.isFile()) {
      return info;
    }
    if (info.isDirectory()) {
      return undefined;
    }
    const what = info.isSymbolicLink() ? 'a symbolic link, which this store does not follow' : 'no regular file';
    throw root.failure('InvalidArgument', operation, key, `it is ${what}`);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

/** Takes the facts of an open file from its sidecar, or from its bytes. */
async function describe(root: FileRoot, key: ObjectKey, handle: FileHandle, operation: string): Promise<ObjectStat> {
  for (let reading = 0; reading < readings; reading += 1) {
    const info = await handle.stat({ bigint: true });
    const sidecar = await readSidecar(root, key, info);
    if (sidecar !== undefined) {
      return statOf(key, info, sidecar);
    }
    const checksums = await digestFile(handle, Number(info.size));
    const after = await handle.stat({ bigint: true });
    if (checksums !== undefined && after.size === info.size && after.mtimeNs === info.mtimeNs) {
      return statOf(key, info, { checksums, headers: {}, metadata: {} });
    }
  }
  throw root.failure('Unavailable', operation, key, 'the file keeps changing while it is read');
}

async function digestFile(handle: FileHandle, size: number): Promise<Sidecar['checksums'] | undefined> {
  const tap = await DigestTap.create(keptAlgorithms);
  for await (const chunk of fileChunks(handle, { offset: 0, length: size })) {
    tap.update(chunk);
  }
  const { sha256, ...others } = tap.finish();
  return tap.size === size && sha256 !== undefined ? { sha256, ...others } : undefined;
}

function statOf(key: ObjectKey, info: BigIntStats, { checksums, headers, metadata }: Sidecar): ObjectStat {
  const revision = revisionFor(checksums.sha256);
  return { key, size: Number(info.size), revision, checksums, modifiedAt: timeOf(info), headers, metadata };
}

function timeOf({ mtimeMs }: BigIntStats): Date {
  return new Date(Number(mtimeMs));
}
