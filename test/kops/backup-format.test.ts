import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { formatBytes, remarkOnBackup } from '../../lib/kops/backup-format.ts';

const folder = 'examples/etcd-snapshots';
const snapshots = readdirSync(folder).filter((name) => name.endsWith('.db.gz'));

describe('the first bytes of a backup', () => {
  it.each(snapshots)('of a snapshot that etcd made are no remark: %s', (name) => {
    expect(remarkOnBackup(readFileSync(`${folder}/${name}`).subarray(0, formatBytes))).toBeUndefined();
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'it holds no etcd snapshot'],
    ['plain text', Buffer.from('placeholder'), 'it is not gzip'],
    ['gzip of something else', gzipSync('placeholder'), 'it holds no etcd snapshot'],
    ['gzip of zeros', gzipSync(Buffer.alloc(1 << 20)), 'it holds no etcd snapshot'],
  ])('are remarked on: %s', (_, bytes, remark) => {
    expect(remarkOnBackup(bytes)).toBe(`backup of unknown format: ${remark}`);
  });
});
