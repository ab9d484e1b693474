import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readmeWithStores, storesPage } from '../../scripts/stores-table.ts';
import { type LastRun, readLastRun } from '../servers/last-run.ts';
import { knownServers } from '../servers/s3/quirks.ts';

const record = {
  store: 's3://',
  title: 'Some S3',
  version: '1.2',
  date: '2026-01-02',
  suites: { conformance: { passed: 7, deviations: 2, failed: 0 } },
  notHonoured: { 'a bucket': ['deleteIfMatch'] },
};

describe("the README's table of stores", () => {
  it('is current (else run: npx tsx scripts/stores-table.ts)', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    expect(readme).toContain('| `s3://`, Amazon S3 |');
    expect(readme).toBe(readmeWithStores(readme));
  });
});

describe('docs/stores.md', () => {
  it('is current (else run: npx tsx scripts/stores-table.ts)', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/stores.md'), 'utf8');
    expect(page).toBe(storesPage(readLastRun()));
  });

  it('says what was run, and what a server does not honour, with the guarantee that is left', () => {
    const page = storesPage({ ceph: record });
    expect(page).toContain('| `s3://` | Some S3 1.2 | 2026-01-02 | conformance | 7 | 2 | 0 |');
    expect(page).toContain('As source `cas`, as destination `leased`.');
    expect(page).toContain(
      `- no \`deleteIfMatch\`: it ${knownServers.ceph.buckets['a bucket'].notHonoured.deleteIfMatch}`,
    );
  });

  it('says of Amazon S3 that it was never run, until it was', () => {
    const sentence = 'Amazon S3 itself, and any other store that is compatible with it: never run.';
    const onAmazon: LastRun = { s3: { ...record, version: '(Amazon S3)' } };
    expect(storesPage({ ceph: record })).toContain(sentence);
    expect(storesPage(onAmazon)).not.toContain(sentence);
  });
});
