import { describe, expect, it } from '@jest/globals';
import { refuseSharedVariables } from '../../cli/shared-variables.ts';
import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const at = (definition: string | StoreDefinition, name?: string) => ({
  definition: typeof definition === 'string' ? { url: definition } : definition,
  prefix: '',
  name,
});

const endpoint = 'https://nyc3.digitaloceanspaces.com';
const token = { VAULT_TOKEN: 'hidden-value' };

describe('two stores of one command', () => {
  it('at one S3_ENDPOINT are refused, with the entry to write instead', async () => {
    const ran = await statesync(['sync', 'do://acme', 's3://acme.Replica/x', '--yes'], {
      env: { S3_ENDPOINT: endpoint },
    });
    expect(ran).toEqual({
      code: 3,
      stdout: '',
      stderr: [
        'error: S3_ENDPOINT is the address of both do://acme and s3://acme.Replica/x, which need different values of it. Give one of them an entry in statesync.yaml, which wins over the environment, and name it instead of its URL:',
        '  stores:',
        '    acme-replica: { url: "s3://acme.Replica/x", endpoint: https://s3.REGION.amazonaws.com, region: REGION }',
        '',
      ].join('\n'),
    });
  });

  it.each([
    ['do://a', 'linode://b'],
    ['s3://a', 'scw://b'],
  ])('%s and %s are refused by every command that takes two, whether S3_ENDPOINT is set or not', async (a, b) => {
    for (const env of [{}, { S3_ENDPOINT: endpoint }]) {
      for (const argv of [
        ['verify', a, b],
        ['sync', a, b, '--dry-run'],
      ]) {
        const { code, stderr } = await statesync(argv, { env });
        expect(code).toBe(3);
        expect(stderr).toContain(`b: { url: "${b}", endpoint: https://HOST, credentials: {`);
      }
    }
  });

  it('are refused where an entry leaves the endpoint to the environment', async () => {
    const cwd = await workingDirectory({ 'statesync.yaml': 'version: 1\nstores: { prod: { url: s3://prod } }\n' });
    const { code, stderr } = await statesync(['verify', 'do://a', 'prod'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain('    prod: { url: "s3://prod", endpoint:');
  });

  it.each([
    ['one scheme', at('do://a'), at('do://b'), {}],
    ['S3 twice', at('s3://a'), at('s3://b'), { S3_ENDPOINT: endpoint }],
    ['an entry with an endpoint of its own', at('s3://a'), at({ url: 'do://b', endpoint }, 'b'), {}],
    [
      'an entry at AWS by its address',
      at('do://a'),
      at({ url: 's3://b', endpoint: 'https://s3.eu-west-1.amazonaws.com' }, 'b'),
      {},
    ],
    ['stores of other kinds', at('gs://a'), at('azureblob://a/b'), {}],
    ['one Vault', at('vault://v.example.com/kv/a'), at('vault://v.example.com/kv/b'), token],
    ['two Vaults without a token', at('vault://a.example.com/kv'), at('vault://b.example.com/kv'), {}],
    [
      'two Vaults, one with a token of its own',
      at('vault://a.example.com/kv'),
      at({ url: 'vault://b.example.com/kv', credentials: { token: { env: 'B' } } }),
      token,
    ],
  ])('are taken: %s', (_, a, b, env) => {
    expect(() => refuseSharedVariables(a, b, env)).not.toThrow();
  });

  it('that are two Vaults are refused one token, which is not shown', () => {
    const refused = () => refuseSharedVariables(at('vault://a.example.com/kv'), at('vault://b.example.com/kv'), token);
    expect(refused).toThrow('VAULT_TOKEN signs in at both vault://a.example.com/kv and vault://b.example.com/kv');
    expect(refused).toThrow(
      'b-example-com-kv: { url: "vault://b.example.com/kv", credentials: { token: { env: NAME } } }',
    );
    expect(refused).not.toThrow('hidden-value');
  });
});
