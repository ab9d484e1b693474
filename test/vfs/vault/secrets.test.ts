import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { base64Length, secretLimit } from '../../../lib/vfs/vault/capabilities.ts';
import { deletionFields, objectFields, readSecret } from '../../../lib/vfs/vault/secret.ts';
import { patternBytes, textOf, watchedSource } from '../../support/sources.ts';
import { failureOf } from './failures.ts';
import { type LocalVault, startLocalVault } from './local-vault.ts';

describe('the fields of a secret', () => {
  it('are read as they were written, whatever content, headers and metadata are', () => {
    const texts = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.uint8Array(), texts, (content, metadata) => {
        const fields = objectFields(content, { contentType: 'text/plain' }, metadata, 'digest');
        const sent = JSON.parse(JSON.stringify(fields)) as typeof fields;
        const read = readSecret(sent);
        expect(read).toMatchObject({ kind: 'object', headers: { contentType: 'text/plain' }, sha256: 'digest' });
        expect(read.kind === 'object' && [Buffer.from(read.bytes), read.metadata]).toEqual([
          Buffer.from(content),
          metadata,
        ]);
      }),
    );
  });

  it('that kOps wrote are an object without headers, metadata and digest', () => {
    expect(readSecret({ file: 'aGVsbG8=' })).toEqual({
      kind: 'object',
      bytes: Buffer.from('hello'),
      headers: {},
      metadata: {},
    });
    expect(readSecret({ file: '' })).toMatchObject({ kind: 'object', bytes: Buffer.of() });
    expect(readSecret({ file: 'aGVs\r\nbG8=\n' })).toMatchObject({ kind: 'object', bytes: Buffer.from('hello') });
  });

  it.each([
    [{}, 'it has no field "file"'],
    [{ password: 'hidden' }, 'it has no field "file"'],
    [{ file: 7 }, 'it has no field "file"'],
    [{ file: null }, 'it has no field "file"'],
    [{ file: 'not base64' }, 'its field "file" is not base64'],
    [{ file: 'YQ' }, 'its field "file" is not base64'],
    [{ statesync: { deleted: 'true' } }, 'it has no field "file"'],
  ])('%j are not ours', (fields, words) => {
    const read = readSecret(fields);
    expect(read.kind === 'foreign' ? read.reason : read).toContain(words);
    expect(JSON.stringify(read)).not.toContain('hidden');
  });

  it('beside the file that are not as we write them are passed over', () => {
    const statesync = {
      sha256: 7,
      headers: { contentType: 1, other: 'x' },
      metadata: { a: 'b', c: [] },
      deleted: true,
    };
    expect(readSecret({ file: 'YQ==', statesync })).toEqual({
      kind: 'object',
      bytes: Buffer.from('a'),
      headers: {},
      metadata: { a: 'b' },
    });
    expect(readSecret({ file: 'YQ==', statesync: [] }).kind).toBe('object');
  });

  it('that mark a deletion are no file to anybody', () => {
    expect(readSecret(deletionFields)).toEqual({ kind: 'deletion' });
    expect(deletionFields).not.toHaveProperty('file');
  });
});

describe('a store in Vault', () => {
  let local: LocalVault;

  beforeAll(async () => {
    local = await startLocalVault();
  });

  afterAll(() => local.close());

  it("holds its objects in kOps's format: the field file, in standard base64", async () => {
    const content = Buffer.from([0xfb, 0xff, 0xfe, 0]);
    await local.store().write('clusters/a', bytesSource(content), { metadata: { Grüße: '\u{1f600} <&>' } });
    const { data } = local.kv.read('clusters/a', undefined) as { data: Record<string, unknown> };
    expect(data['file']).toBe('+//+AA==');
    expect(data['statesync']).toMatchObject({ sha256: (await digestBytes(content, ['sha256'])).sha256 });
  });

  it('reads what kOps wrote', async () => {
    local.kv.write('clusters/of-kops', { data: { file: 'aGVsbG8=' } });
    const { stat, body } = await local.store().read('clusters/of-kops');
    expect(stat).toMatchObject({ size: 5, headers: {}, metadata: {} });
    expect(stat.checksums).toEqual(
      await digestBytes(Buffer.from('hello'), ['sha256', 'md5', 'crc64nvme', 'crc64xz', 'crc32c']),
    );
    expect(await textOf(body)).toBe('hello');
  });

  it('leaves alone what is no object of its own, says so, and lists it as a marker', async () => {
    local.kv.write('foreign/one', { data: { password: 'hidden-value' } });
    local.kv.write('foreign/two', { data: { file: 'hidden value' } });
    const store = local.store();
    await store.write('foreign/ours', textSource('x'));
    const page = await store.listPage('foreign/');
    expect([page.entries.map(({ key }) => key), page.markers]).toEqual([
      ['foreign/ours'],
      ['foreign/one', 'foreign/two'],
    ]);
    for (const call of [
      () => store.stat('foreign/one'),
      () => store.read('foreign/two'),
      () => store.write('foreign/one', textSource('x')),
      () => store.delete('foreign/one'),
    ]) {
      const error = await failureOf(call(), ['hidden-value', 'hidden value']);
      expect(error.code).toBe('InvalidArgument');
      expect(error.message).toContain('there is a secret, and it is no object of a state store');
    }
    const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
    expect((await failureOf(store.write('foreign/one', textSource('x'), ifAbsent))).code).toBe('AlreadyExists');
    expect(local.kv.read('foreign/one', undefined)).toMatchObject({
      data: { password: 'hidden-value' },
      metadata: { version: 1 },
    });
  });

  it('refuses content that was changed and does not have the digest beside it any more; a stat tells its true digest', async () => {
    const store = local.store();
    await store.write('patched', textSource('before'), { metadata: { a: 'b' } });
    const { data } = local.kv.read('patched', undefined) as { data: object };
    local.kv.write('patched', { data: { ...data, file: Buffer.from('after').toString('base64') } });
    expect(await failureOf(store.read('patched'))).toMatchObject({ code: 'ChecksumMismatch' });
    const { sha256 } = await digestBytes(Buffer.from('after'), ['sha256']);
    expect((await store.stat('patched')).checksums).toMatchObject({ sha256 });
  });

  it('refuses text that JSON does not carry unchanged', async () => {
    const error = await failureOf(local.store().write('a', textSource('x'), { metadata: { half: '\ud83d' } }));
    expect(error.code).toBe('InvalidArgument');
  });
});

describe('the limit of an entry', () => {
  it('is met by the largest content that a write takes, with all that goes beside it', async () => {
    const local = await startLocalVault();
    const { maxWriteSize } = local.open().capabilities;
    const store = local.store();
    await store.write('largest', bytesSource(patternBytes(maxWriteSize)), { metadata: { a: 'x'.repeat(6000) } });
    expect((await store.stat('largest')).size).toBe(maxWriteSize);
    await local.close();
  });

  it('is counted after base64, before the source is opened and before anything is sent', async () => {
    const local = await startLocalVault();
    const { maxWriteSize } = local.open().capabilities;
    const watched = watchedSource({ ...bytesSource(patternBytes(16)), size: maxWriteSize + 1 });
    const error = await failureOf(local.store().write('a', watched.source));
    expect([error.code, watched.opened, local.vault.requests.total]).toEqual(['TooLarge', 0, 0]);
    expect(base64Length(maxWriteSize + 1)).toBeGreaterThan(1024 ** 2 - 8 * 1024);
    await local.close();
  });

  it('counts headers and metadata too, as Vault writes them', async () => {
    const local = await startLocalVault();
    const store = local.store();
    const { capabilities } = store;
    const size = capabilities.maxWriteSize - 3000;
    const room = secretLimit(capabilities) - base64Length(size);
    const signs = '<'.repeat(Math.floor(room / 6));
    const error = await failureOf(store.write('a', bytesSource(patternBytes(size)), { metadata: { signs } }));
    expect([error.code, local.vault.requests.of('write')]).toEqual(['TooLarge', 0]);
    await store.write('a', bytesSource(patternBytes(size)), { metadata: { signs: 'x'.repeat(signs.length) } });
    await local.close();
  });

  it('is what the definition says of the server: smaller, as with Consul, or larger', async () => {
    const consul = await startLocalVault({ entryLimit: 512 * 1024 - 256 });
    const smaller = consul.store({ capabilities: { maxWriteSize: 378 * 1024 } });
    await smaller.write('a', bytesSource(patternBytes(378 * 1024)));
    expect((await failureOf(smaller.write('b', bytesSource(patternBytes(378 * 1024 + 1))))).code).toBe('TooLarge');
    await consul.close();
    const large = await startLocalVault({ entryLimit: 4 * 1024 ** 2 });
    const larger = large.store({ capabilities: { maxWriteSize: 2 * 1024 ** 2 } });
    await larger.write('a', bytesSource(patternBytes(2 * 1024 ** 2)));
    await large.close();
  });

  it('that the server has for itself is TooLarge as well, and nothing was stored', async () => {
    const local = await startLocalVault({ entryLimit: 1000 });
    const error = await failureOf(local.store().write('a', bytesSource(patternBytes(2000))));
    expect(error).toMatchObject({ code: 'TooLarge', maybeApplied: false });
    expect(await local.store().find('a')).toBeUndefined();
    await local.close();
  });
});
