import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../lib/vfs/environment.ts';
import { Connections } from '../../../lib/vfs/gcs/connections.ts';
import { authClientOf } from '../../../lib/vfs/gcs/credentials.ts';
import { account, SignedInGcs } from './signed-in-gcs.ts';

const gcs = await SignedInGcs.start();
afterEach(async () => {
  gcs.reset();
  await gcs.closeStores();
});
afterAll(() => gcs.close());

describe('application default credentials', () => {
  /** Who is signed in by these variables; the error where nobody is. */
  async function principal(environment: Environment): Promise<string> {
    const connections = new Connections();
    try {
      const client = await authClientOf({ applicationDefault: true }, environment, connections.adapter);
      const { Authorization = '' } = await client.getRequestHeaders();
      return gcs.identity.tokens.grantOf(Authorization)?.principal ?? '';
    } finally {
      connections.close();
    }
  }

  async function gcloudFile(at: string): Promise<string> {
    const home = join(gcs.directory, at);
    await mkdir(join(home, '.config/gcloud'), { recursive: true });
    await writeFile(
      join(home, '.config/gcloud/application_default_credentials.json'),
      JSON.stringify(gcs.identity.userFile()),
    );
    return home;
  }

  const metadata = () => ({ GCE_METADATA_HOST: new URL(gcs.identity.endpoint).host });

  it('are those of GOOGLE_APPLICATION_CREDENTIALS, before all others', async () => {
    gcs.identity.machine = 'machine@example.com';
    const named = { GOOGLE_APPLICATION_CREDENTIALS: await gcs.file('key.json', gcs.keyFile) };
    const HOME = await gcloudFile('home');
    expect(await principal({ ...named, HOME, ...metadata() })).toBe(account);
  });

  it('are those of gcloud, before those of the machine', async () => {
    gcs.identity.machine = 'machine@example.com';
    expect(await principal({ HOME: await gcloudFile('home'), ...metadata() })).toBe('user@example.com');
  });

  it('of gcloud are looked for where CLOUDSDK_CONFIG says', async () => {
    const home = await gcloudFile('elsewhere');
    const HOME = join(gcs.directory, 'empty');
    expect(await principal({ HOME, CLOUDSDK_CONFIG: join(home, '.config/gcloud') })).toBe('user@example.com');
  });

  it('are those of the machine, from the metadata server at GCE_METADATA_HOST', async () => {
    gcs.identity.machine = 'machine@example.com';
    expect(await principal({ HOME: join(gcs.directory, 'empty'), ...metadata() })).toBe('machine@example.com');
  });

  it('of the machine are asked for once by many calls', async () => {
    gcs.identity.machine = 'machine@example.com';
    const connections = new Connections();
    const client = await authClientOf({ applicationDefault: true }, metadata(), connections.adapter);
    await Promise.all([1, 2, 3].map(() => client.getRequestHeaders()));
    await client.getRequestHeaders();
    connections.close();
    expect(gcs.identity.requests.of('/computeMetadata/v1/instance/service-accounts/default/token')).toBe(1);
  });

  it('that are nowhere fail with all places where they were looked for', async () => {
    const HOME = join(gcs.directory, 'empty');
    const places = `GOOGLE_APPLICATION_CREDENTIALS not set; no file ${HOME}/.config/gcloud/application_default_credentials.json; `;
    await expect(principal({ HOME, METADATA_SERVER_DETECTION: 'none' })).rejects.toThrow(
      `no credentials: ${places}the metadata server is turned off (METADATA_SERVER_DETECTION)`,
    );
    await expect(principal({ GCE_METADATA_HOST: '127.0.0.1:9' })).rejects.toThrow(
      'HOME not set; the metadata server cannot be reached (1 s, ECONNREFUSED)',
    );
  });

  it('of gcloud that are of no use end the search', async () => {
    gcs.identity.machine = 'machine@example.com';
    const HOME = await gcloudFile('broken');
    await writeFile(join(HOME, '.config/gcloud/application_default_credentials.json'), 'half a fi');
    await expect(principal({ HOME, ...metadata() })).rejects.toThrow(
      /application default credentials: file .* holds no JSON/,
    );
  });

  it('of another server than a metadata server are none', async () => {
    gcs.identity.machine = 'machine@example.com';
    gcs.identity.script = () => ({ status: 200, body: '{"access_token":"a","expires_in":3600}' });
    await expect(principal(metadata())).rejects.toThrow(/what answers at 127\.0\.0\.1:\d+ is no metadata server/);
  });

  it('reach a store with the variable alone, and the environment of the process counts for nothing', async () => {
    const named = { GOOGLE_APPLICATION_CREDENTIALS: await gcs.file('key.json', gcs.keyFile) };
    const before = { ...process.env };
    Object.assign(process.env, {
      GOOGLE_APPLICATION_CREDENTIALS: '/nowhere.json',
      STORAGE_EMULATOR_HOST: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      GCE_METADATA_HOST: '127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'AKIAPROCESS',
      AWS_SECRET_ACCESS_KEY: 'process',
    });
    try {
      await gcs.open(undefined, named).listPage('');
      await gcs.open({ credentialsFile: await gcs.file('aws.json', gcs.awsAccount()) }, gcs.awsKeys).listPage('');
    } finally {
      process.env = before;
    }
  });
});
