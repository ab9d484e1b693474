import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { instrument } from '../../../lib/vfs/layers/instrument.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { createManualClock } from '../../support/clock.ts';
import { textOf } from '../../support/sources.ts';
import { amazonAt, compatibleAt, type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { errorAnswer, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const revision = 'r' as Revision;
const signal = new AbortController().signal;
let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud();
  await cloud.createBucket('here');
  await cloud.createBucket('there', { region: 'eu-central-1' });
});

afterAll(() => cloud.close());

describe('a copy on the server side', () => {
  it.each([
    'plain',
    'dir/a b+c.txt',
    'dir/ünïcode 😀',
    'backups/2026-01-01T00:00:00Z-000001/etcd.backup.gz',
    "odd/!'()*;:@&=$,?#[]%41",
  ])('finds the source %s', async (key) => {
    const [here, there] = [cloud.store({ url: 's3://here' }), cloud.store({ url: 's3://there' })];
    const { revision: sourceIfMatch } = await here.write(key, textSource(key));
    const written = await there.copyFrom(here, key, key, { sourceIfMatch, metadata: { copied: 'yes' } });
    expect(written?.revision).toBe(sourceIfMatch);
    const { stat, body } = await there.read(key);
    expect([await textOf(body), stat.metadata]).toEqual([key, { copied: 'yes' }]);
  });

  it('sees through layers to the bucket and the key in it', async () => {
    const inside = (bucket: string) =>
      new Store(
        compose(
          cloud.open({ url: `s3://${bucket}` }),
          instrument(() => {}, createManualClock()),
          prefixed('in'),
        ),
      );
    const [here, there] = [inside('here'), inside('there')];
    const { revision: sourceIfMatch } = await here.write('k', textSource('layered'));
    await there.copyFrom(here, 'k', 'copy', { sourceIfMatch });
    expect(await textOf((await cloud.store({ url: 's3://there' }).read('in/copy')).body)).toBe('layered');
  });

  it('names the account that must own the source', async () => {
    const here = cloud.store({ url: 's3://here', account: '222222222222' });
    const { revision: sourceIfMatch } = await cloud.store({ url: 's3://here' }).write('owned', textSource('x'));
    // The copy is refused, and left to the caller, whose read of the source is refused as well.
    expect(await cloud.store({ url: 's3://there' }).copyFrom(here, 'owned', 'k', { sourceIfMatch })).toBeUndefined();
    await expect(here.read('owned')).rejects.toMatchObject({ code: 'PermissionDenied' });
  });

  it('is left to the caller where one identity does not reach both buckets, without a request', async () => {
    const stranger = cloud.identities.addUser('222222222222', 'stranger');
    const here = cloud.store({ url: 's3://here' }, amazonAt(cloud.endpoint, stranger));
    cloud.s3.requests.reset();
    const there = cloud.store({ url: 's3://there' });
    const others = [
      here,
      new Store(createMemoryDriver()),
      cloud.store({ url: 's3://here' }, compatibleAt(cloud.endpoint, cloud.owner)),
    ];
    for (const other of others) {
      expect(await there.copyFrom(other, 'k', 'k', { sourceIfMatch: revision })).toBeUndefined();
    }
    expect(cloud.s3.requests.total).toBe(0);
  });
});

describe('a store that does not copy', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  async function copied(answer: ScriptedAnswer, capabilities = {}, conditional = false) {
    server = await startScriptedServer(() => answer);
    const environment = compatibleAt(server.endpoint, cloud.owner);
    const driver = openDriver({ url: 's3://here', capabilities }, { environment, clock: createManualClock() });
    const store = new Store(driver);
    const precondition = conditional ? ({ kind: 'if-absent' } as const) : ({ kind: 'none' } as const);
    const part = { range: { offset: 0, length: 1 }, sourceIfMatch: revision, signal };
    try {
      return [
        await store.copyFrom(store, 'from', 'to', { sourceIfMatch: revision, precondition }),
        await store.uploads.copyPart({ key: 'to' as never, id: 'u' }, 1, { driver, key: 'from' }, part),
      ];
    } finally {
      await store.close();
    }
  }

  it.each([
    ['denies it', errorAnswer(403, 'AccessDenied')],
    ['does not know it', errorAnswer(501, 'NotImplemented')],
  ])('and %s leaves it to the caller', async (_, answer) => {
    expect(await copied(answer)).toEqual([undefined, undefined]);
    expect(server.received).toHaveLength(2);
  });

  it('as its definition says, is not asked', async () => {
    expect(await copied({}, { copy: false, multipartCopy: false })).toEqual([undefined, undefined]);
    expect(server.received).toHaveLength(0);
  });

  it('under a condition, as its definition says, is not asked under one', async () => {
    await copied({}, { copyConditional: false, multipartCopy: false }, true);
    expect(server.received).toHaveLength(0);
  });

  it('now is asked again later', async () => {
    await expect(copied(errorAnswer(503, 'SlowDown'))).rejects.toMatchObject({ code: 'RateLimited' });
  });

  it('and answers 200 with an error inside is not taken at its word', async () => {
    await expect(copied({ ...errorAnswer(200, 'InternalError') })).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
