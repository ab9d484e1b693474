import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { retry } from '../../../lib/vfs/layers/retry.ts';
import { openDriver } from '../../../lib/vfs/oss/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Precondition, Revision } from '../../../lib/vfs/types.ts';
import { createFastClock, createManualClock } from '../../support/clock.ts';
import { textOf } from '../../support/sources.ts';
import { type OssPlaces, ownersEnvironment, startOss } from './bucket-at.ts';

const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
const ifMatch: Precondition = { kind: 'if-match', revision: 'r' as Revision };
const { signal } = new AbortController();
let oss: OssPlaces;

beforeEach(async () => {
  oss = await startOss();
});

afterEach(() => oss.close());

async function contentOf(store: Store, key: string): Promise<string> {
  return textOf((await store.read(key)).body);
}

describe('a write with "if-absent"', () => {
  it('is one request, after the bucket was asked once a minute whether it keeps versions', async () => {
    oss.server.createBucket('state');
    const clock = createManualClock();
    const place = { url: 'oss://state', endpoint: oss.server.endpoint, region: 'cn-hangzhou' };
    const store = new Store(openDriver(place, { environment: ownersEnvironment, clock }));
    await store.write('a', textSource('1'), ifAbsent);
    await store.write('b', textSource('2'), ifAbsent);
    expect(oss.server.requests.snapshot()).toEqual({ GetBucketVersioning: 1, PutObject: 2 });
    await clock.advance(60_000);
    await store.write('c', textSource('3'), ifAbsent);
    expect(oss.server.requests.of('GetBucketVersioning')).toBe(2);
    await store.close();
  });

  it.each(['Enabled', 'Suspended'] as const)(
    'is refused, and nothing written, in a bucket with versions (%s), where OSS ignores it',
    async (versioning) => {
      oss.server.createBucket('state', { versioning });
      const store = oss.store({ url: 'oss://state' });
      await expect(store.write('k', textSource('x'), ifAbsent)).rejects.toMatchObject({
        code: 'Unsupported',
        message: expect.stringMatching(new RegExp(`keeps versions \\(${versioning}\\).*writeIfAbsent: false`)),
      });
      expect(oss.server.requests.of('PutObject')).toBe(0);
      await store.write('k', textSource('without a condition'));
    },
  );

  it('is refused without a question where the definition denies it', async () => {
    oss.server.createBucket('state', { versioning: 'Enabled' });
    const store = oss.store({ url: 'oss://state', capabilities: { writeIfAbsent: false } });
    await expect(store.write('k', textSource('x'), ifAbsent)).rejects.toMatchObject({ code: 'Unsupported' });
    expect(oss.server.requests.total).toBe(0);
  });

  it('says that it was carried out all the same, when versions were switched on in between', async () => {
    const bucket = oss.server.createBucket('state');
    const store = oss.store({ url: 'oss://state' });
    await store.write('k', textSource('taken'), ifAbsent);
    bucket.versioning = 'Enabled';
    await expect(store.write('k', textSource('late'), ifAbsent)).rejects.toMatchObject({
      code: 'AlreadyExists',
      attempted: true,
      maybeApplied: true,
    });
    expect(await contentOf(store, 'k')).toBe('late');
    await expect(store.write('k', textSource('later'), ifAbsent)).rejects.toMatchObject({ code: 'Unsupported' });
  });

  it('is not sent when the bucket may not be asked', async () => {
    oss.server.createBucket('state');
    oss.server.script = ({ operation }) =>
      operation === 'GetBucketVersioning' ? { status: 403, code: 'AccessDenied' } : undefined;
    const store = oss.store({ url: 'oss://state' });
    await expect(store.write('k', textSource('x'), ifAbsent)).rejects.toMatchObject({
      code: 'PermissionDenied',
      maybeApplied: false,
      message: expect.stringContaining('GetBucketVersioning'),
    });
    expect(oss.server.requests.of('PutObject')).toBe(0);
  });

  it('of which the question had no answer was not sent, and may be repeated', async () => {
    oss.server.createBucket('state');
    let cut = 1;
    oss.server.script = ({ operation }) => (operation === 'GetBucketVersioning' && cut-- > 0 ? 'cut' : undefined);
    const driver = compose(oss.open({ url: 'oss://state' }), retrying());
    await new Store(driver).write('k', textSource('x'), ifAbsent);
    expect(oss.server.requests.snapshot()).toEqual({ GetBucketVersioning: 2, PutObject: 1 });
  });

  it('of which the answer was lost is not sent again', async () => {
    oss.server.createBucket('state');
    oss.server.script = ({ operation }, phase) => (operation === 'PutObject' && phase === 'after' ? 'cut' : undefined);
    const driver = compose(oss.open({ url: 'oss://state' }), retrying());
    await expect(new Store(driver).write('k', textSource('x'), ifAbsent)).rejects.toMatchObject({
      code: 'PreconditionFailed',
      attempted: true,
    });
    expect(oss.server.requests.of('PutObject')).toBe(1);
  });
});

describe('conditions that OSS does not have', () => {
  it('are refused by the driver itself: it never sends a change without the condition it was given', async () => {
    oss.server.createBucket('state');
    const driver = oss.open({ url: 'oss://state' });
    const key = 'k' as never;
    const fields = { signal, headers: {}, metadata: {} };
    const write = driver.write(key, textSource('x'), { ...fields, precondition: ifMatch });
    await expect(write).rejects.toMatchObject({ code: 'Unsupported' });
    const remove = driver.delete(key, { signal, precondition: ifMatch as never });
    await expect(remove).rejects.toMatchObject({ code: 'Unsupported' });
    const complete = { signal, precondition: ifMatch, checksums: {} };
    await expect(driver.multipart?.complete({ key, id: 'any' }, [], complete)).rejects.toMatchObject({
      code: 'Unsupported',
    });
    const copy = { ...fields, sourceIfMatch: 'r' as Revision, precondition: ifMatch };
    expect(await driver.copyFrom?.(driver, key, key, copy)).toBeUndefined();
    expect(oss.server.requests.total).toBe(0);
  });

  it('cannot be claimed by a definition', () => {
    const claims = { writeIfMatch: true, deleteIfMatch: true, copyConditional: true, multipartConditional: true };
    const { capabilities } = oss.open({ url: 'oss://state', capabilities: claims });
    expect(capabilities).toMatchObject({
      writeIfAbsent: true,
      writeIfMatch: false,
      deleteIfMatch: false,
      copyConditional: false,
      multipartConditional: false,
    });
  });
});

function retrying() {
  return retry({ attempts: 3, baseMs: 1, maxMs: 1, random: () => 0, clock: createFastClock() });
}
