import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveRoute } from '../../lib/config/resolve.ts';
import type { ResolvedConfig } from '../../lib/config/resolved.ts';
import {
  carries,
  deletePolicyOf,
  destinationNamed,
  policyOf,
  routeNamed,
  routesConcerned,
  storeNamed,
} from '../../lib/config/routes.ts';
import { objectClasses } from '../../lib/kops/object-class.ts';

const store = (root: string, prefix = '') => ({
  definition: { url: `s3://${root}/${prefix}` },
  scheme: 's3',
  root,
  prefix,
});

const config: ResolvedConfig = {
  version: 1,
  stores: { whole: store('acme'), part: store('acme', 'team/a'), other: store('other') },
  routes: [
    resolveRoute({ name: 'whole', from: 'whole', to: [{ store: 'other' }] }),
    resolveRoute({ name: 'part', from: 'part', clusters: ['*.k8s.example.com'], to: [{ store: 'other' }] }),
  ],
};

function concerned(bucket: string, key: string): readonly string[] {
  return routesConcerned(config, bucket, key).map(({ route, key: relative }) => `${route.name} ${relative}`);
}

describe('an event', () => {
  it.each([
    ['acme', 'c.example.com/config', ['whole c.example.com/config']],
    ['acme', 'team/a/c.example.com/config', ['whole team/a/c.example.com/config', 'part c.example.com/config']],
    ['acme', 'team/ab/config', ['whole team/ab/config']],
    ['acme', 'team/a', ['whole team/a']],
    ['acme', 'team/a/', ['whole team/a/']],
    ['other', 'c.example.com/config', []],
    ['nonesuch', 'c.example.com/config', []],
  ])('of bucket %s and key %s concerns %j', (bucket, key, routes) => {
    expect(concerned(bucket, key)).toEqual(routes);
  });

  it('concerns a route exactly when the key, put back under its prefix, is the key of the event', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'team/a/', 'team/', 'team/a'), fc.string({ minLength: 1 }), (before, rest) => {
        const key = before + rest;
        const part = routesConcerned(config, 'acme', key).find(({ route }) => route.name === 'part');
        expect(part === undefined ? undefined : `team/a/${part.key}`).toBe(
          key.startsWith('team/a/') && key !== 'team/a/' ? key : undefined,
        );
      }),
    );
  });
});

describe('names', () => {
  it.each(['constructor', 'toString', '__proto__', 'nonesuch'])('%s names no store, route or destination', (name) => {
    const [route] = config.routes;
    expect([storeNamed(config, name), routeNamed(config, name), destinationNamed(route!, name)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are found where they stand', () => {
    expect(storeNamed(config, 'part')?.prefix).toBe('team/a');
    expect(destinationNamed(routeNamed(config, 'part')!, 'other')?.store).toBe('other');
  });
});

describe('a destination', () => {
  const route = resolveRoute({
    name: 'r',
    from: 'whole',
    clusters: ['*.k8s.example.com'],
    to: [{ store: 'other', classes: { exclude: ['etcd-backup'] }, deletes: { keyset: 'follow' } }],
  });
  const [destination] = route.to as [(typeof route.to)[0]];

  it.each([
    ['config', 'a.k8s.example.com', true],
    ['config', 'a.example.com', false],
    ['etcd-backup', 'a.k8s.example.com', false],
    ['etcd-command', 'a.k8s.example.com', false],
    ['config', undefined, false],
    [undefined, 'a.k8s.example.com', false],
  ] as const)('gets class %s of cluster %s: %s', (objectClass, cluster, carried) => {
    expect(carries(route, destination, { class: objectClass, cluster })).toBe(carried);
    expect(policyOf(route, destination).carries({ class: objectClass, cluster })).toBe(carried);
  });

  it('gets what belongs to no cluster by a lone * only', () => {
    const [all] = config.routes as [typeof route];
    expect(carries(all, all.to[0]!, { class: 'discovery', cluster: undefined })).toBe(true);
    const stars = resolveRoute({ name: 'r', from: 'whole', clusters: ['**'], to: [{ store: 'other' }] });
    expect(carries(stars, stars.to[0]!, { class: 'discovery', cluster: undefined })).toBe(false);
  });

  it('deletes as its route says, and keeps what it does not get', () => {
    const { deletePolicy } = policyOf(route, destination);
    expect(
      ['keyset', 'config', 'addon', 'etcd-backup', 'etcd-command'].map((name) => deletePolicy(name as never)),
    ).toEqual([...['follow', 'retain', 'follow', 'retain', 'retain']]);
  });

  it('retains config, keyset, secret, ssh-key and etcd-control unless its route says otherwise', () => {
    const [route1] = config.routes;
    const retained = objectClasses.filter(
      (name) => name !== 'etcd-command' && deletePolicyOf(route1!.to[0]!, name) === 'retain',
    );
    expect(retained).toEqual(['config', 'keyset', 'ssh-key', 'secret', 'etcd-control']);
  });
});
