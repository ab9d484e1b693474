import { describe, expect, it } from '@jest/globals';
import { credentialsOf } from '../../lib/vfs/store-credentials.ts';
import type { StoreCredentials, SwiftCredentials, VaultCredentials } from '../../lib/vfs/store-definition.ts';

const url = 'vault://host/mount';
const ofVault = (credentials?: StoreCredentials) =>
  credentialsOf<VaultCredentials>({ url, ...(credentials && { credentials }) }, ['token', 'awsRole']);

describe('the credentials of a definition', () => {
  it('are those that were given, when one of its forms is meant', () => {
    const token = { token: { env: 'TOKEN' } };
    expect(ofVault(token)).toBe(token);
    expect(ofVault({ awsRole: 'kops', authMount: 'aws-2' })).toEqual({ awsRole: 'kops', authMount: 'aws-2' });
    const cloud = { cloud: 'prod' };
    expect(credentialsOf<SwiftCredentials>({ url, credentials: cloud }, ['cloud', 'password'])).toBe(cloud);
  });

  it('are none where it has none', () => {
    expect(ofVault()).toBeUndefined();
  });

  it('of another kind of store are refused, with the forms that this one takes and no value', () => {
    const other = { accessKeyId: { env: 'ID' }, secretAccessKey: { file: '/hidden-place' } };
    expect(() => ofVault(other)).toThrow(
      expect.objectContaining({
        code: 'InvalidArgument',
        message:
          'open vault://host/mount: its credentials say accessKeyId, secretAccessKey; a store of this kind takes token or awsRole',
      }),
    );
  });
});
