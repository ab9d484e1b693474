import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { knownSchemes } from '../../lib/vfs/open.ts';
import { formatStoreUrl, parseStoreUrl } from '../../lib/vfs/store-url.ts';
import { oddText } from '../support/arbitraries.ts';

/** The message with which a text is refused as the caller's mistake. */
function refusalOf(text: string): string {
  try {
    parseStoreUrl(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'InvalidArgument' });
    return String(error);
  }
  throw new Error('taken for a store URL');
}

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

  it.each([
    ['azureblob://account/container/a/b', 'azureblob', 'account/container', 'a/b'],
    ['azureblob://account/container/', 'azureblob', 'account/container', ''],
    ['azureblob://account', 'azureblob', 'account/', ''],
    ['azureblob:///container', 'azureblob', '/container', ''],
    ['azureblob://', 'azureblob', '/', ''],
    ['vault://vault.example.com:8200/secret/clusters', 'vault', 'vault.example.com:8200/secret', 'clusters'],
    ['vault://vault.example.com/secret', 'vault', 'vault.example.com/secret', ''],
    ['k8s://', 'k8s', '/', ''],
    ['k8s://admin@prod', 'k8s', 'admin@prod/', ''],
    ['k8s://prod/state/a/b', 'k8s', 'prod/state', 'a/b'],
    ['k8s:///state', 'k8s', '/state', ''],
    ['k8s:////a', 'k8s', '/', 'a'],
    ['k8s://prod//a', 'k8s', 'prod/', 'a'],
  ])('reads %s, whose root has two segments', (text, scheme, root, prefix) => {
    const url = parseStoreUrl(text);
    expect(url).toEqual({ scheme, root, prefix });
    expect(parseStoreUrl(formatStoreUrl(url))).toEqual(url);
  });

  it('keeps what stands behind the ? of a vault:// URL, and drops it elsewhere as kOps does', () => {
    const url = { scheme: 'vault', root: 'localhost:8200/secret', prefix: 'a', query: 'tls=false' };
    expect(parseStoreUrl('vault://localhost:8200/secret/a?tls=false')).toEqual(url);
    expect(parseStoreUrl('vault://localhost:8200/secret/a/?tls=false')).toEqual(url);
    expect(formatStoreUrl(url)).toBe('vault://localhost:8200/secret/a?tls=false');
    expect(parseStoreUrl('azureblob://a/c/p?tls=false')).not.toHaveProperty('query');
    expect(parseStoreUrl('k8s://a/c/p#f')).not.toHaveProperty('query');
  });

  it.each(['', 's3://', 's3:///path', 'vault://', 'vault:///secret', 'file://', 's3://bucket/%zz', 'gs://?x'])(
    'refuses %j and says what is meant',
    (text) => {
      expect(() => parseStoreUrl(text)).toThrow(
        expect.objectContaining({ code: 'InvalidArgument', message: expect.stringContaining('s3://bucket/prefix') }),
      );
    },
  );

  it.each(['s3://', 'gs://', 'azureblob://account/container/%zz', 's3:///bucket', 's3://bucket/%zz'])(
    'quotes %s without what stands behind a ? or a #',
    (url) => {
      for (const text of [`${url}?sig=hidden-value`, `${url}#hidden-value`]) {
        const message = refusalOf(text);
        expect(message).not.toContain('hidden-value');
      }
    },
  );
});

describe('a URL with a user and a password', () => {
  const holding = [
    'AKIAIOSFODNN:hidden-value',
    'user:hidden-value@odd',
    'user:',
    ':hidden-value',
    'a:hidden?value',
    'a:hidden%2Fvalue',
  ];
  const schemes = [...knownSchemes, 'https', 'S3'];
  const cases = schemes.flatMap((scheme) => holding.map((userInfo) => [`${scheme}://${userInfo}@account/container/a`]));
  const withSlash = schemes
    .filter((scheme) => !['file'].includes(scheme))
    .map((scheme) => [`${scheme}://AKIAIOSFODNN:hidden/value@bucket/a`]);

  it.each([...cases, ...withSlash, ['s3:///user:hidden-value@bucket'], ['k8s://user:hidden-value@']])(
    'is refused and not repeated: %s',
    (text) => {
      const message = refusalOf(text);
      expect(message).toMatch(
        / URL holds a user or a password; remove it, and use the field "credentials" .* variables/,
      );
      expect(message).not.toMatch(/hidden|AKIA/);
    },
  );

  it.each(['s3', 'gs', 'azureblob', 'swift', 'oss', 'vault', 'memfs'])('is refused with a user alone: %s', (scheme) => {
    expect(refusalOf(`${scheme}://hidden-token@account/container/a`)).not.toContain('hidden-token');
  });

  it.each([
    ['k8s://admin@prod/state/a:b@c', 'admin@prod/state', 'a:b@c'],
    ['k8s://system%3Aadmin@prod/state', 'system%3Aadmin@prod/state', ''],
    [
      'k8s://arn:aws:eks:eu-west-1:111122223333:cluster%2Fprod/state/a@b',
      'arn:aws:eks:eu-west-1:111122223333:cluster%2Fprod/state',
      'a@b',
    ],
    ['vault://vault.example.com:8200/secret/a:b@c', 'vault.example.com:8200/secret', 'a:b@c'],
    ['vault://[::1]:8200/secret/a@b', '[::1]:8200/secret', 'a@b'],
    ['s3://bucket/a:b@c', 'bucket', 'a:b@c'],
    ['gs://bucket/a@b', 'bucket', 'a@b'],
    ['azureblob://account/container/a:b@c', 'account/container', 'a:b@c'],
    ['file:///a:b@c', '/a:b@c', ''],
    ['file://a@b/c', 'a@b/c', ''],
    ['a:b@c/d', 'a:b@c/d', ''],
    ['./a:b@c', './a:b@c', ''],
  ])('is not seen in %s', (text, root, prefix) => {
    expect(parseStoreUrl(text)).toMatchObject({ root, prefix });
  });
});

describe('formatStoreUrl', () => {
  it('writes what parseStoreUrl reads back', () => {
    const prefixes = oddText.filter((text) => !/^\/|\/$/.test(text));
    const roots = fc.constantFrom(
      { scheme: 's3', root: 'bucket' },
      { scheme: 'azureblob', root: 'account/container' },
      { scheme: 'vault', root: 'host:8200/mount', query: 'tls=false' },
      { scheme: 'k8s', root: '/' },
      { scheme: 'k8s', root: 'context/' },
      { scheme: 'k8s', root: '/namespace' },
    );
    fc.assert(
      fc.property(roots, prefixes, (root, prefix) => {
        const url = { ...root, prefix };
        expect(parseStoreUrl(formatStoreUrl(url))).toEqual(url);
      }),
    );
  });
});
