import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { discoverClusters } from '../../lib/kops/clusters.ts';
import { classify } from '../../lib/kops/layout.ts';
import { objectClasses } from '../../lib/kops/object-class.ts';
import { listing } from './listing.ts';

const { STATESYNC_CORPUS: corpus } = process.env;

describe('the stores of the corpus', () => {
  if (corpus === undefined) {
    it('need STATESYNC_CORPUS: without it nothing is read, and this says so', () => {
      process.stderr.write('corpus.test.ts read nothing: STATESYNC_CORPUS does not name a folder with stores/.\n');
    });
    return;
  }

  const stores = readdirSync(join(corpus, 'stores'));

  it.each(stores)('%s holds no key that is unknown, and no key without a cluster', (store) => {
    const keys = filesUnder(join(corpus, 'stores', store));
    const strange = keys.filter((key) => {
      const { class: objectClass, cluster } = classify(key);
      return objectClass === undefined || objectClass === 'unknown' || cluster === undefined;
    });
    expect(keys.length).toBeGreaterThan(20);
    expect(strange).toEqual([]);
  });

  it.each(stores)('%s lists its clusters in a few requests', async (store) => {
    const keys = filesUnder(join(corpus, 'stores', store));
    const listed: string[] = [];
    const found: string[] = [];
    for await (const { name } of discoverClusters(listing(keys, listed))) {
      found.push(name);
    }
    const configs = keys.filter((key) => key.endsWith('/config')).map((key) => key.slice(0, -'/config'.length));
    expect(found.toSorted()).toEqual(configs.toSorted());
    expect(listed.length).toBeLessThan(12);
  });

  it('hold every class that kOps writes in its own tests', () => {
    const met = new Set(
      stores.flatMap((store) => filesUnder(join(corpus, 'stores', store)).map((key) => classify(key).class)),
    );
    expect(objectClasses.filter((objectClass) => !met.has(objectClass))).toEqual([
      'keyset',
      'secret',
      'etcd-command',
      'unknown',
    ]);
  });
});

function filesUnder(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}
