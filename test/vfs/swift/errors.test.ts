import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { toVfsError } from '../../../lib/vfs/swift/errors.ts';
import { faults } from '../../loopback/swift/script.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

describe('what Swift answers', () => {
  let cloud: SwiftCloud;
  let store: Store;

  beforeAll(async () => {
    cloud = await startSwiftCloud();
    store = await cloud.store();
    await store.write('k', textSource('text'));
  });

  afterAll(() => cloud.close());

  afterEach(() => {
    cloud.swift.script = undefined;
    cloud.account.makeContainer('state');
  });

  const answering = (status: number, more: { headers?: Record<string, string>; body?: string } = {}) => {
    cloud.swift.script = faults({ kind: 'status', status, ...more }, ({ operation }) => / object$/.test(operation), 5);
  };

  it.each([
    [400, 'InvalidArgument', false],
    [403, 'PermissionDenied', false],
    [405, 'Unsupported', false],
    [408, 'Unavailable', false],
    [409, 'Unavailable', true],
    [411, 'InvalidArgument', false],
    [412, 'InvalidArgument', false],
    [413, 'TooLarge', false],
    [416, 'InvalidArgument', false],
    [422, 'ChecksumMismatch', false],
    [429, 'RateLimited', false],
    [498, 'RateLimited', false],
    [499, 'Unavailable', false],
    [500, 'Unavailable', true],
    [501, 'Unsupported', false],
    [502, 'Unavailable', true],
    [503, 'Unavailable', true],
    [504, 'Unavailable', true],
    [507, 'TooLarge', false],
    [508, 'Unavailable', true],
    [202, 'Unavailable', true],
    [302, 'Unknown', true],
    [418, 'Unknown', true],
  ])('with %i is %s', async (status, code, maybeApplied) => {
    answering(status);
    await expect(store.write('k', textSource('text'))).rejects.toMatchObject({
      code,
      operation: 'write',
      target: 'swift://state/k',
      maybeApplied,
    });
  });

  it('with 412 is the condition that was asked', async () => {
    answering(412);
    const absent = store.write('k', textSource('text'), { precondition: { kind: 'if-absent' } });
    await expect(absent).rejects.toMatchObject({ code: 'AlreadyExists' });
    await expect(store.read('k', { ifMatch: 'x' as never })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });

  it('with 404 is the absence of the key', async () => {
    await expect(store.stat('absent')).rejects.toMatchObject({ code: 'NotFound', maybeApplied: false });
    await expect(store.read('absent')).rejects.toMatchObject({ code: 'NotFound' });
    await store.delete('absent');
  });

  it('with 404 is no absence of the key where the container is missing', async () => {
    const fresh = await cloud.store({ url: 'swift://missing' });
    const missing = { code: 'InvalidArgument', reason: expect.stringContaining('no such container') };
    await expect(fresh.stat('k')).rejects.toMatchObject(missing);
    await expect(fresh.read('k')).rejects.toMatchObject(missing);
    await expect(fresh.write('k', textSource('text'))).rejects.toMatchObject(missing);
    await expect(fresh.delete('k')).rejects.toMatchObject(missing);
    await expect(fresh.listPage('')).rejects.toMatchObject(missing);
    await expect(fresh.copyFrom(store, 'k', 'k', { sourceIfMatch: 'x' as never })).rejects.toMatchObject(missing);
    await expect(store.copyFrom(fresh, 'k', 'c', { sourceIfMatch: 'x' as never })).rejects.toMatchObject(missing);
  });

  it('with 404 is asked about once a minute at most', async () => {
    const fresh = await cloud.store();
    cloud.swift.requests.reset();
    for (const key of ['a', 'b', 'c']) {
      await expect(fresh.stat(key)).rejects.toMatchObject({ code: 'NotFound' });
    }
    expect(cloud.swift.requests.snapshot()).toEqual({ 'HEAD container': 1, 'HEAD object': 3, token: 1 });
  });

  it('with 403 is never absence, of a container or of a key', async () => {
    const { people } = cloud.swift.keystone;
    const reader = people.addUser('reader', { password: 'p', project: cloud.project, role: 'reader' });
    const reading = await cloud.store({}, { OS_USERID: reader.id, OS_PASSWORD: 'p' });
    expect((await reading.stat('k')).size).toBe(4);
    await expect(reading.write('k', textSource('text'))).rejects.toMatchObject({ code: 'PermissionDenied' });
    await expect(reading.delete('k')).rejects.toMatchObject({ code: 'PermissionDenied' });
    const stranger = people.addUser('stranger', { password: 'p', project: people.addProject('other') });
    const endpoint = `${cloud.endpoint}/v1/AUTH_${cloud.project.id}`;
    const foreign = await cloud.store({ endpoint }, { OS_USERID: stranger.id, OS_PASSWORD: 'p', OS_PROJECT_NAME: '' });
    const calls = [
      () => foreign.stat('k'),
      () => foreign.read('k'),
      () => foreign.find('absent'),
      () => foreign.listPage(''),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ code: 'PermissionDenied' });
    }
  });

  it('is repeated in its own words, without its markup, with the id of the request', async () => {
    answering(503, {
      headers: { 'x-trans-id': 'tx123' },
      body: '<html><h1>Service  Unavailable</h1>\n<p>Later.</p></html>',
    });
    await expect(store.stat('k')).rejects.toThrow('stat swift://state/k: status 503');
    await expect(store.write('k', textSource(''))).rejects.toThrow(
      'status 503: Service Unavailable Later. [request tx123]',
    );
    answering(400, { body: 'x'.repeat(5_000) });
    await expect(store.write('k', textSource(''))).rejects.toThrow(`status 400: ${'x'.repeat(300)}…`);
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 30_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j waits for %s ms', async (headers, retryAfterMs) => {
    answering(429, { headers: headers as Record<string, string> });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'RateLimited', retryAfterMs });
  });
});

describe('what the network says', () => {
  const attempt = { operation: 'write', target: 'swift://state/k' };

  it.each([
    ['ECONNREFUSED', 'Unavailable', false],
    ['ENOTFOUND', 'Unavailable', false],
    ['EAI_AGAIN', 'Unavailable', false],
    ['EHOSTUNREACH', 'Unavailable', false],
    ['CERT_HAS_EXPIRED', 'Unavailable', false],
    ['ECONNRESET', 'Unavailable', true],
    ['EPIPE', 'Unavailable', true],
    ['HPE_INVALID_CONSTANT', 'Unavailable', true],
    ['ERR_INVALID_CHAR', 'InvalidArgument', false],
    ['EOTHER', 'Unknown', true],
  ])('with %s is %s', (code, expected, maybeApplied) => {
    const error = toVfsError(Object.assign(new Error('words'), { code }), attempt);
    expect(error).toMatchObject({ ...attempt, code: expected, maybeApplied });
  });

  it('is Unavailable, and certainly not carried out, where nothing listens', async () => {
    const cloud = await startSwiftCloud();
    const store = await cloud.store();
    await store.listPage('');
    await cloud.swift.close();
    const write = store.write('k', textSource('text'));
    await expect(write).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
    await cloud.close();
  });
});
