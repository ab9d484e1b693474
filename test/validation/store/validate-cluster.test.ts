import { describe, expect, it } from '@jest/globals';
import { sampleStore } from '../../../examples/sample-store.ts';
import { systemClock } from '../../../lib/flow/clock.ts';
import { isOfWholeFile } from '../../../lib/validation/finding.ts';
import { readOtherClusters } from '../../../lib/validation/store/cluster-files.ts';
import { type ClusterReport, validateCluster } from '../../../lib/validation/store/validate-cluster.ts';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';

const prod = 'prod.k8s.example.com/';
const keyset = `${prod}pki/private/kubernetes-ca/keyset.yaml`;
const signal = new AbortController().signal;
let next = 0;

/** A store with the sample clusters, as they were at noon. */
async function sample(): Promise<Store> {
  next += 1;
  const url = `memfs://validate-cluster-${next}`;
  const store = await openStore({ url }, { environment: {}, clock: systemClock });
  const now = new Date('2026-03-01T12:00:00Z');
  for await (const { key, body } of sampleStore({ stateStore: url, now, rsaBits: 1024 })) {
    await store.write(key, bytesSource(body));
  }
  return store;
}

async function validate(store: Store, now = '2026-03-01T12:00:00Z'): Promise<ClusterReport> {
  const clusters = await readOtherClusters(store, [prod, 'staging.k8s.example.com/'], signal);
  return validateCluster(store, prod, { signal, kopsVersion: undefined, now: new Date(now), clusters });
}

async function textOf(store: Store, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await store.read(key)).body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const rulesOf = ({ findings }: ClusterReport): readonly string[] => findings.map(({ rule }) => rule);

describe('a cluster of a store', () => {
  it('is clean where all is well, private keys included', async () => {
    expect((await validate(await sample())).findings).toEqual([]);
  });

  it('is found without the marker of its etcd, with the file by its key in the store', async () => {
    const store = await sample();
    const key = `${prod}backups/etcd/main/control/etcd-cluster-created`;
    await store.delete(key);
    const { findings, files } = await validate(store);
    expect(findings).toMatchObject([{ rule: 'ETCD-CONTROL-MISSING', severity: 'error', file: key }]);
    expect(findings[0]?.cluster).toBe('prod.k8s.example.com');
    expect(findings.map(isOfWholeFile)).toEqual([true]);
    expect(files).toContainEqual({ file: key, text: '' });
  });

  it('is found with a private key that is another one, of which nothing is shown', async () => {
    const store = await sample();
    const [ca, other] = [
      await textOf(store, keyset),
      await textOf(store, keyset.replace('kubernetes', 'etcd-clients')),
    ];
    const stolen = /privateMaterial: (\S+)/.exec(other)?.[1] ?? '';
    await store.write(keyset, textSource(ca.replace(/(privateMaterial: )\S+/, `$1${stolen}`)));
    const report = await validate(store);
    expect(report.findings).toMatchObject([
      {
        rule: 'KEYSET-CERTIFICATE',
        message: expect.stringContaining('its private key is not that of its certificate'),
      },
    ]);
    expect(stolen).not.toBe('');
    expect(JSON.stringify([report.findings, report.files])).not.toContain(stolen);
  });

  it('has the instance groups of its directory, whatever cluster their label names', async () => {
    const store = await sample();
    const key = `${prod}instancegroup/nodes`;
    const text = await textOf(store, key);
    await store.write(key, textSource(text.replace(/(kops.k8s.io\/cluster: ).*/, '$1staging.k8s.example.com')));
    const { findings, clusters } = await validate(store);
    expect(findings).toEqual([]);
    expect(clusters[0]?.instanceGroups.map(({ name }) => name)).toContain('nodes');
    await store.write(
      key,
      textSource(
        text.replace(/(kops.k8s.io\/cluster: ).*/, '$1x').replace(/^ {2}subnets:\n {2}- .*/m, '  subnets:\n  - x'),
      ),
    );
    expect(rulesOf(await validate(store))).toContain('INSTANCE-GROUP-SUBNET');
  });

  it('is found with a node configuration that was deleted, though the instance group was written last', async () => {
    const store = await sample();
    const group = `${prod}instancegroup/nodes`;
    await store.write(group, textSource(await textOf(store, group)));
    await store.delete(`${prod}igconfig/node/nodes/nodeupconfig.yaml`);
    expect(rulesOf(await validate(store))).toEqual(['NODE-CONFIG-MISSING']);
  });

  it('is found with a secret that is none, of which nothing is shown', async () => {
    const store = await sample();
    await store.write(`${prod}secrets/kube`, textSource('hunter2'));
    const report = await validate(store);
    expect(rulesOf(report)).toEqual(['SECRET-UNREADABLE']);
    expect(JSON.stringify([report.findings, report.files])).not.toContain('hunter2');
  });

  it('is found with additional objects that are broken, of which nothing is shown', async () => {
    const store = await sample();
    await store.write(`${prod}clusteraddons/default`, textSource('kind: Secret\nstringData: { a: hunter2\n'));
    const report = await validate(store);
    expect(rulesOf(report)).toContain('ADDITIONAL-OBJECTS-UNREADABLE');
    expect(JSON.stringify([report.findings, report.files])).not.toContain('hunter2');
  });

  it.each([
    ['is empty', '""'],
    ['is none of its keys', '"7"'],
  ])('is found with a keyset whose primary id %s, by that alone', async (_, id) => {
    const store = await sample();
    const text = await textOf(store, keyset);
    const line = text.split('\n').findIndex((one) => one.includes('primaryId')) + 1;
    await store.write(keyset, textSource(text.replace(/primaryId: .*/, `primaryId: ${id}`)));
    const { findings } = await validate(store);
    expect(findings.map(isOfWholeFile)).toEqual([false]);
    expect(findings).toMatchObject([{ rule: 'KEYSET-PRIMARY', file: keyset, range: { start: { line } } }]);
  });

  it('is found in a place that another cluster uses', async () => {
    const store = await sample();
    const config = await textOf(store, `${prod}config`);
    await store.write(`${prod}config`, textSource(config.replace(/^spec:$/m, 'spec:\n  keyStore: s3://keys/shared')));
    const other = 'staging.k8s.example.com/config';
    const staging = await textOf(store, other);
    await store.write(other, textSource(staging.replace(/^spec:$/m, 'spec:\n  secretStore: s3://keys/shared')));
    expect(rulesOf(await validate(store))).toContain('STORES-SHARED');
  });

  it('is read once, in files that are small: never the data of a backup', async () => {
    const store = await sample();
    const read: string[] = [];
    const { driver } = store;
    const watched = new Store({
      ...driver,
      ...Object.fromEntries(['listPage', 'read'].map((name) => [name, Reflect.get(driver, name).bind(driver)])),
      read: (key, options) => {
        read.push(key);
        return driver.read(key, options);
      },
    } as typeof driver);
    await validateCluster(watched, prod, { signal, kopsVersion: undefined, now: new Date() });
    expect(read).toEqual([...new Set(read)]);
    expect(read).toContain(keyset);
    expect(read).toContain(`${prod}secrets/encryptionconfig`);
    expect(read.filter((key) => key.endsWith('backup.gz'))).toEqual([]);
  });

  it('is found with an encryption configuration that cannot be used, of which nothing is shown', async () => {
    const store = await sample();
    const [hidden, key] = ['not as long as it must be', `${prod}secrets/encryptionconfig`];
    const secret = Buffer.from(hidden).toString('base64');
    const configuration = `kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc: { keys: [{ name: ${hidden.replaceAll(' ', '-')}, secret: ${secret} }] }\n`;
    await store.write(key, textSource(JSON.stringify({ Data: Buffer.from(configuration).toString('base64') })));
    const report = await validate(store);
    expect(new Set(rulesOf(report))).toEqual(new Set(['ENCRYPTION-CONFIG', 'NODE-CONFIG-STALE']));
    const shown = JSON.stringify([report.findings, report.files]);
    for (const part of [hidden, hidden.replaceAll(' ', '-'), secret, Buffer.from(configuration).toString('base64')]) {
      expect(shown).not.toContain(part);
    }
  });

  it('is found with a channel of add-ons that kops-channels would read otherwise than it is meant', async () => {
    const store = await sample();
    const key = `${prod}addons/bootstrap-channel.yaml`;
    await store.write(key, textSource((await textOf(store, key)).replace('manifestHash:', 'manifesthash:')));
    expect((await validate(store)).findings).toMatchObject([
      { rule: 'FIELD-UNKNOWN', severity: 'error', file: key, message: expect.stringContaining('manifestHash') },
    ]);
  });
});
