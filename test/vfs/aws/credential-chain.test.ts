import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultChain } from '../../../lib/vfs/aws/credential-chain.ts';
import { type Keys, stsConfig } from '../../../lib/vfs/aws/credential-sources.ts';

const expiration = () => new Date(Date.now() + 3_600_000).toISOString();
let directory: string;
let server: Server;
let address: string;
/** What the server was sent: a token, or the form of a request to the token service. */
let asked: string[];
let answer: () => string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'statesync-aws-'));
  asked = [];
  server = createServer(async (request, response) => {
    asked.push(request.headers.authorization ?? (await text(request)));
    response.end(answer());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
});

function keysOf(more: Record<string, string>): Promise<Keys> {
  const environment = { HOME: directory, AWS_EC2_METADATA_DISABLED: 'true', ...more };
  return defaultChain(environment, stsConfig('eu-west-1', environment));
}

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

describe('a web identity', () => {
  beforeEach(() => {
    // AWS Security Token Service API Reference, "AssumeRoleWithWebIdentity".
    answer = () => `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>of-role</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
        <Expiration>${expiration()}</Expiration>
      </Credentials></AssumeRoleWithWebIdentityResult>
    </AssumeRoleWithWebIdentityResponse>`;
  });

  it('is exchanged for the role, under the name of the session where there is one', async () => {
    const environment = {
      AWS_ENDPOINT_URL_STS: address,
      AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/replicator',
      AWS_WEB_IDENTITY_TOKEN_FILE: await file('token', 'of-pod'),
    };
    expect(await keysOf(environment)).toMatchObject({ accessKeyId: 'of-role', sessionToken: 't' });
    expect((await keysOf({ ...environment, AWS_ROLE_SESSION_NAME: 'pod-1' })).expiration).toBeInstanceOf(Date);
    const forms = asked.map((form) => Object.fromEntries(new URLSearchParams(form)));
    const common = {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: environment.AWS_ROLE_ARN,
      WebIdentityToken: 'of-pod',
    };
    expect(forms).toMatchObject([common, { ...common, RoleSessionName: 'pod-1' }]);
  });

  it('comes after keys in the environment, and before a profile', async () => {
    const environment = {
      AWS_ENDPOINT_URL_STS: address,
      AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/replicator',
      AWS_WEB_IDENTITY_TOKEN_FILE: await file('token', 'of-pod'),
      AWS_SHARED_CREDENTIALS_FILE: await file(
        'keys',
        '[default]\naws_access_key_id = of-profile\naws_secret_access_key = s\n',
      ),
    };
    const keys = { AWS_ACCESS_KEY_ID: 'of-variable', AWS_SECRET_ACCESS_KEY: 's' };
    expect((await keysOf({ ...environment, ...keys })).accessKeyId).toBe('of-variable');
    expect((await keysOf(environment)).accessKeyId).toBe('of-role');
    expect((await keysOf({ ...environment, AWS_ROLE_ARN: '' })).accessKeyId).toBe('of-profile');
  });
});

describe('a container', () => {
  const secrets = { AccessKeyId: 'of-container', SecretAccessKey: 's', Token: 't' };
  beforeEach(() => {
    answer = () => JSON.stringify({ ...secrets, Expiration: expiration() });
  });

  it('is asked with the token of a file, which is read anew each time', async () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: await file('token', 'first'),
    };
    expect(await keysOf(environment)).toMatchObject({ accessKeyId: 'of-container', sessionToken: 't' });
    await file('token', 'second');
    await keysOf(environment);
    expect(asked).toEqual(['first', 'second']);
  });

  it('is asked at its own address alone where it names a path', async () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/credentials',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/credentials`,
    };
    await expect(keysOf(environment)).rejects.toMatchObject({ name: 'CredentialsError' });
    expect(asked).toEqual([]);
  });
});
