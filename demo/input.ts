import { resolve } from 'node:path';
import { writeSampleStore } from '../examples/sample-store.ts';
import { readEnvironment } from '../lib/config/env.ts';
import { systemClock } from '../lib/flow/clock.ts';
import { collect } from '../lib/vfs/body.ts';
import { openStore } from '../lib/vfs/open.ts';

/** Puts one object into the source bucket. */
export type Put = (key: string, body: Uint8Array) => Promise<void>;

/** The demo holds what it copies in memory; files above this size are left out, and named. */
const largest = 256 * 1024 * 1024;

/** Loads the sample state store, or the user's own files when a URL or directory is given; those are only read. Resolves to the number of objects. */
export async function loadState(
  state: string | undefined,
  stateStore: string,
  put: Put,
  warn: (text: string) => void,
): Promise<number> {
  if (state === undefined) {
    return writeSampleStore(put, { stateStore, now: new Date() });
  }
  const url = state.includes('://') ? state : `file://${resolve(state)}`;
  const store = await openStore({ url }, { environment: readEnvironment(), clock: systemClock, readOnly: true });
  let count = 0;
  for await (const { key, size } of store.list()) {
    if (size > largest) {
      warn(`left out: ${key} (${size} bytes)`);
    } else {
      await put(key, await collect((await store.read(key)).body, size));
      count += 1;
    }
  }
  await store.close();
  return count;
}
