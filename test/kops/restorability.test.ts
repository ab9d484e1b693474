import { describe, expect, it } from '@jest/globals';
import { clusterReferences } from '../../lib/kops/cluster-references.ts';
import { restorability } from '../../lib/kops/restorability.ts';

const v1alpha2 = `
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: { name: prod.example.com }
spec:
  configBase: s3://state/prod.example.com/
  configStore: a text that means nothing here
  keyStore: s3://keys/prod.example.com
  secretStore: s3://secrets/prod.example.com
  etcdClusters:
  - name: main
    backups: { backupStore: s3://backups/prod/main }
  - name: events
`;

const v1alpha3 = `
apiVersion: kops.k8s.io/v1alpha3
kind: Cluster
spec:
  configStore:
    base: s3://state/prod.example.com
    keypairs: s3://keys/prod.example.com
    secrets: s3://secrets/prod.example.com
`;

describe('clusterReferences', () => {
  it('reads v1alpha2', () => {
    expect(clusterReferences(v1alpha2)).toEqual({
      kind: 'references',
      configBase: { field: 'spec.configBase', url: 's3://state/prod.example.com' },
      others: [
        { field: 'spec.keyStore', url: 's3://keys/prod.example.com' },
        { field: 'spec.secretStore', url: 's3://secrets/prod.example.com' },
        { field: 'spec.etcdClusters[0].backups.backupStore', url: 's3://backups/prod/main' },
      ],
    });
  });

  it('reads v1alpha3', () => {
    expect(clusterReferences(v1alpha3)).toMatchObject({
      configBase: { field: 'spec.configStore.base', url: 's3://state/prod.example.com' },
      others: [{ field: 'spec.configStore.keypairs' }, { field: 'spec.configStore.secrets' }],
    });
  });

  it('finds the Cluster among other documents', () => {
    const text = `---\nkind: ConfigMap\nspec: { configBase: s3://wrong }\n---${v1alpha2}---\n`;
    expect(clusterReferences(text)).toMatchObject({ configBase: { url: 's3://state/prod.example.com' } });
  });

  it.each([
    ['', 'no document in it is of kind Cluster'],
    ['just a text', 'no document in it is of kind Cluster'],
    ['kind: InstanceGroup', 'no document in it is of kind Cluster'],
    ['kind: Cluster', 'the Cluster has no spec'],
    ['kind: Cluster\nspec: [secret', 'broken YAML: '],
    ['a: &a [x]\nb: *c', 'broken YAML: '],
    ['\u0000\u0001', 'no document in it is of kind Cluster'],
  ])('says what is wrong with %j, and quotes nothing of it', (text, problem) => {
    const result = clusterReferences(text);
    expect(result).toEqual({ kind: 'unreadable', problem: expect.stringContaining(problem) });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});

describe('restorability', () => {
  const inputs = { cluster: 'prod.example.com', configText: v1alpha2, stateStore: 's3://state' };

  it('needs every place that the cluster names', () => {
    const covered = ['s3://state', 's3://keys/', 's3://secrets/prod.example.com', 's3://backups/prod'];
    expect(restorability({ ...inputs, covered })).toEqual({ kind: 'restorable' });
    expect(restorability({ ...inputs, covered: ['s3://keys', 's3://secrets', 's3://backups'] })).toEqual({
      kind: 'not-restorable',
      reasons: ['spec.configBase is s3://state/prod.example.com, which no route covers'],
    });
    expect(restorability({ ...inputs, covered: ['s3://state'] })).toEqual({
      kind: 'not-restorable',
      reasons: [
        'spec.keyStore is s3://keys/prod.example.com, which no route covers',
        'spec.secretStore is s3://secrets/prod.example.com, which no route covers',
        'spec.etcdClusters[0].backups.backupStore is s3://backups/prod/main, which no route covers',
      ],
    });
  });

  it('does not take a store for another whose name it begins with', () => {
    const configText = 'kind: Cluster\nspec: { configBase: s3://state-old/prod.example.com }';
    expect(restorability({ ...inputs, configText, covered: ['s3://state'] })).toMatchObject({ kind: 'not-restorable' });
  });

  it('takes a missing configBase for the state store and the name, as kOps does', () => {
    const configText = 'kind: Cluster\nspec: {}';
    expect(restorability({ ...inputs, configText, covered: ['s3://state/'] })).toEqual({ kind: 'restorable' });
    expect(restorability({ ...inputs, configText, covered: ['s3://state/other'] })).toMatchObject({
      kind: 'not-restorable',
    });
  });

  it('does not guess about a config that cannot be read', () => {
    expect(restorability({ ...inputs, configText: 'kind: [', covered: ['s3://state'] })).toMatchObject({
      kind: 'unreadable',
    });
  });
});
