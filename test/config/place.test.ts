import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../lib/config/parse.ts';
import { type PlacedDefinition, placeOf, relation } from '../../lib/config/place.ts';

function related(a: PlacedDefinition, b: PlacedDefinition, environment = {}) {
  const [one, other] = [placeOf(a, environment), placeOf(b, environment)];
  return [relation(one, other), relation(other, one)];
}

const elsewhere = { endpoint: 'https://s3.example.com' };

describe('the places of two stores', () => {
  it.each([
    ['s3://b', 's3://b/', 'same'],
    ['s3://b/x', 's3://b/x/', 'same'],
    ['s3://b/a%20b', 's3://b/a b', 'same'],
    ['s3://b', 's3://c', 'apart'],
    ['s3://b/x', 's3://b/xy', 'apart'],
    ['s3://b/x/y', 's3://b/z/y', 'apart'],
    ['file:///a', 'file:///a/', 'same'],
    ['file:///a', 'file:///ab', 'apart'],
    ['memfs://m', 'memfs://m', 'same'],
    ['memfs://m', 's3://m', 'apart'],
  ])('%s and %s: %s', (a, b, how) => {
    expect(related({ url: a }, { url: b })).toEqual([how, how]);
  });

  it.each([
    ['s3://b/x/y', 's3://b/x'],
    ['s3://b/x', 's3://b'],
    ['file:///a/b', 'file:///a'],
    ['file:///a', 'file:///'],
    ['memfs://m/p', 'memfs://m'],
  ])('%s lies inside %s', (inner, outer) => {
    expect(related({ url: inner }, { url: outer })).toEqual(['inside', 'around']);
  });

  it.each([
    ['https://s3.example.com', 'http://S3.example.com:80', 'same'],
    ['https://s3.example.com', 'https://s3.example.com.', 'same'],
    ['https://s3.example.com', 'https://s3.example.com:8443', 'apart'],
    ['https://s3.eu-west-1.amazonaws.com', undefined, 'same'],
    ['https://s3.eu-west-1.amazonaws.com', 'https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com', 'same'],
    ['https://s3.example.com', undefined, 'apart'],
  ])('one bucket name at %s and %s: %s', (a, b, how) => {
    expect(
      related({ url: 's3://b', endpoint: a }, { url: 's3://b', ...(b === undefined ? {} : { endpoint: b }) }),
    ).toEqual([how, how]);
  });

  it.each([
    ['do://b', 'do://b', 'same'],
    ['do://b', 's3://b', 'same'],
    ['do://b', 'linode://c', 'apart'],
    ['gs://b/x', 'gs://b/x/', 'same'],
    ['gs://b', 's3://b', 'apart'],
    ['oss://b', 'oss://c', 'apart'],
    ['azureblob://a/c', 'azureblob://a/c/', 'same'],
    ['azureblob://a/c', 'azureblob://b/c', 'apart'],
    ['azureblob://a/c', 'azureblob://a/d', 'apart'],
    ['vault://v.example.com/kv/a', 'vault://V.example.com:443/kv/a', 'same'],
    ['vault://v.example.com/kv/a', 'vault://v.example.com:8200/kv/a', 'apart'],
    ['vault://v.example.com:8200/kv/a?tls=false', 'vault://v.example.com:8200/kv/a', 'same'],
    ['vault://v.example.com/kv/a', 'vault://v.example.com/kv-2/a', 'apart'],
    ['swift://c', 'swift://d', 'apart'],
    ['k8s://prod/kops', 'k8s://prod/other', 'apart'],
    ['k8s://prod/kops', 'k8s://stage/kops', 'apart'],
    ['k8s://prod/kops', 'k8s:///kops', 'same'],
    ['k8s://prod/kops', 'k8s://prod', 'same'],
  ])('%s and %s: %s', (a, b, how) => {
    const environment = { S3_ENDPOINT: 'https://objects.example.com' };
    expect(related({ url: a }, { url: b }, environment)).toEqual([how, how]);
  });

  it.each([
    ['gs://b/x/y', 'gs://b/x'],
    ['azureblob://a/c/x', 'azureblob://a/c'],
    ['vault://v.example.com/kv/a/b', 'vault://v.example.com/kv/a'],
    ['k8s://prod/kops/x', 'k8s://prod/kops'],
    ['swift://c/x', 'swift://c'],
    ['oss://b/x', 'oss://b'],
  ])('%s lies inside %s', (inner, outer) => {
    expect(related({ url: inner }, { url: outer })).toEqual(['inside', 'around']);
  });

  const user = {
    authUrl: 'https://keystone.example.com/v3',
    username: 'u',
    userDomain: 'Default',
    password: { env: 'P' },
    project: 'kops',
    projectDomain: 'Default',
  };
  const application = {
    authUrl: 'https://keystone.example.com:443',
    applicationCredentialId: 'a',
    applicationCredentialSecret: { env: 'S' },
  };
  it.each([
    ['another project', { credentials: user }, { credentials: { ...user, project: 'other' } }, 'apart'],
    ['another domain of the project', { credentials: user }, { credentials: { ...user, projectDomain: 'x' } }, 'apart'],
    ['another user of one project', { credentials: user }, { credentials: { ...user, username: 'x' } }, 'same'],
    [
      'another Keystone',
      { credentials: user },
      { credentials: { ...user, authUrl: 'https://k.example.org' } },
      'apart',
    ],
    ['another region', { credentials: user, region: 'A' }, { credentials: user, region: 'B' }, 'apart'],
    ['a region that only one says', { credentials: user, region: 'A' }, { credentials: user }, 'same'],
    [
      'an application credential of who knows which project',
      { credentials: user },
      { credentials: application },
      'same',
    ],
    [
      'two application credentials',
      { credentials: application },
      { credentials: { ...application, applicationCredentialId: 'b' } },
      'apart',
    ],
    ['two clouds', { credentials: { cloud: 'a' } }, { credentials: { cloud: 'b' } }, 'apart'],
    ['one cloud', { credentials: { cloud: 'a' } }, { credentials: { cloud: 'a' } }, 'same'],
    ['a cloud and the environment', { credentials: { cloud: 'a' } }, {}, 'same'],
    ['the environment of the same project', { credentials: user }, {}, 'same'],
    ['the environment of another project', { credentials: { ...user, project: 'other' } }, {}, 'apart'],
  ])('a container of Swift with %s: %#', (_, a, b, how) => {
    const environment = {
      OS_AUTH_URL: 'https://keystone.example.com/v3',
      OS_PROJECT_NAME: 'kops',
      OS_PROJECT_DOMAIN_NAME: 'Default',
      OS_USERNAME: 'u',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PASSWORD: 'p',
      OS_CLOUD: 'ignored where the variables say enough',
    };
    expect(related({ url: 'swift://c', ...a }, { url: 'swift://c', ...b }, environment)).toEqual([how, how]);
  });

  it.each([
    ['one kubeconfig', { kubeconfig: '/a' }, { kubeconfig: '/a' }, 'same'],
    ['two kubeconfigs', { kubeconfig: '/a' }, { kubeconfig: '/b' }, 'apart'],
    ['that of the environment', { kubeconfig: '/env' }, undefined, 'same'],
    ['another than that of the environment', { kubeconfig: '/a' }, undefined, 'apart'],
    ['the cluster that this runs in, which may be any', { kubeconfig: '/a' }, { inCluster: true as const }, 'same'],
  ])('one context in %s: %#', (_, a, b, how) => {
    const url = 'k8s:///kops';
    const other = b === undefined ? { url } : { url, credentials: b };
    expect(related({ url, credentials: a }, other, { KUBECONFIG: '/env' })).toEqual([how, how]);
  });

  it.each([
    ['a', 'a', 'same'],
    ['a', undefined, 'same'],
    ['b', undefined, 'apart'],
    ['a/b', 'a', 'apart'],
  ])('one mount in the namespaces %s and %s: %s', (a, b, how) => {
    const url = 'vault://v.example.com/kv/x';
    const other = b === undefined ? { url } : { url, namespace: b };
    expect(related({ url, namespace: a }, other, { VAULT_NAMESPACE: 'a' })).toEqual([how, how]);
  });

  it('a store without an endpoint is at S3_ENDPOINT', () => {
    expect(related({ url: 's3://b', ...elsewhere }, { url: 's3://b' }, { S3_ENDPOINT: 's3.example.com' })).toEqual([
      'same',
      'same',
    ]);
  });

  it.each([
    ['s3://b', {}, true],
    ['s3://b', { S3_ENDPOINT: 'http://127.0.0.1:9000' }, false],
    ['s3://b', { S3_ENDPOINT: 'not/an endpoint' }, false],
    ['s3://b', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, false],
    ['s3://b', { AWS_ENDPOINT_URL_S3: 'https://s3.eu-west-1.amazonaws.com' }, true],
    ['file:///b', {}, false],
    ['memfs://b', {}, true],
    ['do://b', {}, false],
    ['do://b', { S3_ENDPOINT: 'https://nyc3.digitaloceanspaces.com' }, false],
    ['gs://b', {}, true],
    ['gs://b', { STORAGE_EMULATOR_HOST: '127.0.0.1:4443' }, false],
    ['azureblob://a/c', {}, true],
    ['oss://b', {}, false],
    ['swift://c', {}, false],
    ['vault://v.example.com/kv/a', {}, true],
    ['k8s://prod/kops', {}, false],
  ])('%s with %j is known to keep nothing unencrypted: %j', (url, environment, encrypts) => {
    expect(placeOf({ url }, environment).encryptsAtRest).toBe(encrypts);
  });
});

describe('the provider', () => {
  it.each([
    ['s3://b', {}, 'AWS'],
    ['do://b', { endpoint: 'https://NYC3.digitaloceanspaces.com/' }, 'nyc3.digitaloceanspaces.com'],
    ['do://b', {}, 'an unknown endpoint'],
    ['gs://b', {}, 'Google Cloud'],
    ['gs://b', { endpoint: 'https://storage.me-central2.rep.googleapis.com' }, 'Google Cloud'],
    ['gs://b', { endpoint: 'https://googleapis.com.example.org' }, 'googleapis.com.example.org'],
    ['azureblob://a/c', { endpoint: 'https://a.privatelink.blob.core.windows.net' }, 'Azure'],
    ['azureblob://a/c', { endpoint: 'https://a.blob.core.chinacloudapi.cn' }, 'a.blob.core.chinacloudapi.cn'],
    ['oss://b', { endpoint: 'https://oss-cn-hangzhou-internal.aliyuncs.com' }, 'Alibaba Cloud'],
    ['vault://v.example.com:8200/kv/a', {}, 'Vault at v.example.com:8200'],
    ['swift://c', {}, 'OpenStack Swift'],
    ['k8s://prod/kops', {}, 'Kubernetes'],
  ])('of %s with %j is %s', (url, more, provider) => {
    expect(placeOf({ url, ...more }, {}).provider).toBe(provider);
  });
});

describe('the provider of a bucket that the tools of AWS are sent elsewhere for', () => {
  const moved = { AWS_ENDPOINT_URL_S3: 'https://minio.example.com', AWS_ENDPOINT_URL: 'https://stack.example.com' };

  it.each([
    [{ url: 's3://b' }, moved, 'minio.example.com'],
    [{ url: 's3://b' }, { AWS_ENDPOINT_URL: 'https://stack.example.com' }, 'stack.example.com'],
    [{ url: 's3://b' }, { ...moved, S3_ENDPOINT: 'https://ceph.example.com' }, 'ceph.example.com'],
    [{ url: 's3://b', endpoint: 'https://s3.eu-west-1.amazonaws.com' }, moved, 'AWS'],
    [{ url: 'do://b' }, moved, 'an unknown endpoint'],
  ])('%j with %j: %s', (definition, environment, provider) => {
    expect(placeOf(definition, environment).provider).toBe(provider);
  });
});

describe('the environment of a check', () => {
  const text = `version: 1
stores: { a: { url: s3://acme }, b: { url: s3://acme, endpoint: https://s3.example.com } }
routes: [{ name: r, from: a, to: [{ store: b, sensitive: include }] }]
`;

  it('makes a loop of two names for one place', () => {
    expect(parseConfig(text, 'f').ok).toBe(true);
    const parsed = parseConfig(text, 'f', { S3_ENDPOINT: 'https://s3.example.com' });
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('"b" is the place that the route reads ("a")'),
    ]);
  });

  it('leaves a bucket that AWS_ENDPOINT_URL moves what the driver takes it for: Amazon S3', () => {
    const pinned = `version: 1\nstores: { a: { url: s3://a, capabilities: { writeVerifies: [crc64nvme] } } }\n`;
    const problems = (environment: Readonly<Record<string, string>>) => {
      const parsed = parseConfig(pinned, 'f', environment);
      return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
    };
    expect(problems({ AWS_ENDPOINT_URL: 'https://stack.example.com' })).toEqual([]);
    expect(problems({ S3_ENDPOINT: 'https://s3.example.com' })).toEqual([expect.stringContaining('has no crc64nvme')]);
  });

  it('decides who the provider is', () => {
    const within = `version: 1\nstores: { a: { url: s3://a }, b: { url: s3://b } }\nroutes: [{ name: r, from: a, to: [{ store: b }] }]\n`;
    expect(parseConfig(within, 'f').ok).toBe(true);
    const parsed = parseConfig(within, 'f', { S3_ENDPOINT: 'https://s3.example.com' });
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('sensitive: include'),
    ]);
  });
});
