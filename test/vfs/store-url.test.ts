import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatStoreUrl, parseStoreUrl } from '../../lib/vfs/store-url.ts';
import { oddText } from '../support/arbitraries.ts';

describe('parseStoreUrl', () => {
  it.each([
    ['s3://bucket', 's3', 'bucket', ''],
    ['s3://bucket/', 's3', 'bucket', ''],
    ['s3://bucket/path', 's3', 'bucket', 'path'],
    ['s3://bucket/path/sub/', 's3', 'bucket', 'path/sub'],
    ['s3://bucket/a%20b', 's3', 'bucket', 'a b'],
    ['s3://bucket/a?query#fragment', 's3', 'bucket', 'a'],
    ['memfs://name/prefix', 'memfs', 'name', 'prefix'],
    ['S3://bucket', 'S3', 'bucket', ''],
    ['file:///var/state', 'file', '/var/state', ''],
    ['file:///var/state//', 'file', '/var/state', ''],
    ['file:///', 'file', '/', ''],
    ['file:////', 'file', '/', ''],
    ['file://relative/dir', 'file', 'relative/dir', ''],
    ['file:///with%20escape?and=query', 'file', '/with%20escape?and=query', ''],
    ['/plain/path/', 'file', '/plain/path', ''],
    ['.', 'file', '.', ''],
  ])('reads %s', (text, scheme, root, prefix) => {
    expect(parseStoreUrl(text)).toEqual({ scheme, root, prefix });
  });

  it.each(['', 's3://', 's3:///path', 'file://', 's3://bucket/%zz', 'gs://?x'])(
    'refuses %j and says what is meant',
    (text) => {
      expect(() => parseStoreUrl(text)).toThrow(
        expect.objectContaining({ code: 'InvalidArgument', message: expect.stringContaining('s3://bucket/prefix') }),
      );
    },
  );
});

describe('formatStoreUrl', () => {
  it('writes what parseStoreUrl reads back', () => {
    const prefixes = oddText.filter((text) => !/^\/|\/$/.test(text));
    fc.assert(
      fc.property(prefixes, (prefix) => {
        const url = { scheme: 's3', root: 'bucket', prefix };
        expect(parseStoreUrl(formatStoreUrl(url))).toEqual(url);
      }),
    );
  });
});
