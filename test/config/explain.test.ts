import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { explainConfig } from '../../lib/config/explain.ts';
import { parseConfig } from '../../lib/config/parse.ts';
import { readConfigFile } from '../../lib/config/read-file.ts';

const text = `version: 1
stores:
  prod: { url: s3://acme-kops-state }
  replica:
    url: s3://acme-kops-replica
    endpoint: https://s3.example.com
  dir: { url: file:///var/kops }
routes:
  - name: prod
    from: prod
    brake: { deletes: 3 }
    to:
      - { store: replica, sensitive: exclude, deletes: { config: follow } }
`;

function explained(environment = {}) {
  const parsed = parseConfig(text, 'statesync.yaml');
  if (!parsed.ok) {
    throw new Error('the text is meant to be right');
  }
  return explainConfig(parsed, environment);
}

function originOf(pointer: string, environment = {}) {
  return explained(environment).values.filter((value) => value.pointer === pointer);
}

describe('the explanation of a configuration', () => {
  it.each([
    ['/stores/prod/url', 's3://acme-kops-state', 3],
    ['/stores/replica/endpoint', 'https://s3.example.com', 6],
    ['/routes/0/brake/deletes', 3, 11],
    ['/routes/0/to/0/deletes/config', 'follow', 13],
  ])('says in which line %s stands', (pointer, value, line) => {
    expect(originOf(pointer)).toEqual([
      { pointer, value, origin: expect.objectContaining({ kind: 'file', file: 'statesync.yaml', line }) },
    ]);
  });

  it.each([
    ['/routes/0/brake/prunedBackups', 100],
    ['/routes/0/clusters', ['*']],
    ['/routes/0/to/0/deletes/keyset', undefined],
    ['/routes/0/to/0/deletes/instance-group', 'follow'],
    ['/stores/replica/pathStyle', true],
  ])('says what is a default: %s', (pointer, value) => {
    expect(originOf(pointer)).toEqual(value === undefined ? [] : [{ pointer, value, origin: { kind: 'default' } }]);
  });

  it('says which line took classes away', () => {
    expect(originOf('/routes/0/to/0/classes')[0]?.origin).toMatchObject({ kind: 'file', line: 13, column: 27 });
  });

  it('says what the environment decides, and for which stores', () => {
    const environment = { S3_ENDPOINT: 'https://ceph.example.com', S3_REGION: 'home' };
    const decided = explained(environment).values.filter(({ origin }) => origin.kind === 'environment');
    expect(decided.map(({ pointer, value }) => [pointer, value])).toEqual([
      ['/stores/prod/endpoint', 'https://ceph.example.com'],
      ['/stores/prod/region', 'home'],
      ['/stores/replica/region', 'home'],
    ]);
  });
});

describe('the explanation of stores of other kinds', () => {
  const kinds = `version: 1
stores:
  spaces: { url: do://acme, endpoint: https://nyc3.example.com, capabilities: { copy: false, writeVerifies: [md5] } }
  vault: { url: vault://vault.example.com/kv/a, credentials: { token: { env: TEAM_TOKEN } } }
  own: { url: vault://vault.example.com/kv/b, namespace: team }
  swift: { url: swift://kops }
  oss: { url: oss://acme }
  azure: { url: azureblob://acmekops/state, endpoint: https://acmekops.blob.core.chinacloudapi.cn }
`;
  const environment = {
    S3_REGION: 'nyc3',
    VAULT_NAMESPACE: 'from-environment',
    VAULT_TOKEN: 'hidden-value',
    TEAM_TOKEN: 'hidden-value',
    OS_REGION_NAME: 'RegionOne',
    OS_PASSWORD: 'hidden-value',
    OSS_REGION: 'cn-hangzhou',
    ALIYUN_ACCESS_KEY_SECRET: 'hidden-value',
    AZURE_CLIENT_SECRET: 'hidden-value',
  };
  const parsed = parseConfig(kinds, 'statesync.yaml');
  const explanation = explainConfig(parsed as Extract<typeof parsed, { ok: true }>, environment);

  it('says what the environment decides, by the variables of each kind', () => {
    const decided = explanation.values.filter(({ origin }) => origin.kind === 'environment');
    expect(decided.map(({ pointer, value }) => [pointer, value])).toEqual([
      ['/stores/spaces/region', 'nyc3'],
      ['/stores/vault/namespace', 'from-environment'],
      ['/stores/swift/region', 'RegionOne'],
      ['/stores/oss/region', 'cn-hangzhou'],
    ]);
  });

  it('shows what is pinned, and gives no path style to what has none', () => {
    const pointers = explanation.values.map(({ pointer }) => pointer);
    expect(pointers).toContain('/stores/spaces/capabilities/copy');
    expect(pointers).toContain('/stores/spaces/pathStyle');
    expect(pointers).not.toContain('/stores/azure/pathStyle');
    expect(explanation.values).toContainEqual({
      pointer: '/stores/spaces/capabilities/writeVerifies',
      value: ['md5'],
      origin: expect.objectContaining({ kind: 'file', line: 3 }),
    });
  });

  it('shows where secrets are found, and never a secret', () => {
    expect(JSON.stringify(explanation)).toContain('TEAM_TOKEN');
    expect(JSON.stringify(explanation)).not.toContain('hidden-value');
    expect(explanation.environment).toContainEqual(expect.objectContaining({ name: 'VAULT_TOKEN', value: '(set)' }));
  });
});

describe('a configuration file on disk', () => {
  const directory = mkdtempSync(join(tmpdir(), 'statesync-config-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  function written(name: string, content: string | Uint8Array): string {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  }

  async function messagesOf(path: string): Promise<readonly string[]> {
    const parsed = await readConfigFile(path);
    return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
  }

  it('is read and checked', async () => {
    expect(await readConfigFile(written('right.yaml', text))).toMatchObject({ ok: true });
    expect(await messagesOf(written('wrong.yaml', 'version: 1\n'))).toEqual([
      expect.stringContaining('missing field "stores"'),
    ]);
  });

  it('is a problem when it is missing, a directory, too large or not UTF-8', async () => {
    expect(await messagesOf(join(directory, 'nonesuch.yaml'))).toEqual([
      expect.stringContaining('cannot be read (ENOENT)'),
    ]);
    expect(await messagesOf(directory)).toEqual([expect.stringContaining('cannot be read (EISDIR)')]);
    expect(await messagesOf(written('large.yaml', ' '.repeat(1024 * 1024 + 1)))).toEqual([
      expect.stringContaining('1 MiB'),
    ]);
    expect(await messagesOf(written('latin1.yaml', Uint8Array.of(0x23, 0xe9, 0x0a)))).toEqual([
      expect.stringContaining('UTF-8'),
    ]);
  });
});
