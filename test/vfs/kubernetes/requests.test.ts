import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { collect, textSource } from '../../../lib/vfs/body.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import type { Fault } from '../../loopback/kubernetes/server.ts';
import { createFastClock } from '../../support/clock.ts';
import { type LocalCluster, startKubernetesPlace } from './place.ts';

const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
const ifMatch = (revision: Revision) => ({ precondition: { kind: 'if-match', revision } }) as const;

let cluster: LocalCluster;
let store: Store;

beforeAll(async () => {
  cluster = await startKubernetesPlace();
  store = cluster.store();
});

beforeEach(() => {
  cluster.server.requests.reset();
});

afterEach(() => {
  cluster.server.fault = undefined;
});

afterAll(() => cluster.close());

/** The next request for this goes wrong so; those after it are answered. */
function next(operation: string, fault: Fault): void {
  cluster.server.fault = (asked) => {
    if (asked !== operation) {
      return undefined;
    }
    cluster.server.fault = undefined;
    return fault;
  };
}

describe('requests', () => {
  it('are one for each call, and two for an unconditional write of a new key', async () => {
    const steps: readonly (readonly [() => Promise<unknown>, object])[] = [
      [() => store.write('a', textSource('x'), ifAbsent), { 'create secrets': 1 }],
      [() => store.write('b', textSource('x')), { 'create secrets': 1, 'update secrets': 1 }],
      [() => store.write('b', textSource('y')), { 'update secrets': 1 }],
      [() => store.stat('b'), { 'get secrets': 1 }],
      [async () => (await store.read('b')).body.cancel(), { 'get secrets': 1 }],
      [() => store.listPage(''), { 'list secrets': 1 }],
      [() => store.delete('b'), { 'delete secrets': 1 }],
    ];
    await store.find('nothing'); // The namespace is looked for.
    for (const [step, requests] of steps) {
      cluster.server.requests.reset();
      await step();
      expect(cluster.server.requests.snapshot()).toMatchObject(requests);
      expect(cluster.server.requests.total).toBe(Object.values(requests).reduce((sum, count) => sum + count, 0));
    }
  });

  it('share their connections', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.write(`many-${index}`, textSource('x'))));
    const open = cluster.openConnections();
    for (let index = 0; index < 10; index += 1) {
      await store.stat(`many-${index}`);
    }
    expect(cluster.openConnections()).toBe(open);
  });

  it('that are aborted close their connection', async () => {
    await store.write('k', textSource('x'));
    const own = cluster.store();
    await own.stat('k');
    const open = cluster.openConnections();
    const abort = new AbortController();
    cluster.server.fault = () => {
      setImmediate(() => abort.abort());
      return { kind: 'silence' };
    };
    await expect(own.stat('k', { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
    cluster.server.fault = undefined;
    await own.stat('k');
    expect(cluster.openConnections()).toBeLessThanOrEqual(open);
    await own.close();
  });

  it('leave nothing open when the store is closed, whatever became of the bodies', async () => {
    await store.write('k', textSource('text'));
    await store.close();
    const own = cluster.store();
    await own.read('k');
    const { body } = await own.read('k');
    await collect(body, 10);
    await own.close();
    while (cluster.openConnections() > 0) {
      await new Promise(setImmediate);
    }
    store = cluster.store();
  });

  it('go nowhere else: a redirect is refused', async () => {
    const elsewhere = { location: `${cluster.server.endpoint}/api/v1/namespaces/state/secrets/x` };
    next('update secrets', { kind: 'answer', status: 301, headers: elsewhere });
    await expect(store.write('k', textSource('x'))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('no Kubernetes API'),
    });
    expect(cluster.server.requests.snapshot()).toEqual({ 'update secrets': 1 });
  });

  it('that are refused for the credentials are sent once more, with those that are there now', async () => {
    next('get secrets', { kind: 'answer', status: 401 });
    expect((await store.stat('k')).size).toBe(4);
    expect(cluster.server.requests.of('get secrets')).toBe(2);
    cluster.server.fault = () => ({ kind: 'answer', status: 401 });
    cluster.server.requests.reset();
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'Unauthenticated' });
    expect(cluster.server.requests.of('get secrets')).toBe(2);
  });

  it('that come too fast are told for how long to wait', async () => {
    next('get secrets', { kind: 'answer', status: 429, headers: { 'retry-after': '7' } });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'RateLimited', retryAfterMs: 7000 });
    const date = 'Sat, 01 Jan 2022 00:00:00 GMT';
    next('get secrets', {
      kind: 'answer',
      status: 503,
      headers: {
        'retry-after': date,
        date: date.replace(':00 ', ':57 ').replace('00:57', '59:57').replace('01 Jan 2022 00', '31 Dec 2021 23'),
      },
    });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'Unavailable', retryAfterMs: 3000 });
  });

  it('need not all be allowed: the verb that is missing is told', async () => {
    const [token = ''] = cluster.secrets;
    cluster.server.identities.set(token, {
      user: 'reader',
      rules: [{ verbs: ['get', 'list'], resources: ['secrets'] }],
    });
    expect((await store.stat('k')).size).toBe(4);
    const denied = (verb: string) => ({
      code: 'PermissionDenied',
      message: expect.stringContaining(`a Role that allows the verb "${verb}" on "secrets" is missing`),
    });
    await expect(store.write('k', textSource('x'))).rejects.toMatchObject(denied('update'));
    await expect(store.write('k', textSource('x'), ifAbsent)).rejects.toMatchObject(denied('create'));
    await expect(store.delete('k')).rejects.toMatchObject(denied('delete'));
    cluster.server.identities.set(token, { user: 'nobody', rules: [] });
    await expect(store.find('k')).rejects.toMatchObject(denied('get'));
    await expect(store.listPage('')).rejects.toMatchObject(denied('list'));
    cluster.server.admit(token, 'admin');
  });
});

describe('a conditional change', () => {
  it('is part of the request: a revision of another store never holds, and sends nothing', async () => {
    const foreign = 'an-etag' as Revision;
    await expect(store.write('k', textSource('x'), ifMatch(foreign))).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
    await expect(store.delete('k', ifMatch(foreign))).rejects.toMatchObject({ code: 'PreconditionFailed' });
    expect(cluster.server.requests.total).toBe(0);
  });

  it('of a Secret that was made anew does not hold, even with the same resourceVersion', async () => {
    const { revision } = await store.write('anew', textSource('old'));
    await store.delete('anew');
    const { revision: now } = await store.write('anew', textSource('new'));
    const restored = `${revision.split('.')[0]}.${now.split('.')[1]}` as Revision;
    await expect(store.write('anew', textSource('x'), ifMatch(restored))).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
    await expect(store.delete('anew', ifMatch(restored))).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });

  it.each(['cut', 'torn'] as const)('of which the answer is lost (%s) is not sent again, and says so', async (kind) => {
    const patient = await openStore(cluster.definition, { environment: cluster.environment, clock: createFastClock() });
    const lost = { code: 'PreconditionFailed', attempted: true };
    const fault: Fault = kind === 'cut' ? { kind, when: 'after' } : { kind };
    const key = `lost-${kind}`;
    next('create secrets', fault);
    await expect(patient.write(key, textSource('one'), ifAbsent)).rejects.toMatchObject(lost);
    const { revision } = await patient.stat(key);
    next('update secrets', fault);
    await expect(patient.write(key, textSource('two'), ifMatch(revision))).rejects.toMatchObject(lost);
    const { revision: second, size } = await patient.stat(key);
    expect([second === revision, size]).toEqual([false, 3]);
    next('delete secrets', fault);
    await expect(patient.delete(key, ifMatch(second))).rejects.toMatchObject(lost);
    expect(await patient.find(key)).toBeUndefined();
    await patient.close();
  });

  it('that surely was not carried out is sent again', async () => {
    const patient = await openStore(cluster.definition, { environment: cluster.environment, clock: createFastClock() });
    next('create secrets', { kind: 'answer', status: 429 });
    await patient.write('again', textSource('x'), ifAbsent);
    const status = JSON.stringify({ kind: 'Status', reason: 'Conflict', message: 'resourcequotas have been modified' });
    next('create secrets', { kind: 'answer', status: 409, body: status });
    await patient.write('again-2', textSource('x'), ifAbsent);
    expect(cluster.server.requests.of('create secrets')).toBe(4);
    await patient.close();
  });
});

describe('an unconditional write', () => {
  it('goes through while others make and remove the Secret', async () => {
    const { storage } = cluster.server;
    await store.write('contended', textSource('theirs'));
    const theirs = storage.at(cluster.namespace, storage.revision).find(({ data }) => data?.['content'] === 'dGhlaXJz');
    let asked = 0;
    cluster.server.fault = (operation, { namespace }) => {
      asked += 1;
      const name = theirs?.metadata.name ?? '';
      if (operation === 'update secrets' && asked === 1) {
        storage.remove(namespace, name, {});
      }
      if (operation === 'create secrets' && asked === 2) {
        storage.create(namespace, { ...theirs, metadata: { name } }, 'other');
      }
      return undefined;
    };
    await store.write('contended', textSource('mine'));
    expect(asked).toBe(3);
    cluster.server.fault = undefined;
    expect((await store.stat('contended')).size).toBe(4);
  });
});
