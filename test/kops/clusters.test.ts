import { describe, expect, it } from '@jest/globals';
import { discoverClusters, type LostCluster, lostClustersIn } from '../../lib/kops/clusters.ts';
import { listing } from './listing.ts';

const clusterFiles = [
  'config',
  'instancegroup/nodes',
  'addons/bootstrap-channel.yaml',
  'addons/coredns.addons.k8s.io/k8s-1.12.yaml',
  'igconfig/node/nodes/nodeupconfig.yaml',
  'backups/etcd/main/control/etcd-cluster-spec',
  'backups/etcd/main/2026-01-31T04:00:00Z-000012/etcd.backup.gz',
  'pki/private/kubernetes-ca/keyset.yaml',
  'secrets/config',
];

describe('discoverClusters', () => {
  it('finds each directory that holds a config, nearest first, at one request for each directory that may', async () => {
    const found = await discover([...cluster('prod.example.com'), ...cluster('tests/a.example.com'), 'README.txt']);
    expect(found).toEqual({
      clusters: [
        { name: 'prod.example.com', prefix: 'prod.example.com/' },
        { name: 'tests/a.example.com', prefix: 'tests/a.example.com/' },
      ],
      listed: ['', 'prod.example.com/', 'tests/', 'tests/a.example.com/'],
      lost: [],
    });
  });

  it('finds a cluster below a cluster', async () => {
    const found = await discover([...cluster('example.com'), ...cluster('example.com/nested')]);
    expect(found.clusters.map(({ name }) => name)).toEqual(['example.com', 'example.com/nested']);
  });

  it('finds a cluster in a directory with a name of kOps', async () => {
    const found = await discover([...cluster('backups/prod.example.com'), ...cluster('addons/b.example.com')]);
    expect(found.clusters.map(({ name }) => name)).toEqual(['addons/b.example.com', 'backups/prod.example.com']);
  });

  it('takes neither a config at the root, nor one in a directory of a cluster, nor one of ours for a cluster', async () => {
    const found = await discover([
      'config',
      ...cluster('prod.example.com'),
      'prod.example.com/instancegroup/config',
      '.statesync/config',
      'prod.example.com/.statesync/config',
    ]);
    expect(found.clusters.map(({ name }) => name)).toEqual(['prod.example.com']);
  });

  it('does not walk through the directories of a base whose config lies elsewhere', async () => {
    const base = cluster('base.example.com').filter((key) => !key.endsWith('/config'));
    const { clusters, listed } = await discover([...base, 'base.example.com/kops-version.txt']);
    expect(clusters).toEqual([]);
    expect(listed).toEqual(['', 'base.example.com/']);
  });

  it('tells of a directory that has lost its config, at no request more, and does not walk through it', async () => {
    const lost = cluster('lost.example.com').filter((key) => !key.endsWith('/config'));
    const found = await discover([...lost, ...cluster('prod.example.com')]);
    expect(found.clusters.map(({ name }) => name)).toEqual(['prod.example.com']);
    expect(found.lost).toEqual([
      {
        name: 'lost.example.com',
        prefix: 'lost.example.com/',
        signs: ['instancegroup/', 'igconfig/'],
        hasGroups: true,
      },
    ]);
    expect(found.listed).toEqual(['', 'lost.example.com/', 'prod.example.com/']);
  });

  it.each([
    ['instancegroup/nodes', true],
    ['clusteraddons/default', true],
    ['igconfig/node/nodes/nodeupconfig.yaml', false],
    ['cluster-completed.spec', false],
  ])('takes a directory for a cluster that was there by its %s', async (key, hasGroups) => {
    const { lost } = await discover([`a/c.example.com/${key}`]);
    expect(lost).toMatchObject([{ name: 'a/c.example.com', hasGroups }]);
    expect(lostClustersIn([`a/c.example.com/${key}`])).toEqual(lost);
    expect((await discover([key])).lost).toMatchObject([{ name: '', prefix: '', hasGroups }]);
  });

  it('takes places of keys, secrets, backups and add-ons alone for no cluster, and so the files of a cluster', async () => {
    const parts = ['pki/private/x/keyset.yaml', 'secrets/kube', 'backups/etcd/main/control/etcd-cluster-spec'];
    const keys = [...parts, 'addons/bootstrap-channel.yaml', 'manifests/etcd/main.yaml', 'kops-version.txt'];
    const places = keys.map((key) => `keys/c.example.com/${key}`);
    expect((await discover(places)).lost).toEqual([]);
    expect(lostClustersIn([...places, ...cluster('prod.example.com')])).toEqual([]);
    expect((await discover([...cluster('prod.example.com'), 'config', 'instancegroup/nodes'])).lost).toEqual([]);
  });

  it('does not walk through backups that lie in a place of their own', async () => {
    const backups = Array.from({ length: 30 }, (_, i) => `etcd/main/2026-01-01T00:00:00Z-0000${10 + i}/etcd.backup.gz`);
    expect((await discover(backups)).listed).toEqual(['', 'etcd/', 'etcd/main/']);
  });

  it('reads every page of a long level', async () => {
    const names = Array.from({ length: 25 }, (_, i) => `c${10 + i}.example.com`);
    const { clusters, listed } = await discover(
      names.map((name) => `${name}/config`),
      { pageSize: 10 },
    );
    expect(clusters.map(({ name }) => name)).toEqual(names);
    expect(listed.filter((prefix) => prefix === '')).toHaveLength(3);
  });

  it('begins at the prefix that it is given', async () => {
    const found = await discover([...cluster('prod.example.com'), ...cluster('tests/a.example.com')], {
      prefix: 'tests/',
    });
    expect(found.clusters.map(({ name }) => name)).toEqual(['tests/a.example.com']);
    expect(found.listed[0]).toBe('tests/');
  });

  it('rejects when a listing fails, after what it found before', async () => {
    const { clusters, failure } = await discover(cluster('prod.example.com'), { failAt: 'prod.example.com/' });
    expect(clusters).toEqual([]);
    expect(failure).toEqual(new Error('the listing was cut short'));
  });
});

function cluster(name: string): readonly string[] {
  return clusterFiles.map((path) => `${name}/${path}`);
}

async function discover(
  keys: readonly string[],
  options: { readonly prefix?: string; readonly pageSize?: number; readonly failAt?: string } = {},
) {
  const listed: string[] = [];
  let requests = 0;
  const store = listing(keys, listed, options);
  const { prefix } = options;
  const clusters = [];
  const lost: LostCluster[] = [];
  let failure: unknown;
  try {
    for await (const found of discoverClusters(store, {
      ...(prefix !== undefined && { prefix }),
      onRequest: () => {
        requests += 1;
      },
      onLost: (one) => lost.push(one),
    })) {
      clusters.push(found);
    }
  } catch (error) {
    failure = error;
  }
  expect(requests).toBe(listed.length);
  return { clusters, listed, lost, ...(failure !== undefined && { failure }) };
}
