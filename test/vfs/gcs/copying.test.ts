import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import type { Bucket } from '../../loopback/gcs/bucket.ts';
import { patternBytes } from '../../support/sources.ts';
import { type LocalGcs, startLocalGcs } from './local-gcs.ts';

let gcs: LocalGcs;
let target: Bucket;
let from: Store;
let to: Store;
let sourceIfMatch: Revision;
beforeAll(async () => {
  gcs = await startLocalGcs();
});
beforeEach(async () => {
  gcs.server.createBucket('from');
  target = gcs.server.createBucket('to');
  from = gcs.store({ url: 'gs://from' });
  to = gcs.store({ url: 'gs://to' });
  const given = { metadata: { of: 'source' }, headers: { cacheControl: 'no-store', contentType: 'text/source' } };
  sourceIfMatch = (await from.write('k', bytesSource(patternBytes(1000)), given)).revision;
  gcs.server.requests.reset();
});
afterEach(() => {
  gcs.server.script = () => undefined;
  gcs.server.limits.rewriteBytes = Number.POSITIVE_INFINITY;
});
afterAll(() => gcs.close());

describe('a copy', () => {
  it('goes from bucket to bucket in one request, without any bytes', async () => {
    const written = await to.copyFrom(from, 'k', 'c', { sourceIfMatch });
    expect(gcs.server.requests.snapshot()).toEqual({ 'objects.rewrite': 1 });
    expect(written?.revision).toBe(target.live('c')?.generation);
    expect(written?.checksums).toEqual((await from.stat('k')).checksums);
  });

  it('has what it was given, and nothing of what the source had, also when it was given nothing', async () => {
    await to.copyFrom(from, 'k', 'c', { sourceIfMatch });
    expect(target.live('c')?.attributes).toEqual({ contentType: 'application/octet-stream', metadata: {} });
  });

  it('of a large object goes on until it is done', async () => {
    gcs.server.limits.rewriteBytes = 300;
    await to.copyFrom(from, 'k', 'c', { sourceIfMatch });
    expect(gcs.server.requests.snapshot()).toEqual({ 'objects.rewrite': 4 });
    expect(target.live('c')?.content.byteLength).toBe(1000);
  });

  it('that is not done and cannot go on fails', async () => {
    gcs.server.script = () => ({ kind: 'answer', status: 200, body: '{"done":false}' });
    await expect(to.copyFrom(from, 'k', 'c', { sourceIfMatch })).rejects.toMatchObject({ code: 'Unknown' });
  });

  it('from a prefix to a prefix names the objects as the buckets know them', async () => {
    await from.write('in/side/x', textSource('x'));
    const inner = new Store(compose(from.driver, prefixed('in/side')));
    const outer = new Store(compose(to.driver, prefixed('out')));
    const { revision } = await inner.stat('x');
    await outer.copyFrom(inner, 'x', 'y', { sourceIfMatch: revision });
    expect(target.live('out/y')?.content.toString()).toBe('x');
  });

  it('blames the condition that did not hold: the destination is taken, or the source has changed', async () => {
    await to.write('c', textSource('taken'));
    const options = { sourceIfMatch, precondition: { kind: 'if-absent' } } as const;
    await expect(to.copyFrom(from, 'k', 'c', options)).rejects.toMatchObject({ code: 'AlreadyExists' });
    await from.write('k', textSource('changed'));
    await expect(to.copyFrom(from, 'k', 'c', options)).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await expect(to.copyFrom(from, 'k', 'new', options)).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });

  it('of a generation that is no longer live is refused, also where the bucket keeps it', async () => {
    gcs.server.createBucket('from', { versions: true });
    const { revision } = await from.write('k', textSource('old'));
    await from.write('k', textSource('new'));
    const copied = to.copyFrom(from, 'k', 'c', { sourceIfMatch: revision });
    await expect(copied).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });

  it('that the store forbids is left to the caller', async () => {
    gcs.server.script = () => ({ kind: 'answer', status: 403 });
    expect(await to.copyFrom(from, 'k', 'c', { sourceIfMatch })).toBeUndefined();
  });

  it.each([
    ['at another endpoint', { endpoint: 'https://storage.googleapis.com' }],
    ['of another identity', { credentials: { credentialsFile: '/nowhere' } }],
  ])('from a bucket %s is left to the caller, and sends nothing', async (_, other) => {
    const stranger = gcs.store({ url: 'gs://from', ...other });
    expect(await to.copyFrom(stranger, 'k', 'c', { sourceIfMatch })).toBeUndefined();
    expect(gcs.server.requests.total).toBe(0);
  });
});
