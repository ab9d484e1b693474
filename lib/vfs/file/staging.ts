import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { abortableBody, refuseOther } from '../body.ts';
import { DigestTap } from '../checksums.ts';
import type { BodySource, ChecksumAlgorithm, ObjectKey } from '../types.ts';
import { type Holder, readHolder, stateOf, writeHolder } from './holder.ts';
import { keptAlgorithms } from './object-file.ts';
import type { FileRoot } from './root.ts';
import type { Sidecar } from './sidecar.ts';

/** A file with all its bytes on the disk, under a name that nobody looks for. */
export interface Staged {
  readonly path: string;
  readonly info: BigIntStats;
  readonly checksums: Sidecar['checksums'];
}

/** Writes a source to a new file, verifies it, and makes it survive a crash. Leaves nothing when it fails. */
export async function stage(
  root: FileRoot,
  me: Holder,
  key: ObjectKey,
  source: BodySource,
  signal: AbortSignal,
): Promise<Staged> {
  await mkdir(root.staging, { recursive: true, mode: 0o700 });
  const path = join(root.staging, `${writeHolder(me)}.${randomUUID()}`);
  const handle = await open(path, 'wx', 0o600);
  try {
    const checksums = await fill(handle, root.target(key), source, signal);
    await root.sync(handle, path);
    return { path, info: await handle.stat({ bigint: true }), checksums };
  } catch (error) {
    await discard(path);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Removes a staged file that is not needed any more. */
export async function discard(path: string): Promise<void> {
  await unlink(path).catch(() => {}); // Gone, or left to the next sweep.
}

/** Removes what processes left behind that died while they wrote. */
export async function sweepStaging(root: FileRoot, me: Holder): Promise<void> {
  const names = await readdir(root.staging).catch(() => []);
  for (const name of names) {
    const holder = readHolder(name.split('.')[0] ?? '');
    if (holder !== undefined && (await stateOf(holder, me)) === 'dead') {
      await discard(join(root.staging, name));
    }
  }
}

async function fill(
  handle: FileHandle,
  target: string,
  source: BodySource,
  signal: AbortSignal,
): Promise<Sidecar['checksums']> {
  const { size, checksums } = source;
  const promised = Object.keys(checksums) as ChecksumAlgorithm[];
  const tap = await DigestTap.create([...new Set([...keptAlgorithms, ...promised])]);
  for await (const chunk of abortableBody(await source.open(signal), signal, { operation: 'write', target })) {
    tap.update(chunk);
    await handle.writeFile(chunk);
  }
  const { sha256 = '', ...others } = tap.finish();
  refuseOther({ operation: 'write', target, size, checksums }, tap.size, { sha256, ...others });
  const kept = Object.entries(others).filter(([name]) => keptAlgorithms.includes(name as ChecksumAlgorithm));
  return { sha256, ...Object.fromEntries(kept) };
}
