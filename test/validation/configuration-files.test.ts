import { describe, expect, it } from '@jest/globals';
import { validateCluster } from '../../lib/validation/store/validate-cluster.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { config, nodes, validSet } from '../replication/configurations.ts';
import { cluster } from '../replication/pair.ts';

/** The findings of the rule in a cluster of which some files are other ones. */
async function foundWith(changes: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const store = new Store(createMemoryDriver());
  for (const [key, text] of Object.entries({ ...validSet, ...changes })) {
    await store.write(key, textSource(text));
  }
  const { signal } = new AbortController();
  const { findings } = await validateCluster(store, `${cluster}/`, { signal, kopsVersion: undefined, now: new Date() });
  return findings.filter(({ rule }) => rule === 'CONFIGURATION-FILE').map(({ file, message }) => `${file}: ${message}`);
}

describe('CONFIGURATION-FILE', () => {
  it.each([
    ['is empty', '', 1],
    ['holds an object of another kind', validSet[nodes] ?? '', 1],
    ['holds the Cluster behind something else', `kind: ConfigMap\n---\n${validSet[config]}`, 1],
    ['holds the Cluster in a list', JSON.stringify([{ apiVersion: 'kops.k8s.io/v1alpha2', kind: 'Cluster' }]), 1],
    ['holds the Cluster behind an empty document', `---\n---\n${validSet[config]}`, 0],
    ['cannot be read, which is said by another rule', 'a: [', 0],
    ['holds the Cluster', validSet[config] ?? '', 0],
  ])('is asked of a config that %s', async (_, text, count) => {
    const sentence = `${config}: its first document is no Cluster of kops.k8s.io, which kOps expects there`;
    expect(await foundWith({ [config]: text })).toEqual(count === 0 ? [] : [sentence]);
  });

  it('is broken by a file of instancegroup/ that is no InstanceGroup, and by no other file', async () => {
    expect(await foundWith({ [nodes]: '', [`${cluster}/clusteraddons/default`]: 'kind: ConfigMap\n' })).toEqual([
      `${nodes}: its first document is no InstanceGroup of kops.k8s.io, which kOps expects there`,
    ]);
  });
});
