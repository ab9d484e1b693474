import { describe, expect, it } from '@jest/globals';
import { sampleStore } from '../../../examples/sample-store.ts';
import { systemClock } from '../../../lib/flow/clock.ts';
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
    expect(read.filter((key) => /backup\.gz|secrets\//.test(key))).toEqual([]);
  });
});
