import { sampleStore } from '../../examples/sample-store.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { bytesSource, collect, textSource } from '../../lib/vfs/body.ts';
import { openStore } from '../../lib/vfs/open.ts';
import type { Store } from '../../lib/vfs/store.ts';

let next = 0;

/** A memory store of a name that no other test has, filled with the objects given. */
export async function memoryStore(objects: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Store> {
  next += 1;
  const store = await openStore({ url: `memfs://test-${next}` }, { environment: {}, clock: systemClock });
  for (const [key, body] of Object.entries(objects)) {
    await store.write(key, typeof body === 'string' ? textSource(body) : bytesSource(body));
  }
  return store;
}

/** The sample store's objects; the clusters refer to `stateStore`. Private keys are short, since nothing is signed with them for long. */
export async function sampleObjects(stateStore: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const objects: Record<string, Uint8Array> = {};
  for await (const { key, body } of sampleStore({ stateStore, now: new Date('2026-03-01T12:00:00Z'), rsaBits: 1024 })) {
    objects[key] = body;
  }
  return objects;
}

/** All objects of a store, as text. */
export async function contents(store: Store): Promise<Readonly<Record<string, string>>> {
  const objects: Record<string, string> = {};
  for await (const { key } of store.list()) {
    const { body } = await store.read(key);
    objects[key] = Buffer.from(await collect(body, 1e9)).toString('latin1');
  }
  return objects;
}
