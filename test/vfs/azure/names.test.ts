import { describe, expect, it } from '@jest/globals';
import { blockIdOf, isUploadId, partOf, uploadIdOf } from '../../../lib/vfs/azure/block-ids.ts';
import { whyNotBlobName } from '../../../lib/vfs/azure/names.ts';

describe('a key that can be no name of a blob', () => {
  it.each([
    ['a\\b', 'U+005C'],
    ['a\nb', 'U+000A'],
    ['a\u0000b', 'U+0000'],
    ['a\u007fb', 'U+007F'],
    ['a\u0081b', 'U+0081'],
    ['a\ue000b', 'U+E000'],
    ['a\uffffb', 'U+FFFF'],
    ['a\u{1fffe}b', 'U+1FFFE'],
  ])('%j holds %s', (key, point) => {
    expect(whyNotBlobName(key)).toBe(`a blob's name cannot hold the character ${point}`);
  });

  it.each(['a.', 'a./b', 'a/.', './a', 'a/../b', 'a...'])('%s has a segment that ends with a dot', (key) => {
    expect(whyNotBlobName(key)).toMatch(/no segment of a blob's name ends with a dot/);
  });

  it('has more than 254 segments', () => {
    expect(whyNotBlobName(Array(254).fill('s').join('/'))).toBeUndefined();
    expect(whyNotBlobName(Array(255).fill('s').join('/'))).toMatch(/at most 254 segments, and this one has 255/);
  });
});

it.each([
  'prod.example.com/secrets/system:scheduler',
  'backups/2026-01-01T00:00:00Z-000001/_etcd_backup.meta',
  'a..b/.c/d e',
  'a//b',
  '\u{1f600}+%?#&',
])('%s is a name', (key) => {
  expect(whyNotBlobName(key)).toBeUndefined();
});

describe('the id of a block', () => {
  const upload = uploadIdOf(Buffer.alloc(16, 7));
  const other = uploadIdOf(Buffer.alloc(16, 8));

  it('is of the one length that kOps uses too, 64 bytes', () => {
    for (const part of [1, 50_000]) {
      expect(Buffer.from(blockIdOf(upload, part), 'base64')).toHaveLength(64);
    }
  });

  it('tells its part to its own upload and to no other', () => {
    expect(partOf(upload, blockIdOf(upload, 42))).toBe(42);
    expect(partOf(other, blockIdOf(upload, 42))).toBeUndefined();
    expect(partOf(upload, Buffer.from('of another tool').toString('base64'))).toBeUndefined();
  });

  it('comes of an upload, whose name is 16 bytes', () => {
    expect(isUploadId(upload)).toBe(true);
    expect(isUploadId('any')).toBe(false);
  });
});
