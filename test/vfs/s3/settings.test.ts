import { describe, expect, it } from '@jest/globals';
import { s3Settings } from '../../../lib/vfs/s3/settings.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';

const url = 's3://state/prefix';
const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' };

function settingsOf(definition: Partial<StoreDefinition>, environment: Record<string, string> = {}) {
  return s3Settings({ url, ...definition }, environment);
}

describe('settings of a bucket', () => {
  it('without anything said: Amazon S3, dual-stack, the region to be asked for in us-east-1, the default chain', () => {
    expect(settingsOf({})).toMatchObject({
      bucket: 'state',
      url: 's3://state',
      amazon: true,
      homeRegion: 'us-east-1',
      pathStyle: false,
      dualStack: true,
      signIn: { chain: 'default' },
    });
    expect(settingsOf({})).not.toHaveProperty('region');
    expect(settingsOf({})).not.toHaveProperty('endpoint');
    expect(settingsOf({})).not.toHaveProperty('acl');
  });

  it('asks for the region where AWS_REGION says, and takes no notice of AWS_DEFAULT_REGION', () => {
    expect(settingsOf({}, { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-north-1' }).homeRegion).toBe('eu-west-1');
    expect(settingsOf({}, { AWS_DEFAULT_REGION: 'eu-north-1' }).homeRegion).toBe('us-east-1');
  });

  it('S3_ENDPOINT makes it a compatible store: path style, us-east-1, its own keys, no dual-stack', () => {
    expect(settingsOf({}, { S3_ENDPOINT: 'https://ceph.example.com', ...keys, AWS_REGION: 'eu-west-1' })).toMatchObject(
      {
        amazon: false,
        endpoint: 'https://ceph.example.com',
        region: 'us-east-1',
        pathStyle: true,
        dualStack: false,
        signIn: { accessKeyId: { env: 'S3_ACCESS_KEY_ID' }, secretAccessKey: { env: 'S3_SECRET_ACCESS_KEY' } },
      },
    );
  });

  it('takes the region of a compatible store from S3_REGION', () => {
    expect(settingsOf({}, { S3_ENDPOINT: 'https://nyc3.example.com', ...keys, S3_REGION: 'nyc3' }).region).toBe('nyc3');
  });

  it.each([
    ['S3_ACCESS_KEY_ID', { S3_SECRET_ACCESS_KEY: 'hidden-value' }],
    ['S3_ACCESS_KEY_ID', { S3_ACCESS_KEY_ID: '', S3_SECRET_ACCESS_KEY: 'hidden-value' }],
    ['S3_SECRET_ACCESS_KEY', { S3_ACCESS_KEY_ID: 'hidden-value' }],
  ])("refuses S3_ENDPOINT without %s in kOps's words", (name, environment) => {
    const open = () => settingsOf({}, { S3_ENDPOINT: 'https://ceph.example.com', ...environment });
    expect(open).toThrow(
      expect.objectContaining({
        code: 'Unauthenticated',
        message: `open s3://state: ${name} cannot be empty when S3_ENDPOINT is not empty`,
      }),
    );
  });

  it('takes an empty S3_ENDPOINT for none', () => {
    expect(settingsOf({}, { S3_ENDPOINT: '' }).amazon).toBe(true);
  });

  it('lets the definition win over the environment', () => {
    const environment = { S3_ENDPOINT: 'https://ceph.example.com', S3_REGION: 'default', ...keys };
    const definition = {
      endpoint: 'https://minio.example.com:9000',
      region: 'home',
      pathStyle: false,
      account: '111111111111',
      credentials: { accessKeyId: { env: 'MINIO_ID' }, secretAccessKey: { file: '/run/secrets/minio' } },
    };
    expect(settingsOf(definition, environment)).toMatchObject({
      endpoint: 'https://minio.example.com:9000',
      region: 'home',
      pathStyle: false,
      account: '111111111111',
      signIn: definition.credentials,
    });
  });

  it('needs no S3_ACCESS_KEY_ID where the definition has credentials of its own', () => {
    const environment = { S3_ENDPOINT: 'https://ceph.example.com' };
    expect(settingsOf({ credentials: { profile: 'ceph' } }, environment).signIn).toEqual({ profile: 'ceph' });
  });

  it('says what is missing when a definition has an endpoint and no credentials', () => {
    expect(() => settingsOf({ endpoint: 'https://ceph.example.com' })).toThrow(
      expect.objectContaining({
        code: 'Unauthenticated',
        reason:
          'this store has an endpoint of its own and no credentials; give it "credentials", or set S3_ACCESS_KEY_ID',
      }),
    );
  });

  it.each([
    ['nyc3.digitaloceanspaces.com', 'https://nyc3.digitaloceanspaces.com'],
    ['https://nyc3.digitaloceanspaces.com/', 'https://nyc3.digitaloceanspaces.com'],
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['minio.example.com:9000', 'https://minio.example.com:9000'],
    ['HTTPS://Example.com', 'https://example.com'],
  ])('takes the endpoint %s', (text, endpoint) => {
    expect(settingsOf({}, { S3_ENDPOINT: text, ...keys }).endpoint).toBe(endpoint);
  });

  it.each([
    'ftp://example.com',
    'https://user:hidden-value@example.com',
    'https://example.com/path',
    'https://',
    'a b',
  ])('refuses the endpoint %s without repeating it', (text) => {
    const open = () => settingsOf({}, { S3_ENDPOINT: text, ...keys });
    expect(open).toThrow(
      expect.objectContaining({ code: 'InvalidArgument', message: expect.not.stringContaining('hidden-value') }),
    );
  });

  it.each(['https://bucket.vpce-1a2b.s3.eu-west-1.vpce.amazonaws.com', 'https://s3.cn-north-1.amazonaws.com.cn'])(
    'takes %s in a definition for Amazon S3 at another address',
    (endpoint) => {
      expect(settingsOf({ endpoint })).toMatchObject({ amazon: true, dualStack: false, signIn: { chain: 'default' } });
      expect(settingsOf({ endpoint })).not.toHaveProperty('region');
    },
  );

  it('does not take a look-alike for Amazon S3', () => {
    const credentials = { profile: 'other' };
    expect(settingsOf({ endpoint: 'https://s3.amazonaws.com.example.com', credentials }).amazon).toBe(false);
    expect(settingsOf({ endpoint: 'https://notamazonaws.com', credentials }).amazon).toBe(false);
  });

  it('AWS_ENDPOINT_URL_S3 moves Amazon S3, before AWS_ENDPOINT_URL', () => {
    const environment = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' };
    expect(settingsOf({}, environment)).toMatchObject({
      amazon: true,
      endpoint: 'http://127.0.0.1:1',
      pathStyle: true,
      dualStack: false,
    });
  });

  it('AWS_USE_DUALSTACK_ENDPOINT=false turns the dual-stack addresses off', () => {
    expect(settingsOf({}, { AWS_USE_DUALSTACK_ENDPOINT: 'false' }).dualStack).toBe(false);
  });

  it('takes the ACL of objects from KOPS_STATE_S3_ACL, trimmed', () => {
    expect(settingsOf({}, { KOPS_STATE_S3_ACL: ' bucket-owner-full-control ' }).acl).toBe('bucket-owner-full-control');
    expect(settingsOf({}, { KOPS_STATE_S3_ACL: '  ' })).not.toHaveProperty('acl');
  });

  it('believes a compatible store in MD5 only, and switches off what the definition denies', () => {
    const environment = { S3_ENDPOINT: 'https://ceph.example.com', ...keys };
    const { capabilities } = settingsOf({ capabilities: { copy: false, deleteIfMatch: false } }, environment);
    expect(capabilities).toMatchObject({
      statChecksums: ['md5'],
      copy: false,
      deleteIfMatch: false,
      writeIfAbsent: true,
    });
    expect(settingsOf({}).capabilities.statChecksums).toContain('crc64nvme');
  });
});
