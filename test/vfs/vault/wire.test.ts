import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { retry } from '../../../lib/vfs/layers/retry.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { startTlsFront } from '../../loopback/tls/front.ts';
import type { Heard } from '../../loopback/vault/script.ts';
import { patternBytes, textOf } from '../../support/sources.ts';
import { failureOf } from './failures.ts';
import { type LocalVault, startLocalVault } from './local-vault.ts';

const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
let local: LocalVault;
let store: Store;
let heard: Heard[];

beforeEach(async () => {
  local = await startLocalVault();
  store = local.store();
  heard = [];
  local.vault.script = (request) => {
    heard.push(request);
    return undefined;
  };
});

afterEach(() => local.close());

/** What a call sends, once a store is known. */
async function sent(call: () => Promise<unknown>): Promise<readonly string[]> {
  await store.write('warm', textSource('up'));
  heard.length = 0;
  await call();
  return heard.map(({ operation }) => operation);
}

describe('requests', () => {
  it('of a first write are those for the token, for the mount, and the write', async () => {
    await store.write('a', textSource('x'), ifAbsent);
    expect(heard.map(({ operation }) => operation)).toEqual(['lookup-self', 'mounts', 'write']);
  });

  it('of a first read are one more where the server does not let us ask for the active node, and never again', async () => {
    await store.find('a');
    await store.find('a');
    const operations = heard.map(({ operation }) => operation);
    expect(operations).toEqual(['lookup-self', 'refused-forward', 'read', 'mounts', 'read']);
  });

  it('that read ask for the active node where the server lets us, and others do not', async () => {
    local.vault.allowsForwarding = true;
    await store.write('a', textSource('x'));
    await store.stat('a');
    await store.listPage('');
    const asking = heard.filter(({ forward }) => forward).map(({ operation }) => operation);
    expect(asking).toEqual(['read', 'read', 'list', 'read']);
  });

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    ['stat', () => store.stat('warm'), ['read']],
    ['read', () => store.read('warm'), ['read']],
    ['write that creates', () => store.write('new', textSource('x'), ifAbsent), ['write']],
    ['write without a condition', () => store.write('warm', textSource('x')), ['read', 'write']],
    ['delete without a condition', () => store.delete('warm'), ['read', 'write', 'delete']],
    ['delete of what is absent', () => store.delete('absent'), ['read']],
    ['listing of one object', () => store.listPage(''), ['list', 'read']],
    [
      'history of one version',
      () => store.versions.list('', new AbortController().signal).next(),
      ['list', 'metadata', 'read'],
    ],
  ])('of a %s', async (_, call, operations) => {
    expect(await sent(call)).toEqual(operations);
  });

  it('of a write and a delete with a revision are the write, and the write with the mark of the deletion', async () => {
    const { revision } = await store.write('a', textSource('x'));
    const operations = await sent(async () => {
      const next = await store.write('a', textSource('y'), { precondition: { kind: 'if-match', revision } });
      await store.delete('a', { precondition: { kind: 'if-match', revision: next.revision } });
    });
    expect(operations).toEqual(['write', 'write', 'delete']);
  });

  it('that write carry check-and-set, every one', async () => {
    const { revision } = await store.write('a', textSource('x'));
    await store.write('a', textSource('y'), { precondition: { kind: 'if-match', revision } });
    await store.write('b', textSource('x'), ifAbsent);
    await store.write('b', textSource('y'));
    await store.delete('a');
    await store.delete('b');
    const cas = heard.filter(({ operation }) => operation === 'write').map(({ body }) => body['options']);
    expect(cas).toEqual([0, 1, 0, 1, 2, 2].map((number) => ({ cas: number })));
  });
});

describe('the environment of the process', () => {
  const variables = {
    VAULT_ADDR: 'http://127.0.0.1:1',
    VAULT_TOKEN: 'hvs.of-the-process',
    VAULT_NAMESPACE: 'of-the-process',
    VAULT_PREFIX: '/of-the-process',
  };
  const before = { ...process.env };

  beforeEach(() => void Object.assign(process.env, variables));

  afterEach(() => {
    process.env = { ...before };
  });

  it('is nothing that the client takes token, namespace or path from', async () => {
    await local.store().write('a', textSource('x'));
    expect(new Set(heard.map(({ token, namespace }) => `${namespace}:${token}`))).toEqual(new Set([`:${local.root}`]));
    expect(local.kv.has('a')).toBe(true);
  });
});

describe('an answer that was lost', () => {
  it('of a write with a condition is not repeated: it may have happened', async () => {
    const retried = new Store(
      compose(local.open(), retry({ attempts: 3, baseMs: 1, maxMs: 1, random: Math.random, clock: systemClock })),
    );
    await retried.find('a');
    local.vault.script = ({ operation }) => (operation === 'write' ? { kind: 'cut', when: 'after' } : undefined);
    const writes = local.vault.requests.of('write');
    const error = await failureOf(retried.write('a', textSource('x'), ifAbsent));
    expect(error).toMatchObject({ code: 'PreconditionFailed', attempted: true });
    expect(local.vault.requests.of('write') - writes).toBe(1);
    expect((await retried.stat('a')).size).toBe(1);
  });

  it.each(['before', 'after'] as const)('%s a write was carried out may or may not have been', async (when) => {
    await store.find('a');
    local.vault.script = ({ operation }) => (operation === 'write' ? { kind: 'cut', when } : undefined);
    const error = await failureOf(store.write('a', textSource('x'), ifAbsent), [local.root]);
    expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: true });
    expect((await local.store().find('a')) === undefined).toBe(when === 'before');
  });

  it('of the look before a write, or of the token, leaves the write undone', async () => {
    await store.write('a', textSource('x'));
    for (const lost of ['read', 'lookup-self', 'mounts']) {
      local.vault.script = ({ operation }) => (operation === lost ? { kind: 'cut', when: 'after' } : undefined);
      const error = await failureOf(local.store().write('a', textSource('y')));
      expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: false });
    }
    expect(local.vault.requests.of('write')).toBe(1);
  });
});

describe('an answer that was torn', () => {
  it('rejects a read, a stat and a listing', async () => {
    await store.write('a', bytesSource(patternBytes(100_000)));
    local.vault.script = ({ operation }) => (operation === 'read' ? { kind: 'tear' } : undefined);
    for (const call of [() => store.read('a'), () => store.stat('a'), () => store.listPage('')]) {
      expect((await failureOf(call())).code).toBe('Unavailable');
    }
  });
});

describe('connections', () => {
  it('are kept between calls, and all closed with the store', async () => {
    await Promise.all([1, 2, 3].map((n) => store.write(`a${n}`, textSource('x'))));
    const open = local.vault.openConnections;
    expect(open).toBeLessThanOrEqual(3);
    await store.find('a1');
    expect(local.vault.openConnections).toBe(open);
    await store.close();
    await expectConnections(0);
  });

  it('end with the call that is given up, whatever it waits for', async () => {
    await store.write('a', textSource('x'));
    for (const [operation, call] of [
      ['read', (signal: AbortSignal) => store.stat('a', { signal })],
      ['write', (signal: AbortSignal) => store.write('b', textSource('x'), { signal, ...ifAbsent })],
      ['list', (signal: AbortSignal) => store.listPage('', { signal })],
      ['delete', (signal: AbortSignal) => store.delete('a', { signal })],
    ] as const) {
      const giveUp = new AbortController();
      let release = () => {};
      const until = new Promise<void>((resolve) => {
        release = resolve;
      });
      local.vault.script = (request) => {
        if (request.operation !== operation) {
          return undefined;
        }
        setImmediate(() => giveUp.abort());
        return { kind: 'wait', when: 'before', until };
      };
      expect((await failureOf(call(giveUp.signal))).code).toBe('Aborted');
      release();
      await expectConnections(0);
    }
  });

  it('do not wait for a body that nobody reads', async () => {
    await store.write('a', bytesSource(patternBytes(500_000)));
    await Promise.all([1, 2, 3, 4].map(() => store.read('a')));
    await store.close();
    await expectConnections(0);
  });

  async function expectConnections(count: number): Promise<void> {
    while (local.vault.openConnections > count) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    expect(local.vault.openConnections).toBe(count);
  }
});

describe('a redirect', () => {
  const to = (location: string, when: (request: Heard) => boolean = () => true) => {
    local.vault.script = (request) => {
      heard.push(request);
      return when(request) ? { kind: 'answer', status: 307, headers: { location } } : undefined;
    };
  };

  it('of a standby is followed to the active node, with the token and the body', async () => {
    const active = await startLocalVault();
    const token = active.vault.tokens.create().id;
    const standby = local.store({}, { VAULT_TOKEN: token });
    local.vault.script = ({ path }) => {
      const query = path === 'kv/metadata/' ? '?list=1' : '';
      return { kind: 'answer', status: 307, headers: { location: `http://${active.vault.host}/v1/${path}${query}` } };
    };
    await standby.write('a', textSource('through'), ifAbsent);
    expect(await textOf((await standby.read('a')).body)).toBe('through');
    expect((await standby.listPage('')).entries).toHaveLength(1);
    expect(local.kv.has('a')).toBe(false);
    await active.close();
  });

  it.each([
    ['to another path, which is another key', '/v1/kv/data/other'],
    ['to another path of another node', 'http://localhost:PORT/v1/kv/data/other'],
    ['to the same place, for ever', '/v1/kv/data/a'],
    ['to another protocol', 'https://127.0.0.1:1/v1/kv/data/a'],
    ['to nowhere', 'http://'],
  ])('%s is not followed', async (_, location) => {
    await store.write('a', textSource('x'));
    await store.write('other', textSource('of another key'));
    to(location.replace('PORT', local.vault.host.split(':')[1] ?? ''), ({ path }) => path === 'kv/data/a');
    heard.length = 0;
    expect(await failureOf(store.stat('a'))).toMatchObject({ code: 'InvalidArgument' });
    expect(heard.filter(({ operation }) => operation === 'read')).toHaveLength(1);
  });
});

describe('TLS', () => {
  it('is trusted by the certificates of VAULT_CACERT or of the definition, and by no others', async () => {
    const front = await startTlsFront(`http://${local.vault.host}`);
    const directory = await mkdtemp(join(tmpdir(), 'statesync-vault-tls-'));
    const authority = join(directory, 'ca.pem');
    await writeFile(authority, front.cert);
    const url = `vault://127.0.0.1:${front.port}/kv/`;
    const environment = { VAULT_TOKEN: local.root };
    const trusting = local.store({ url }, { ...environment, VAULT_CACERT: authority });
    await trusting.write('a', textSource('secret'));
    expect(
      await local.store({ url, caCert: authority }, { ...environment, VAULT_CACERT: '/none' }).find('a'),
    ).toBeDefined();
    const error = await failureOf(local.store({ url }, environment).write('a', textSource('x')), [local.root]);
    expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: false });
    await front.close();
    await rm(directory, { recursive: true });
  });

  it.each([
    ['VAULT_CACERT', {}, { VAULT_CACERT: '/nowhere/ca.pem' }],
    ['caCert', { caCert: '/nowhere/ca.pem' }, {}],
  ])('names the file of %s that cannot be read', async (name, definition, variables) => {
    const call = local.store(
      { url: `vault://${local.vault.host}/kv/`, ...definition },
      { VAULT_TOKEN: 't', ...variables },
    );
    const error = await failureOf(call.find('a'));
    expect(error.code).toBe('InvalidArgument');
    expect(error.message).toContain(`${name}: file /nowhere/ca.pem cannot be read (ENOENT)`);
  });
});
