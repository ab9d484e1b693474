import { PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { type BucketSettings, knownValue } from '../../../lib/vfs/bucket-settings.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { s3EndpointOf } from './endpoint.ts';
import { type S3Place, type S3Store, s3Places } from './places.ts';
import { knownServer } from './quirks.ts';

const name = process.env['STATESYNC_TEST_SERVER'] ?? '';
const server = knownServer(name);

/** What servers do not tell, with what they answer instead. */
const untold: Readonly<Record<string, Readonly<Partial<Record<keyof BucketSettings, string>>>>> = {
  ceph: { acls: 'answers with a listing', encryption: 'answers with a listing' },
  moto: { policyIsPublic: 'answers with a listing', versioning: 'calls its answer GetBucketVersioningResponse' },
};

async function settingsOf({ environment }: S3Place, { definition }: S3Store): Promise<BucketSettings> {
  const store = await openStore(definition, { environment, clock: systemClock, readOnly: true });
  const settings = await store.bucketSettings().finally(() => store.close());
  if (settings === undefined) {
    throw new Error(`${store.url} is not asked for its settings`);
  }
  return settings;
}

const untoldIn = (settings: BucketSettings): readonly string[] =>
  Object.entries(settings).flatMap(([setting, { kind }]) => (kind === 'unknown' ? setting : []));

describe.each(s3Places(server, s3EndpointOf(process.env)).map((place) => [place.title, place] as const))(
  'the settings of %s',
  (_, place) => {
    afterAll(() => place.clear());

    it('are told, or said to be unknown', async () => {
      const settings = await settingsOf(place, await place.make());
      expect(Object.keys(settings)).toHaveLength(8);
    });

    if (server === undefined) {
      return; // A bucket that the user named is set up as it is.
    }

    it('are those of a new bucket', async () => {
      const settings = await settingsOf(place, await place.make());
      expect([...untoldIn(settings)].sort()).toEqual(Object.keys(untold[name] ?? {}));
      const versioning = place.known?.versions === true ? { kind: 'known', value: 'enabled' } : { kind: 'absent' };
      expect(settings.versioning).toEqual(untold[name]?.versioning === undefined ? versioning : expect.anything());
      const expected = { lifecycle: { kind: 'absent' }, grants: { value: [] }, retention: { kind: 'absent' } };
      expect(settings).toMatchObject(expected);
    });

    it('are told as they were set', async () => {
      const made = await place.make();
      const rule = { ID: 'a', Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: 3 } } as const;
      const Rules = [rule, { ...rule, ID: 'b', Status: 'Disabled' } as const];
      await place.client.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket: made.bucket, LifecycleConfiguration: { Rules } }),
      );
      expect(knownValue((await settingsOf(place, made)).lifecycle)?.rules).toEqual([
        {
          name: 'a',
          filter: { prefixes: ['a/'], suffixes: [], unjudged: [] },
          actions: [{ kind: 'delete', when: { afterDays: 3 } }],
        },
      ]);
    });
  },
);
