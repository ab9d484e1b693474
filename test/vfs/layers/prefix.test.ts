import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose, unwrap } from '../../../lib/vfs/driver.ts';
import { instrument } from '../../../lib/vfs/layers/instrument.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { MemorySpace } from '../../../lib/vfs/memory/space.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { ObjectKey } from '../../../lib/vfs/types.ts';
import { createFastClock } from '../../support/clock.ts';
import { contentsOf } from '../../support/memory-stores.ts';

function stores() {
  const driver = createMemoryDriver();
  return { driver, whole: new Store(driver), part: new Store(compose(driver, prefixed('a/b'))) };
}

describe('prefixed', () => {
  it('shows what lies under the prefix, and no sibling of it', async () => {
    const { whole, part } = stores();
    for (const key of ['a/b/k', 'a/bc', 'a/b', 'k', 'a/b/c/k']) {
      await whole.write(key, textSource(key));
    }
    expect(await contentsOf(part)).toEqual({ k: 'a/b/k', 'c/k': 'a/b/c/k' });
    expect(part.url).toBe('memfs://memory/a/b');
  });

  it('changes nothing where it is empty', () => {
    const driver = createMemoryDriver();
    expect(prefixed('')(driver)).toBe(driver);
  });

  it('reports what is a key outside, and none inside, as a marker', async () => {
    const space = new MemorySpace({ versions: true });
    const driver = createMemoryDriver({ space });
    const part = new Store(compose(driver, prefixed('a/b')));
    await new Store(driver).write('a/b//k', textSource('text'));
    await new Store(driver).write('a/b/k', textSource('text'));
    const content = { bytes: new Uint8Array(), headers: {}, metadata: {} };
    for (const marker of ['a/b/', 'a/b/dir/']) {
      space.put(marker, content, { kind: 'none' }, { operation: 'plant', target: marker });
    }
    const { entries, markers } = await part.listPage('');
    expect(entries.map(({ key }) => key)).toEqual(['k']);
    expect([...markers].sort()).toEqual(['/k', 'dir/']);
    const versions: string[] = [];
    for await (const { key } of part.versions.list('', new AbortController().signal)) {
      versions.push(key);
    }
    expect(versions).toEqual(['k']);
  });

  it('takes its own bytes off the longest key', async () => {
    const { part } = stores();
    expect(part.capabilities.maxKeyBytes).toBe(1020);
    await expect(part.stat('x'.repeat(1021))).rejects.toMatchObject({ code: 'InvalidArgument' });
    await part.write('x'.repeat(1020), textSource('text'));
  });

  it('tells a server-side copy of which driver and key it is, beneath all layers', async () => {
    const { driver, part } = stores();
    const layered = compose(
      part.driver,
      prefixed('c'),
      instrument(() => {}, createFastClock()),
    );
    expect(unwrap(layered, 'k' as ObjectKey)).toEqual({ driver, key: 'a/b/c/k' });
  });

  it('names the prefix once in failures of an upload, wherever they come from', async () => {
    const { part } = stores();
    const { signal } = new AbortController();
    const upload = await part.uploads.begin('k', { signal, headers: {}, metadata: {} });
    expect(upload.key).toBe('k');
    const late = part.uploads.putPart(upload, 1, textSource('text'), AbortSignal.abort());
    await expect(late).rejects.toMatchObject({ code: 'Aborted', target: 'memfs://memory/a/b/k' });
    await part.uploads.abort(upload, signal);
    const gone = part.uploads.putPart(upload, 1, textSource('text'), signal);
    await expect(gone).rejects.toMatchObject({ code: 'NotFound', target: 'memfs://memory/a/b/k' });
  });

  it('writes an upload, with parts copied too, beneath its prefix', async () => {
    const { whole, part } = stores();
    const { signal } = new AbortController();
    const { revision } = await whole.write('k', textSource('text'));
    const upload = await part.uploads.begin('joined', { signal, headers: {}, metadata: {} });
    const first = await part.uploads.putPart(upload, 1, textSource('a '), signal);
    const copied = await part.uploads.copyPart(
      upload,
      2,
      { driver: whole.driver, key: 'k' },
      { signal, range: { offset: 0, length: 4 }, sourceIfMatch: revision },
    );
    const parts = await part.uploads.listParts(upload, signal);
    expect(parts).toEqual([first, copied]);
    await part.uploads.complete(upload, parts, { signal, precondition: { kind: 'none' }, checksums: {} });
    expect(await contentsOf(whole)).toEqual({ k: 'text', 'a/b/joined': 'a text' });
  });

  it('copies between prefixes and whole stores', async () => {
    const { whole, part } = stores();
    const { revision } = await whole.write('k', textSource('text'));
    await part.copyFrom(whole, 'k', 'copy', { sourceIfMatch: revision });
    const copied = await part.stat('copy');
    await whole.copyFrom(part, 'copy', 'again', { sourceIfMatch: copied.revision });
    expect(await contentsOf(whole)).toEqual({ k: 'text', 'a/b/copy': 'text', again: 'text' });
  });
});
