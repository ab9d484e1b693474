import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Connections } from '../../../lib/vfs/gcs/connections.ts';
import { authClientOf } from '../../../lib/vfs/gcs/credentials.ts';
import { account, SignedInGcs } from './signed-in-gcs.ts';

const gcs = await SignedInGcs.start();
afterEach(async () => {
  gcs.reset();
  await gcs.closeStores();
});
afterAll(() => gcs.close());

describe('tokens', () => {
  it('are those of the key file of a service account, and one lasts for many requests', async () => {
    const store = gcs.open({ credentialsFile: await gcs.file('key.json', gcs.keyFile) });
    await Promise.all([store.listPage(''), store.find('k'), store.listPage('')]);
    await store.listPage('');
    expect(gcs.identity.requests.snapshot()).toEqual({ '/token': 1 });
  });

  it('are those of a user, as gcloud keeps them', async () => {
    await gcs.open({ credentialsFile: await gcs.file('user.json', gcs.identity.userFile()) }).listPage('');
    expect(gcs.identity.requests.snapshot()).toEqual({ '/token': 1 });
  });

  it.each(['a user', 'another service account', 'an AWS identity'])(
    'are those of a service account that %s acts as',
    async (who) => {
      const sources: Readonly<Record<string, object>> = {
        'a user': gcs.identity.userFile(),
        'another service account': gcs.identity.serviceAccountFile('other@example.com'),
        'an AWS identity': gcs.awsAccount(),
      };
      const impersonated = { type: 'impersonated_service_account', source_credentials: sources[who] };
      const credentialsFile = await gcs.file('acting.json', { ...impersonated, ...gcs.impersonation });
      await gcs.open({ credentialsFile }, gcs.awsKeys).listPage('');
      expect(gcs.identity.requests.of(`/v1/projects/-/serviceAccounts/${account}:generateAccessToken`)).toBe(1);
      const grant = gcs.identity.tokens.grantOf(`Bearer ${gcs.identity.tokens.issued.at(-1)}`);
      expect(grant?.principal).toBe(account);
    },
  );

  it('are exchanged for AWS credentials, without any key of Google', async () => {
    await gcs.open({ credentialsFile: await gcs.file('aws.json', gcs.awsAccount()) }, gcs.awsKeys).listPage('');
    expect(gcs.identity.requests.snapshot()).toEqual({ '/v1/token': 1 });
  });

  it('are exchanged for AWS credentials that last for a session only, in a region', async () => {
    const session = gcs.identity.aws.add({ ...gcs.aws, accessKeyId: 'ASIASESSION', sessionToken: 'session-token' });
    const variables = {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: 'session-token',
      AWS_REGION: 'eu-central-1',
    };
    await gcs.open({ credentialsFile: await gcs.file('aws.json', gcs.awsAccount()) }, variables).listPage('');
  });

  it.each([
    [{}, 'sts.us-east-1.amazonaws.com'],
    [{ AWS_DEFAULT_REGION: 'eu-west-1' }, 'sts.eu-west-1.amazonaws.com'],
    [{ AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-west-1' }, 'sts.eu-central-1.amazonaws.com'],
  ])('are exchanged for who AWS says it is in the region of %j', async (region, host) => {
    const credentialsFile = await gcs.file('aws.json', gcs.awsAccount());
    await gcs.open({ credentialsFile }, { ...gcs.awsKeys, ...region }).listPage('');
    expect(gcs.identity.verifiedAt.at(-1)).toBe(host);
  });

  it('are exchanged for who AWS says it is where the file says, as in another partition', async () => {
    const regional_cred_verification_url =
      'https://sts.{region}.amazonaws.com.cn?Action=GetCallerIdentity&Version=2011-06-15';
    const credential_source = { environment_id: 'aws1', regional_cred_verification_url };
    const credentialsFile = await gcs.file('china.json', gcs.awsAccount({ credential_source }));
    await gcs.open({ credentialsFile }, { ...gcs.awsKeys, AWS_REGION: 'cn-north-1' }).listPage('');
    expect(gcs.identity.verifiedAt.at(-1)).toBe('sts.cn-north-1.amazonaws.com.cn');
  });

  it('are those of a service account that an AWS identity acts as', async () => {
    const path = await gcs.file('aws-acting.json', gcs.awsAccount(gcs.impersonation));
    await gcs.open({ credentialsFile: path }, gcs.awsKeys).listPage('');
    expect(gcs.identity.requests.snapshot()).toEqual({
      [`/v1/projects/-/serviceAccounts/${account}:generateAccessToken`]: 1,
      '/v1/token': 1,
    });
  });

  it('that were taken back are asked for anew by the next call', async () => {
    const store = gcs.open({ credentialsFile: await gcs.file('key.json', gcs.keyFile) });
    await store.listPage('');
    gcs.identity.tokens.revokeAll();
    expect((await gcs.failure(store)).code).toBe('Unauthenticated');
    await store.listPage('');
    expect(gcs.identity.requests.of('/token')).toBe(2);
  });

  it('that last no more are asked for anew before they are sent', async () => {
    gcs.identity.lifetimeSeconds = 60;
    const store = gcs.open({ credentialsFile: await gcs.file('key.json', gcs.keyFile) });
    await store.listPage('');
    await store.listPage('');
    expect(gcs.identity.requests.of('/token')).toBe(2);
  });

  it('may do no more than read and write objects', async () => {
    await gcs.open({ credentialsFile: await gcs.file('key.json', gcs.keyFile) }).listPage('');
    const grant = gcs.identity.tokens.grantOf(`Bearer ${gcs.identity.tokens.issued.at(-1)}`);
    expect(grant).toMatchObject({
      principal: account,
      scopes: ['https://www.googleapis.com/auth/devstorage.read_write'],
    });
  });
});

describe('a workload identity', () => {
  /** The workload identity of a definition, with Google's token services answered on loopback. */
  async function tokenOf(serviceAccount: string | undefined): Promise<string> {
    const connections = new Connections();
    const hosts: string[] = [];
    const workloadIdentity = { audience: gcs.identity.audience, ...(serviceAccount && { serviceAccount }) };
    const client = await authClientOf({ workloadIdentity }, { ...gcs.awsKeys, AWS_REGION: 'eu-west-1' }, (options) => {
      const url = new URL(String(options.url));
      hosts.push(url.host);
      return connections.adapter({ ...options, url: gcs.identity.endpoint + url.pathname });
    });
    const { Authorization = '' } = await client.getRequestHeaders();
    connections.close();
    expect(hosts).toEqual(['sts.googleapis.com', ...(serviceAccount ? ['iamcredentials.googleapis.com'] : [])]);
    return gcs.identity.tokens.grantOf(Authorization)?.principal ?? '';
  }

  it('is the federated identity of the AWS role', async () => {
    expect(await tokenOf(undefined)).toBe(gcs.aws.arn);
  });

  it('is the service account that it acts as', async () => {
    expect(await tokenOf(account)).toBe(account);
  });

  it('without AWS credentials fails with all places where they were looked for', async () => {
    const workloadIdentity = { audience: gcs.identity.audience };
    const environment = { AWS_EC2_METADATA_DISABLED: 'true', HOME: gcs.directory };
    const { code, message } = await gcs.failure(gcs.open({ workloadIdentity }, environment));
    expect(code).toBe('Unauthenticated');
    expect(message).toMatch(/AWS_ACCESS_KEY_ID not set; .*AWS_WEB_IDENTITY_TOKEN_FILE not set/);
  });
});
