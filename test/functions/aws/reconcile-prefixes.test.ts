import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prefixesToReconcile } from '../../../functions/aws/reconcile-prefixes.ts';
import { resolveRoute } from '../../../lib/config/resolve.ts';
import { carriesCluster } from '../../../lib/config/routes.ts';
import { classify, isOwnKey } from '../../../lib/kops/layout.ts';
import { listing } from '../../kops/listing.ts';

const signal = new AbortController().signal;

const routeOf = (...clusters: string[]) =>
  resolveRoute({ name: 'prod', from: 'a', to: [{ store: 'b' }], ...(clusters.length > 0 && { clusters }) });

async function prefixesOf(keys: readonly string[], { clusters = [] as string[], pageSize = 1000 } = {}) {
  const prefixes = await prefixesToReconcile(listing(keys, [], { pageSize }), routeOf(...clusters), signal);
  return prefixes.toSorted();
}

describe('what a reconcile is sent for', () => {
  it('is each cluster, and all that lies beside them', async () => {
    const keys = [
      'a.example.com/config',
      'a.example.com/secrets/admin',
      'gone.example.com/backups/etcd/main/2026-01-31T04:00:00Z-000012/etcd.backup.gz',
      'etcd-store/main/2026-01-31T04:00:00Z-000012/etcd.backup.gz',
      'discovery/openid/v1/jwks',
      'note.txt',
    ];
    expect(await prefixesOf(keys)).toEqual([
      'a.example.com/',
      'discovery/',
      'etcd-store/',
      'gone.example.com/',
      'note.txt',
    ]);
  });

  it('is every part of a directory that holds clusters', async () => {
    const keys = ['tests/a.example.com/config', 'tests/etcd/main/x', 'tests/note.txt', 'tests/b/c.example.com/config'];
    expect(await prefixesOf(keys)).toEqual([
      'tests/a.example.com/',
      'tests/b/c.example.com/',
      'tests/etcd/',
      'tests/note.txt',
    ]);
  });

  it.each([
    [
      'a store that begins inside a cluster',
      ['config', 'secrets/admin', 'backups/etcd/main/control/etcd-cluster-spec'],
    ],
    [
      'a detached backup store',
      ['2026-01-31T04:00:00Z-000012/etcd.backup.gz', '2026-01-31T05:00:00Z-000013/etcd.backup.gz'],
    ],
  ])('is the whole of %s', async (_, keys) => {
    expect(await prefixesOf(keys)).toEqual(['']);
  });

  it.each([
    ['no key', []],
    ["only what is the project's own", ['.statesync/parts/1']],
  ])('is nothing where the source holds %s', async (_, keys) => {
    expect(await prefixesOf(keys)).toEqual([]);
  });

  it('is a cluster once, with the clusters inside it', async () => {
    expect(await prefixesOf(['x/config', 'x/y/config', 'x/secrets/admin'])).toEqual(['x/']);
  });

  it('leaves out clusters that the route does not carry, but not those inside them', async () => {
    const keys = ['x/config', 'x/y.dev/config', 'x/secrets/admin', 'z.dev/config', 'note.txt'];
    expect(await prefixesOf(keys, { clusters: ['*.dev', 'x/*.dev'] })).toEqual(['x/y.dev/', 'z.dev/']);
  });

  it('is the directory as a whole where more than 100 things lie beside its clusters', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `note-${i}.txt`);
    expect(await prefixesOf(['a.example.com/config', ...many(100)], { pageSize: 7 })).toHaveLength(101);
    expect(await prefixesOf(['a.example.com/config', ...many(101)], { pageSize: 7 })).toEqual(['', 'a.example.com/']);
  });

  it('is unknown when a listing fails', async () => {
    const source = listing(['tests/a.example.com/config'], [], { failAt: 'tests/' });
    await expect(prefixesToReconcile(source, routeOf(), signal)).rejects.toThrow('cut short');
  });

  it('covers every key that the route carries, whatever lies where', async () => {
    const name = fc.constantFrom('a', 'b', 'config', 'secrets', 'instancegroup', '.statesync', 'kops-version.txt');
    const key = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const clusters = fc.constantFrom<string[]>(['*'], ['a'], ['a', 'a/*', 'b']);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 12 }), clusters, async (keys, globs) => {
        const route = routeOf(...globs);
        const prefixes = await prefixesOf(keys, { clusters: globs, pageSize: 2 });
        for (const one of keys.filter((text) => !isOwnKey(text) && carriesCluster(route, classify(text).cluster))) {
          expect([one, prefixes.some((prefix) => one.startsWith(prefix))]).toEqual([one, true]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
