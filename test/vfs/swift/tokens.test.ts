import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { faults } from '../../loopback/swift/script.ts';
import { createManualClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { chunkedSource, patternBytes, textOf, watchedSource } from '../../support/sources.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

describe('a token', () => {
  const clock = createManualClock();
  let cloud: SwiftCloud;
  let store: Store;

  beforeEach(async () => {
    cloud = await startSwiftCloud({}, clock);
    store = await cloud.store();
  });

  afterEach(() => cloud.close());

  const tokens = () => cloud.swift.requests.of('token');

  it('is asked for when it is first needed, and once for all who need it at once', async () => {
    expect(cloud.swift.requests.total).toBe(0);
    await Promise.all(Array.from({ length: 10 }, () => store.listPage('')));
    expect(cloud.swift.requests.snapshot()).toEqual({ list: 10, token: 1 });
  });

  it('is renewed a minute before it ends, by the time that Keystone gave it', async () => {
    cloud.swift.keystone.tokenLife = 3_600_000;
    await store.listPage('');
    await clock.advance(3_539_000);
    await store.listPage('');
    expect(tokens()).toBe(1);
    await clock.advance(1_001);
    await store.listPage('');
    expect(tokens()).toBe(2);
  });

  it('of a short life is renewed in the last tenth of it', async () => {
    cloud.swift.keystone.tokenLife = 5_000;
    await store.listPage('');
    await clock.advance(4_400);
    await store.listPage('');
    expect(tokens()).toBe(1);
    await clock.advance(200);
    await store.listPage('');
    expect(tokens()).toBe(2);
  });

  it('that is refused is renewed, and the request is sent once more', async () => {
    await store.write('k', textSource('before'));
    cloud.swift.keystone.revokeAll();
    cloud.swift.requests.reset();
    const { body } = await store.read('k');
    expect(await textOf(body)).toBe('before');
    expect(cloud.swift.requests.snapshot()).toEqual({ 'GET object': 2, token: 1 });
  });

  it.each([
    ['in memory', () => textSource('after')],
    ['that is streamed', () => chunkedSource([patternBytes(300_000)])],
  ])('that is refused to a write is renewed, and a source %s opened again', async (_, sourceOf) => {
    await store.write('k', textSource('before'));
    cloud.swift.keystone.revokeAll();
    const watched = watchedSource(sourceOf());
    const { revision } = await store.write('k', watched.source, { precondition: { kind: 'none' } });
    expect((await store.stat('k')).revision).toBe(revision);
    expect([watched.opened, watched.cancelled >= watched.opened]).toEqual([2, true]);
    expect(cloud.swift.requests.of('PUT object')).toBe(3);
  });

  it('that is refused again is an end of it', async () => {
    cloud.swift.script = ({ operation }) => (operation === 'token' ? undefined : { kind: 'status', status: 401 });
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unauthenticated', operation: 'list' });
    expect(cloud.swift.requests.snapshot()).toEqual({ list: 2, token: 2 });
  });

  it('that is refused to many at once is renewed once', async () => {
    await store.listPage('');
    cloud.swift.keystone.revokeAll();
    await Promise.all(Array.from({ length: 5 }, () => store.listPage('')));
    expect(tokens()).toBe(2);
  });

  it('that cannot be had is asked for again by the next call', async () => {
    cloud.swift.script = faults({ kind: 'status', status: 503 }, ({ operation }) => operation === 'token');
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
    expect((await store.listPage('')).entries).toEqual([]);
  });

  it.each([
    [400, 'InvalidArgument'],
    [403, 'PermissionDenied'],
    [429, 'RateLimited'],
    [500, 'Unavailable'],
    [502, 'Unavailable'],
    [599, 'Unavailable'],
    [418, 'Unknown'],
  ])('that is answered with %i is %s, and nothing was sent to Swift', async (status, code) => {
    cloud.swift.script = () => ({ kind: 'status', status });
    const write = store.write('k', textSource('text'), { precondition: { kind: 'if-absent' } });
    await expect(write).rejects.toMatchObject({
      code,
      operation: 'write',
      target: 'swift://state/k',
      maybeApplied: false,
    });
    expect(cloud.swift.requests.snapshot()).toEqual({ token: 1 });
  });

  it.each([
    ['without a token', {}, '{"token":{}}', 'answered without a token'],
    ['that is no JSON', { 'x-subject-token': 't' }, '<html>', 'describes no token'],
    ['of something else', { 'x-subject-token': 't' }, '{}', 'describes no token'],
  ])('comes in no answer %s', async (_, headers, body, words) => {
    cloud.swift.script = () => ({ kind: 'status', status: 201, headers, body });
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unknown' });
    await expect(store.listPage('')).rejects.toThrow(words);
  });

  it('is not waited for by one who gave up, nor by anybody when all did', async () => {
    const never = new Promise(() => {});
    cloud.swift.script = ({ operation }) => (operation === 'token' ? { kind: 'wait', until: never } : undefined);
    const [one, two] = [new AbortController(), new AbortController()];
    const calls = [one, two].map(({ signal }) => store.listPage('', { signal }));
    const codes = Promise.allSettled(calls);
    await eventually(() => tokens() === 1);
    one.abort();
    await expect(calls[0]).rejects.toMatchObject({ code: 'Aborted' });
    expect(cloud.swift.openConnections).toBe(1);
    two.abort();
    expect((await codes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await eventually(() => cloud.swift.openConnections === 0);
    cloud.swift.script = undefined;
    expect((await store.listPage('')).entries).toEqual([]);
  });

  it('goes to Swift with a name of ours, and is asked for with it', async () => {
    await store.listPage('');
    expect(cloud.swift.lastHeaders).toMatchObject({ 'user-agent': 'kops-statesync/swift' });
    expect(cloud.swift.keystone.issued).toContain(cloud.swift.lastHeaders['x-auth-token']);
  });
});
