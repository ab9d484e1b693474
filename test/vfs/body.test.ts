import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import {
  abortableBody,
  bytesBody,
  bytesSource,
  collect,
  refuseOther,
  textSource,
  verifiedBody,
} from '../../lib/vfs/body.ts';
import { digestBytes } from '../../lib/vfs/checksums.ts';
import { createFileDriver } from '../../lib/vfs/file/driver.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { ChecksumAlgorithm, ObjectBody } from '../../lib/vfs/types.ts';
import { chunkedSource, patternBytes, stallingSource, textOf, watchedSource } from '../support/sources.ts';

const signal = new AbortController().signal;
const here = { operation: 'read', target: 'memfs://store/k' };
const open = (texts: readonly string[]) => chunkedSource(texts.map((text) => Buffer.from(text))).open(signal);

describe('sources in memory', () => {
  it('can be opened again and again', async () => {
    const source = textSource('h\u00e9');
    expect(source).toMatchObject({ size: 3, checksums: {} });
    expect(await textOf(await source.open(signal))).toBe('h\u00e9');
    expect(await textOf(await source.open(signal))).toBe('h\u00e9');
    expect(bytesSource(Buffer.from('x'), { md5: 'd' }).checksums).toEqual({ md5: 'd' });
  });

  it('yield nothing where there is nothing', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytesBody(new Uint8Array())) {
      chunks.push(chunk);
    }
    expect(chunks).toEqual([]);
  });
});

describe('collect', () => {
  it('joins the chunks of a body', async () => {
    expect(Buffer.from(await collect(await open(['ab', '', 'c']), 3)).toString()).toBe('abc');
  });

  it('refuses more than its limit, and lets the body go', async () => {
    const watched = watchedSource(chunkedSource([Buffer.from('ab'), Buffer.from('cd')]));
    const body = await watched.source.open(signal);
    await expect(collect(body, 3)).rejects.toMatchObject({ code: 'TooLarge' });
    expect(watched.cancelled).toBe(1);
  });
});

describe('verifiedBody', () => {
  it('passes what was promised, and tells the digests asked for', async () => {
    const checksums = await digestBytes(Buffer.from('abc'), ['sha256']);
    const { body, digests } = await verifiedBody(await open(['a', 'bc']), { ...here, size: 3, checksums }, ['md5']);
    expect(await textOf(body)).toBe('abc');
    expect(digests()).toEqual(await digestBytes(Buffer.from('abc'), ['sha256', 'md5']));
  });

  it.each([
    ['too short', 4, 'abc', '3 bytes came, and 4 were expected'],
    ['too long', 2, 'abc', '3 bytes came, and 2 were expected'],
    ['another content', 3, 'abd', 'the sha256 of the bytes is'],
  ])('fails at the end of a body that is %s', async (_, size, text, words) => {
    const checksums = size === 3 ? await digestBytes(Buffer.from('abc'), ['sha256']) : {};
    const { body } = await verifiedBody(await open([text]), { ...here, size, checksums });
    await expect(textOf(body)).rejects.toMatchObject({
      code: 'ChecksumMismatch',
      message: expect.stringContaining(words),
    });
  });

  it('never puts content into the message', async () => {
    const { body } = await verifiedBody(await open(['a secret']), { ...here, size: 1, checksums: {} });
    await expect(textOf(body)).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  });

  it('lets go of the body beneath', async () => {
    const watched = watchedSource(chunkedSource([Buffer.from('ab')]));
    const { body } = await verifiedBody(await watched.source.open(signal), { ...here, size: 2, checksums: {} });
    await body.cancel();
    expect(watched.cancelled).toBe(1);
  });
});

describe('refuseOther', () => {
  it('takes digests that it knows nothing of', () => {
    const algorithm: ChecksumAlgorithm = 'md5';
    expect(() => refuseOther({ ...here, size: 1, checksums: { sha256: 'x' } }, 1, { [algorithm]: 'y' })).not.toThrow();
  });
});

describe('abortableBody', () => {
  it('passes a body on to its end', async () => {
    expect(await textOf(abortableBody(await open(['a', 'bc']), signal, here))).toBe('abc');
  });

  it('rejects when its signal fires while the body gives nothing, and lets the body go', async () => {
    const abort = new AbortController();
    const cause = new Error('enough');
    const watched = watchedSource(stallingSource(Buffer.from('a'), () => abort.abort(cause)));
    const body = abortableBody(await watched.source.open(signal), abort.signal, here);
    const message = 'read memfs://store/k: the caller gave up';
    await expect(textOf(body)).rejects.toMatchObject({ name: 'VfsError', code: 'Aborted', message, cause });
    expect(watched.cancelled).toBe(1);
  });

  it('rejects when its signal has fired', async () => {
    const body = abortableBody(await open(['a']), AbortSignal.abort(), here);
    await expect(textOf(body)).rejects.toMatchObject({ code: 'Aborted', ...here });
  });

  it('lets a body go that is left early', async () => {
    const watched = watchedSource(chunkedSource([Buffer.from('ab'), Buffer.from('cd')]));
    for await (const chunk of abortableBody(await watched.source.open(signal), signal, here)) {
      expect(Buffer.from(chunk).toString()).toBe('ab');
      break;
    }
    expect(watched.cancelled).toBe(1);
  });

  it('keeps no listener once the body has ended', async () => {
    const abort = new AbortController();
    const removed: string[] = [];
    const original = abort.signal.removeEventListener.bind(abort.signal);
    abort.signal.removeEventListener = (type: string, listener: never) => {
      removed.push(type);
      original(type, listener);
    };
    await textOf(abortableBody(await open(['a']), abort.signal, here));
    expect(removed).toEqual(['abort']);
  });

  it('passes the failure of the body on, not that of letting it go', async () => {
    const failing: ObjectBody = {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from('a');
        throw new Error('broke off');
      },
      cancel: () => Promise.reject(new Error('cannot let go')),
    };
    await expect(textOf(abortableBody(failing, signal, here))).rejects.toThrow('broke off');
  });
});

describe('a body of a store without layers', () => {
  it.each(['memory', 'file'])(
    'is Aborted, and names the object, when the signal fires while it is read: %s',
    async (kind) => {
      const directory = await mkdtemp(join(tmpdir(), 'statesync-body-'));
      try {
        const store = new Store(
          kind === 'file'
            ? createFileDriver({ directory, clock: systemClock, sync: async () => {} })
            : createMemoryDriver(),
        );
        await store.write('k', bytesSource(patternBytes(500_000)));
        const abort = new AbortController();
        const { body } = await store.read('k', { signal: abort.signal });
        const readOn = async () => {
          for await (const _ of body) {
            abort.abort();
          }
        };
        const target = `${store.url}/k`;
        await expect(readOn()).rejects.toMatchObject({ name: 'VfsError', code: 'Aborted', operation: 'read', target });
      } finally {
        await rm(directory, { recursive: true });
      }
    },
  );
});
