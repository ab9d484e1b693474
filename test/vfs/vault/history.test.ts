import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { VersionId } from '../../../lib/vfs/types.ts';
import type { ObjectVersion } from '../../../lib/vfs/versions.ts';
import { textOf } from '../../support/sources.ts';
import { failureOf } from './failures.ts';
import { type LocalVault, startLocalVault } from './local-vault.ts';

const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
const signal = new AbortController().signal;
let local: LocalVault;
let store: Store;

beforeEach(async () => {
  local = await startLocalVault();
  store = local.store();
});

afterEach(() => local.close());

const put = (text: string, call = {}) => store.write('k', textSource(text), call);
const text = async () => textOf((await store.read('k')).body);

async function history(): Promise<readonly ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  for await (const version of store.versions.list('k', signal)) {
    found.push(version);
  }
  return found;
}

describe('a secret that somebody else deleted', () => {
  it('is absent, and its history remains', async () => {
    await put('one');
    await put('two');
    local.kv.deleteLatest('k');
    expect(await store.find('k')).toBeUndefined();
    expect((await failureOf(store.read('k'))).code).toBe('NotFound');
    expect((await store.listPage('')).entries).toEqual([]);
    expect((await history()).map(({ kind, latest }) => [kind, latest])).toEqual([
      ['deletion', true],
      ['content', false],
    ]);
  });

  it('can be created again: the number that check-and-set wants is that of the deleted version, not 0', async () => {
    await put('one');
    await put('two');
    local.kv.deleteLatest('k');
    const { versionId } = await put('again', ifAbsent);
    expect(versionId).toMatch(/^3@/);
    expect(await text()).toBe('again');
  });

  it('can be created again by one of many only', async () => {
    await put('one');
    local.kv.deleteLatest('k');
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => put(name, ifAbsent)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is there again when it was undeleted', async () => {
    const { revision } = await put('one');
    local.kv.deleteLatest('k');
    expect(await store.find('k')).toBeUndefined();
    local.kv.undeleteVersions('k', [1]);
    expect(await store.stat('k')).toMatchObject({ size: 3, revision });
    expect((await failureOf(put('other', ifAbsent))).code).toBe('AlreadyExists');
  });

  it('tells in its history when it was deleted, and not when it was written', async () => {
    await put('one');
    const before = Date.now();
    local.kv.deleteLatest('k');
    const [deletion] = await history();
    expect(deletion?.modifiedAt?.getTime()).toBeGreaterThanOrEqual(before);
  });
});

describe('a version that somebody destroyed', () => {
  it('is no part of the history, and the key is absent where it was the latest', async () => {
    await put('one');
    await put('two');
    local.kv.destroyVersions('k', [2]);
    expect(await store.find('k')).toBeUndefined();
    expect((await history()).map(({ kind, latest }) => [kind, latest])).toEqual([['content', false]]);
    await put('three', ifAbsent);
    expect(await text()).toBe('three');
  });
});

describe('a secret that was removed with its metadata, as kOps removes all versions', () => {
  it('begins with version 1 again, which is another revision and another version', async () => {
    const first = await put('one');
    local.kv.deleteMetadata('k');
    expect(await store.find('k')).toBeUndefined();
    const second = await put('two', ifAbsent);
    expect(second.revision).not.toBe(first.revision);
    expect((await failureOf(store.read('k', { ifMatch: first.revision }))).code).toBe('PreconditionFailed');
    const gone = first.versionId as VersionId;
    expect((await failureOf(store.versions.read('k', gone, signal))).code).toBe('NotFound');
    await store.versions.delete('k', gone, signal);
    expect(await text()).toBe('two');
  });
});

describe('a mount that ends versions by itself', () => {
  it('has objects until then, and deletions afterwards', async () => {
    const other = await startLocalVault({ deleteVersionAfter: 3600 });
    await other.store().write('k', textSource('one'));
    expect((await other.store().stat('k')).size).toBe(3);
    for await (const { kind } of other.store().versions.list('k', signal)) {
      expect(kind).toBe('content');
    }
    await other.close();
  });
});

describe('a delete', () => {
  it('leaves the content in the history, and a version that Vault knows as deleted', async () => {
    const { versionId } = await put('one');
    await store.delete('k');
    expect(() => local.kv.read('k', undefined)).toThrow('404');
    const { body } = await store.versions.read('k', versionId as VersionId, signal);
    expect(await textOf(body)).toBe('one');
  });

  it('under a condition is part of one write: what came between is not touched', async () => {
    const { revision } = await put('one');
    await put('two');
    const late = store.delete('k', { precondition: { kind: 'if-match', revision } });
    expect((await failureOf(late)).code).toBe('PreconditionFailed');
    expect(await text()).toBe('two');
  });

  it('does not touch what was created before its last step', async () => {
    const { revision } = await put('one');
    let created: Promise<unknown> = Promise.resolve();
    local.vault.script = ({ operation }) => {
      if (operation !== 'delete') {
        return undefined;
      }
      local.vault.script = () => undefined;
      created = local.store().write('k', textSource('new'), ifAbsent);
      return { kind: 'wait', when: 'before', until: created };
    };
    await store.delete('k', { precondition: { kind: 'if-match', revision } });
    await created;
    expect(await text()).toBe('new');
  });

  it('that ended between its steps has removed the object for us, and is completed by the next one', async () => {
    const { revision } = await put('one');
    local.vault.script = ({ operation }) => (operation === 'delete' ? { kind: 'cut', when: 'before' } : undefined);
    const cut = store.delete('k', { precondition: { kind: 'if-match', revision } });
    expect(await failureOf(cut)).toMatchObject({ code: 'Unavailable', maybeApplied: true });
    expect(await store.find('k')).toBeUndefined();
    expect((await store.listPage('')).entries).toEqual([]);
    expect((await history()).map(({ kind }) => kind)).toEqual(['deletion', 'content']);
    local.vault.script = () => undefined;
    await store.delete('k');
    expect(() => local.kv.read('k', undefined)).toThrow('404');
    expect(local.vault.requests.of('write')).toBe(2);
    await put('two', ifAbsent);
  });

  it('says what is missing where the policy does not allow its last step', async () => {
    local.vault.policies.set('writer', { 'kv/data/*': ['create', 'update', 'read'] });
    const token = local.vault.tokens.create({ policies: ['default', 'writer'] }).id;
    await put('one');
    const error = await failureOf(local.store({}, { VAULT_TOKEN: token }).delete('k'));
    expect(error).toMatchObject({ code: 'PermissionDenied', maybeApplied: true });
    expect(error.message).toContain('the object is removed, and its last version could not be marked as deleted');
  });

  it('of what is absent, or deleted already, changes nothing', async () => {
    await store.delete('never');
    await put('one');
    local.kv.deleteLatest('k');
    await store.delete('k');
    expect(local.vault.requests.of('write')).toBe(1);
  });
});

describe('versions', () => {
  it('that the mount does not keep any more are gone', async () => {
    const other = await startLocalVault({ maxVersions: 2 });
    const small = other.store();
    const first = await small.write('k', textSource('1'));
    await small.write('k', textSource('2'));
    await small.write('k', textSource('3'));
    expect((await failureOf(small.versions.read('k', first.versionId as VersionId, signal))).code).toBe('NotFound');
    await other.close();
  });

  it.each(['', '7', '0@x', 'x@2026-01-01T00:00:00Z', '99@2026-01-01T00:00:00Z'])('"%s" names none', async (version) => {
    await put('one');
    expect((await failureOf(store.versions.read('k', version as VersionId, signal))).code).toBe('NotFound');
    await store.versions.delete('k', version as VersionId, signal);
    expect(await text()).toBe('one');
  });

  it('of many secrets come in pages', async () => {
    await Promise.all(
      Array.from({ length: 52 }, (_, n) => store.write(`many/${String(n).padStart(2, '0')}`, textSource('x'))),
    );
    const keys: string[] = [];
    for await (const { key } of store.versions.list('many/', signal)) {
      keys.push(key);
    }
    expect(keys).toEqual([...keys].sort());
    expect(new Set(keys).size).toBe(52);
  });
});
