import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Verdict, VerdictCounts } from '../../lib/verification/verdict.ts';
import { type VerifyOptions, verifyStores } from '../../lib/verification/verify.ts';
import { textSource } from '../../lib/vfs/body.ts';
import type { Driver } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { compareKeys, isKey } from '../../lib/vfs/keys.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { ListPage, ObjectKey } from '../../lib/vfs/types.ts';

type Objects = Readonly<Record<string, string>>;

async function storeOf(objects: Objects, over: (driver: Driver) => Partial<Driver> = () => ({})): Promise<Store> {
  const driver = aroundCalls(createMemoryDriver(), (call, run) => run(call.signal));
  const store = new Store(driver);
  for (const [key, text] of Object.entries(objects)) {
    await store.write(key, textSource(text), { metadata: { 'statesync-sha256': 'not to be believed' } });
  }
  return new Store({ ...driver, ...over(driver) });
}

async function verify(a: Store, b: Store, options: Partial<VerifyOptions> = {}): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for await (const verdict of verifyStores(a, b, { signal: new AbortController().signal, ...options })) {
    verdicts.push(verdict);
  }
  return verdicts;
}

const kinds = (verdicts: readonly Verdict[]) => Object.fromEntries(verdicts.map(({ key, kind }) => [key, kind]));

function failing(code: 'PermissionDenied' | 'Unavailable', key: string, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return (driver: Driver): Partial<Driver> => ({
    read: async (asked, options) => {
      if (asked === key && left > 0) {
        left -= 1;
        throw new VfsError({ code, operation: 'read', target: `memfs://memory/${key}`, reason: 'so it was told' });
      }
      return driver.read(asked, options);
    },
  });
}

describe('verifyStores', () => {
  it('finds what is the same, what differs, and what one side lacks, in the order of keys', async () => {
    const a = await storeOf({ 'c/config': 'one', 'c/instancegroup/a': 'x', 'c/instancegroup/b': 'bb', only: 'a' });
    const b = await storeOf({ 'c/config': 'one', 'c/instancegroup/a': 'y', 'c/instancegroup/b': 'bbb', more: 'b' });
    const verdicts = await verify(a, b);
    expect(verdicts.map(({ key, kind }) => [key, kind])).toEqual([
      ['c/config', 'same'],
      ['c/instancegroup/a', 'differs'],
      ['c/instancegroup/b', 'differs'],
      ['more', 'only-in-b'],
      ['only', 'only-in-a'],
    ]);
  });

  it('agrees with a comparison of both contents, whatever keys there are', async () => {
    const key = fc.oneof(
      fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).filter(isKey),
      fc.constantFrom('c/config', 'c/secrets/a', 'c/secrets/b', '\u{1f600}', '\uff5e', 'a', 'a/b', 'a0'),
    );
    const objects = fc.dictionary(key, fc.constantFrom('', 'x', 'y', 'longer'), { maxKeys: 12 });
    await fc.assert(
      fc.asyncProperty(objects, objects, async (left, right) => {
        const expected: Record<string, string> = {};
        for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(compareKeys)) {
          const both = Object.hasOwn(left, name) && Object.hasOwn(right, name);
          const alone = Object.hasOwn(left, name) ? 'only-in-a' : 'only-in-b';
          expected[name] = both ? (left[name] === right[name] ? 'same' : 'differs') : alone;
        }
        const verdicts = await verify(await storeOf(left), await storeOf(right));
        expect(verdicts.map(({ key: name }) => name)).toEqual(Object.keys(expected).sort(compareKeys));
        expect(kinds(verdicts)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('reads both sides, and believes neither digests nor stamps, unless it is told to be fast', async () => {
    const a = await storeOf({ 'c/config': 'left!' });
    const lying = await storeOf({ 'c/config': 'right' }, (driver) => ({
      listPage: async (options) => withChecksumsOf(await driver.listPage(options), await a.listPage('')),
    }));
    expect(kinds(await verify(a, lying))).toEqual({ 'c/config': 'differs' });
    expect(await verify(a, lying, { fast: true })).toMatchObject([{ kind: 'same', by: 'digest' }]);
  });

  it('reads what digests do not decide, also when it is told to be fast', async () => {
    const withoutDigests = (driver: Driver): Partial<Driver> => ({
      listPage: async (options) => {
        const page = await driver.listPage(options);
        return { ...page, entries: page.entries.map(({ key, size }) => ({ key, size })) };
      },
      stat: async (key, options) => ({ ...(await driver.stat(key, options)), checksums: {} }),
    });
    const a = await storeOf({ 'c/config': 'same', 'c/secrets/x': 'left!' }, withoutDigests);
    const b = await storeOf({ 'c/config': 'same', 'c/secrets/x': 'right' });
    expect(await verify(a, b, { fast: true })).toMatchObject([
      { key: 'c/config', kind: 'same', by: 'reading' },
      { key: 'c/secrets/x', kind: 'differs' },
    ]);
  });

  it('says of a key that cannot be read that nobody knows, and goes on', async () => {
    const a = await storeOf({ 'c/a': 'x', 'c/b': 'x' });
    const b = await storeOf({ 'c/a': 'x', 'c/b': 'x' }, failing('PermissionDenied', 'c/a'));
    const verdicts = await verify(a, b);
    expect(verdicts).toMatchObject([
      { key: 'c/a', kind: 'error', code: 'PermissionDenied' },
      { key: 'c/b', kind: 'same' },
    ]);
    const counts = new VerdictCounts();
    verdicts.forEach((verdict) => {
      counts.add(verdict);
    });
    expect(counts.equal).toBe(false);
  });

  it('reads again what broke off', async () => {
    const a = await storeOf({ 'c/a': 'x' });
    expect(kinds(await verify(a, await storeOf({ 'c/a': 'x' }, failing('Unavailable', 'c/a', 2))))).toEqual({
      'c/a': 'same',
    });
    expect(kinds(await verify(a, await storeOf({ 'c/a': 'x' }, failing('Unavailable', 'c/a'))))).toEqual({
      'c/a': 'error',
    });
  });

  it('rejects when a listing fails, before it says anything of the keys that are missing there', async () => {
    const a = await storeOf({ 'c/a': 'x' });
    const b = await storeOf({ 'c/a': 'x' }, () => ({
      listPage: async () => {
        throw new VfsError({ code: 'Unavailable', operation: 'list', target: 'memfs://memory/', reason: 'down' });
      },
    }));
    await expect(verify(a, b)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('rejects when a store breaks the order of keys that it promises', async () => {
    const reversed = (driver: Driver): Partial<Driver> => ({
      listPage: async (options) => {
        const page = await driver.listPage(options);
        return { ...page, entries: page.entries.toReversed() };
      },
    });
    const objects = { 'c/a': 'x', 'c/b': 'x' };
    await expect(verify(await storeOf(objects), await storeOf(objects, reversed))).rejects.toThrow(
      'not in the order of keys: "c/a" came after "c/b"',
    );
    const honest = (driver: Driver): Partial<Driver> => ({
      ...reversed(driver),
      capabilities: { ...driver.capabilities, listSorted: false },
    });
    expect(kinds(await verify(await storeOf(objects), await storeOf(objects, honest)))).toEqual({
      'c/a': 'same',
      'c/b': 'same',
    });
  });

  it('stops when it is told to', async () => {
    const gaveUp = new AbortController();
    const a = await storeOf({ 'c/a': 'x', 'c/b': 'x' });
    const verdicts = verifyStores(a, a, { signal: gaveUp.signal, concurrency: 1 });
    await verdicts.next();
    gaveUp.abort();
    await expect(
      (async () => {
        for await (const _ of verdicts);
      })(),
    ).rejects.toMatchObject({ code: 'Aborted' });
  });

  it('leaves out what is not asked for, and the objects of the project itself', async () => {
    const a = await storeOf({ 'c/config': 'x', 'c/secrets/a': 'x', 'd/config': 'x', '.statesync/tmp': 'x' });
    const b = await storeOf({});
    expect(kinds(await verify(a, b, { includes: (info) => info.class === 'config' }))).toEqual({
      'c/config': 'only-in-a',
      'd/config': 'only-in-a',
    });
    expect(kinds(await verify(a, b, { prefix: 'c/' }))).toEqual({
      'c/config': 'only-in-a',
      'c/secrets/a': 'only-in-a',
    });
  });
});

describe('what is on one side only, by its class', () => {
  const command = 'c/backups/etcd/main/control/2026-01-31T04:00:00Z-000000/_command.json';

  it('is no difference where no replica ever gets it', async () => {
    const verdicts = await verify(await storeOf({ [command]: '{}' }), await storeOf({}));
    expect(kinds(verdicts)).toEqual({ [command]: 'never-replicated' });
  });

  it('is a difference where it lies at the replica: it would be carried out there', async () => {
    expect(kinds(await verify(await storeOf({}), await storeOf({ [command]: '{}' })))).toEqual({
      [command]: 'only-in-b',
    });
  });

  it('is a difference where a replica keeps it after a delete, unless that is allowed', async () => {
    const kept = { 'c/config': 'x', 'c/pki/private/ca/keyset.yaml': 'x', 'c/secrets/a': 'x', 'c/addons/a.yaml': 'x' };
    expect(Object.values(kinds(await verify(await storeOf({}), await storeOf(kept))))).toEqual(
      Array(4).fill('only-in-b'),
    );
    expect(kinds(await verify(await storeOf({}), await storeOf(kept), { allowRetained: true }))).toEqual({
      'c/addons/a.yaml': 'only-in-b',
      'c/config': 'retained',
      'c/pki/private/ca/keyset.yaml': 'retained',
      'c/secrets/a': 'retained',
    });
  });
});

function withChecksumsOf(page: ListPage, other: ListPage): ListPage {
  const checksums = new Map<ObjectKey, object>(other.entries.map(({ key, checksums: known = {} }) => [key, known]));
  return { ...page, entries: page.entries.map((entry) => ({ ...entry, checksums: checksums.get(entry.key) ?? {} })) };
}
