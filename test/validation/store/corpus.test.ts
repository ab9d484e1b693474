import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { discoverClusters } from '../../../lib/kops/clusters.ts';
import { readOtherClusters } from '../../../lib/validation/store/cluster-files.ts';
import { validateCluster } from '../../../lib/validation/store/validate-cluster.ts';
import { openStore } from '../../../lib/vfs/open.ts';

const corpus = process.env['STATESYNC_CORPUS'];
const stores = join(corpus ?? '', 'stores');
const signal = new AbortController().signal;

describe('stores that kOps wrote', () => {
  if (corpus === undefined || !existsSync(stores)) {
    it('are not read: STATESYNC_CORPUS names no folder with stores', () => {
      expect(corpus === undefined || !existsSync(stores)).toBe(true);
    });
    return;
  }

  it('give no error, and no warning but that their backups are old, of a taint with a made-up effect, and of Kubernetes newer than kOps', async () => {
    const store = await openStore({ url: `file://${stores}` }, { environment: {}, clock: systemClock });
    const prefixes: string[] = [];
    for await (const { prefix } of discoverClusters(store, { signal })) {
      prefixes.push(prefix);
    }
    const clusters = await readOtherClusters(store, prefixes, signal);
    const found: string[] = [];
    for (const prefix of prefixes) {
      const options = { signal, kopsVersion: undefined, now: new Date(), clusters };
      const { findings } = await validateCluster(store, prefix, options);
      const told = findings.filter(
        ({ rule, severity }) => !(rule === 'FIELD-UNKNOWN' && severity === 'warning') && severity !== 'info',
      );
      found.push(...told.map(({ rule, file }) => `${rule} ${file}`));
    }
    expect(prefixes.length).toBeGreaterThan(20);
    // ha_gce has the taint `a=b:c`; minimal_azure was written by kOps 1.34.0, for Kubernetes 1.35.
    const expected = ['BACKUP-STALE ', 'INSTANCE-GROUP-TAINT-EFFECT ha_gce/', 'KUBERNETES-TOO-NEW minimal_azure/'];
    expect(found.filter((finding) => !expected.some((start) => finding.startsWith(start)))).toEqual([]);
  });
});
