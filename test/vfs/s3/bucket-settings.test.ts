import {
  DeletePublicAccessBlockCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { knownValue } from '../../../lib/vfs/bucket-settings.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { createFastClock } from '../../support/clock.ts';
import { amazonAt, compatibleAt, type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { errorAnswer, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

let cloud: LocalCloud;
const opened: Store[] = [];

beforeAll(async () => {
  cloud = await startLocalCloud();
  await cloud.createBucket('plain');
  await cloud.createBucket('state', { versions: true, kms: true });
});

afterAll(() => cloud.close());

beforeEach(() => cloud.s3.requests.reset());

afterEach(async () => {
  cloud.s3.faults = () => undefined;
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

async function open(url: string, environment = amazonAt(cloud.endpoint, cloud.owner)): Promise<Store> {
  const store = await openStore({ url }, { environment, clock: createFastClock(), readOnly: true });
  opened.push(store);
  return store;
}

const questions = {
  GetBucketAcl: 1,
  GetBucketEncryption: 1,
  GetBucketLifecycleConfiguration: 1,
  GetBucketOwnershipControls: 1,
  GetBucketPolicyStatus: 1,
  GetBucketVersioning: 1,
  GetObjectLockConfiguration: 1,
  GetPublicAccessBlock: 1,
};

describe('the settings of a bucket', () => {
  it('are those of a new bucket, one request each, through all layers', async () => {
    const settings = await (await open('s3://plain/a/prefix')).bucketSettings();
    expect(settings).toEqual({
      lifecycle: { kind: 'absent' },
      versioning: { kind: 'absent' },
      publicAccessBlock: {
        kind: 'known',
        value: { refusesAcls: true, ignoresAcls: true, refusesPolicy: true, ignoresPolicy: true },
      },
      policyIsPublic: { kind: 'absent' },
      grants: { kind: 'known', value: [] },
      acls: { kind: 'known', value: 'off' },
      retention: { kind: 'absent' },
      encryption: { kind: 'known', value: { algorithm: 'AES256' } },
    });
    expect(cloud.s3.requests.snapshot()).toEqual({ HeadBucket: 1, ...questions });
  });

  it('are what was set', async () => {
    const Bucket = 'state';
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::state/*' }];
    await cloud.admin.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await cloud.admin.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));
    const LifecycleConfiguration = {
      Rules: [
        {
          ID: 'first',
          Status: 'Enabled' as const,
          Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'keep', Value: 'no' }] } },
          Expiration: { Date: new Date('2026-04-01') },
          Transitions: [
            { Days: 1, StorageClass: 'DEEP_ARCHIVE' as const },
            { Days: 1, StorageClass: 'STANDARD_IA' as const },
          ],
        },
        {
          Status: 'Enabled' as const,
          Filter: { Prefix: '' },
          NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 2 },
        },
        { ID: 'off', Status: 'Disabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } },
      ],
    };
    await cloud.admin.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    const settings = await (await open('s3://state', compatibleAt(cloud.endpoint, cloud.owner))).bucketSettings();
    expect(settings).toMatchObject({
      versioning: { value: 'enabled' },
      publicAccessBlock: { kind: 'absent' },
      policyIsPublic: { value: true },
      encryption: { value: { algorithm: 'aws:kms', key: 'alias/state' } },
    });
    expect(settings && knownValue(settings.lifecycle)).toEqual({
      atMidnight: true,
      rules: [
        {
          name: 'first',
          filter: { prefixes: ['a/'], suffixes: [], unjudged: ['tag "keep" = "no"'] },
          actions: [
            { kind: 'delete', when: { from: new Date('2026-04-01') } },
            { kind: 'archive', when: { afterDays: 1 }, storageClass: 'DEEP_ARCHIVE', largerThan: 131_071 },
          ],
        },
        {
          name: 'number 2',
          filter: { prefixes: [], suffixes: [], unjudged: [] },
          actions: [{ kind: 'delete-older', afterDays: 7, keeps: 2 }],
        },
      ],
    });
  });

  it('are unknown to a stranger, one by one, and that is no failure', async () => {
    const stranger = cloud.identities.addUser('222222222222', 'stranger');
    const settings = await (await open('s3://plain', amazonAt(cloud.endpoint, stranger))).bucketSettings();
    for (const [name, told] of Object.entries(settings ?? {})) {
      expect({ name, ...told }).toMatchObject({ name, kind: 'unknown', because: 'denied' });
    }
    expect(settings?.lifecycle).toMatchObject({ reason: expect.stringContaining('s3:GetLifecycleConfiguration') });
    expect(JSON.stringify(settings)).not.toContain(stranger.secretAccessKey);
  });

  it('are not known of a bucket that is not there', async () => {
    for (const environment of [amazonAt(cloud.endpoint, cloud.owner), compatibleAt(cloud.endpoint, cloud.owner)]) {
      const store = await open('s3://nowhere', environment);
      await expect(store.bucketSettings()).rejects.toMatchObject({
        code: 'InvalidArgument',
        reason: expect.stringContaining('there is no such bucket at this address'),
      });
    }
  });

  it('are asked for again when an answer is lost, and given up with the caller', async () => {
    let left = 2;
    cloud.s3.faults = (operation) => {
      if (operation !== 'GetBucketVersioning' || left === 0) {
        return undefined;
      }
      left -= 1;
      return 'drop-connection';
    };
    const store = await open('s3://plain');
    expect(await store.bucketSettings()).toMatchObject({ versioning: { kind: 'absent' } });
    expect(left).toBe(0);
    await expect(store.bucketSettings({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'Aborted' });
  });

  it('are undefined for a kind of store that is not asked', async () => {
    expect(await (await open('memfs://settings')).bucketSettings()).toBeUndefined();
  });
});

describe('the settings of a compatible store', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  async function toldBy(answer: ScriptedAnswer) {
    server = await startScriptedServer(() => answer);
    const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
    const environment = {
      S3_ENDPOINT: server.endpoint,
      S3_ACCESS_KEY_ID: 'key',
      S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
    };
    const store = await openStore({ url: 's3://state' }, { environment, clock: createFastClock(), attempts: 1 });
    opened.push(store);
    return store.bucketSettings();
  }

  it.each([
    ['that answers every question with a listing', { body: '<ListBucketResult><Name>b</Name></ListBucketResult>' }],
    ['that says NotImplemented', errorAnswer(501, 'NotImplemented')],
    ['that says MethodNotAllowed', errorAnswer(405, 'MethodNotAllowed')],
    ['that says InvalidArgument', errorAnswer(400, 'InvalidArgument')],
    ['that finds no such thing', errorAnswer(404, 'NoSuchConfiguration')],
  ] as const)('are not offered by one %s', async (_, answer) => {
    const settings = await toldBy(answer);
    expect(Object.values(settings ?? {})).toHaveLength(8);
    for (const told of Object.values(settings ?? {})) {
      expect(told).toMatchObject({ kind: 'unknown', because: 'not-offered' });
    }
  });

  it('are not understood from a page that is no XML', async () => {
    expect(await toldBy({ body: 'Welcome' })).toMatchObject({
      lifecycle: { kind: 'unknown', because: 'not-understood' },
    });
  });

  it.each([
    [503, 'SlowDown', 'RateLimited'],
    [500, 'InternalError', 'Unavailable'],
    [403, 'InvalidAccessKeyId', 'Unauthenticated'],
    [404, 'NoSuchBucket', 'InvalidArgument'],
    [301, 'PermanentRedirect', 'InvalidArgument'],
  ])('are not guessed from a %i %s', async (status, code, expected) => {
    await expect(toldBy(errorAnswer(status, code))).rejects.toMatchObject({ code: expected });
  });
});
