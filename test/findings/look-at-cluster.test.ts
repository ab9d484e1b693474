import { describe, expect, it } from '@jest/globals';
import type { JudgedCluster, Look } from '../../lib/findings/look-at-cluster.ts';
import { heldSeconds } from '../../lib/findings/next-record.ts';
import { isVfsError } from '../../lib/vfs/errors.ts';
import { badConfig, cluster, goodCluster, goodConfig, watched } from './watched.ts';

const config = `${cluster}/config`;

function judgedIn(look: Look): JudgedCluster {
  if (look.kind !== 'judged' && look.kind !== 'unchanged') {
    throw new Error(`the look is ${look.kind}`);
  }
  return look.judged;
}

const recordIn = (look: Look) => judgedIn(look).record;

describe('a cluster that is quiet', () => {
  it('is judged when a fingerprint is still there that was seen before', async () => {
    const { look } = await watched();
    const first = await look();
    expect(first.kind).toBe('moving');
    const second = await look({ seen: new Set([first.kind === 'moving' ? first.fingerprint : '']) });
    expect(second.kind).toBe('judged');
    expect(recordIn(second)).toMatchObject({ version: 1, cluster, state: 'complete', store: 'memfs://state' });
    expect(recordIn(second)).toMatchObject({ counts: { error: 0, warning: 0 }, findings: [] });
    expect(recordIn(second).invalidSince).toBeUndefined();
  });

  it('is read once: each file that configures it by one request, between two listings', async () => {
    const { judge, requests } = await watched();
    await judge();
    const reads = requests.filter(({ operation }) => operation === 'read').map(({ key }) => key);
    expect(reads.toSorted()).toEqual(Object.keys(goodCluster).toSorted());
    expect(requests.filter(({ operation }) => operation === 'list')).toHaveLength(3);
    expect(requests).toHaveLength(reads.length + 3);
  });

  it('is not judged again while it is the same: a look then costs one listing, and writes nothing', async () => {
    const { judge, look, requests, records } = await watched();
    const { revision } = judgedIn(await judge());
    requests.length = 0;
    expect((await look()).kind).toBe('unchanged');
    expect(requests.map(({ operation }) => operation)).toEqual(['list']);
    expect((await records.read(cluster, new AbortController().signal))?.revision).toBe(revision);
  });

  it('is judged again when that is due, since findings come with time too', async () => {
    const { judge, look, clock } = await watched();
    const first = recordIn(await judge());
    await clock.sleep(3_600_000);
    const second = await look({ isDue: true });
    expect(second.kind).toBe('judged');
    expect(Date.parse(recordIn(second).judgedAt) - Date.parse(first.judgedAt)).toBe(3_600_000);
  });
});

describe('a cluster that moves', () => {
  it('is waited for, whatever changed: a new object, another content, or one that is gone', async () => {
    const { judge, look, put, source } = await watched();
    await judge();
    const changes = [
      () => put(config, badConfig),
      () => put(`${cluster}/instancegroup/more`, goodCluster[`${cluster}/instancegroup/nodes`] ?? ''),
      () => source.delete(`${cluster}/instancegroup/nodes`),
    ];
    const seen = new Set<string>();
    for (const change of changes) {
      await change();
      const found = await look({ seen });
      expect(found.kind).toBe('moving');
      seen.add(found.kind === 'moving' ? found.fingerprint : '');
    }
    expect(seen.size).toBe(changes.length);
  });

  it('is waited for when it moves while it is read', async () => {
    const { look, put, surroundings } = await watched();
    const first = await look();
    const seen = new Set([first.kind === 'moving' ? first.fingerprint : '']);
    const others = async () => {
      await put(config, badConfig);
      return [];
    };
    const second = await look({ seen }, { others });
    expect(second.kind).toBe('moving');
    expect(await surroundings.records.read(cluster, new AbortController().signal)).toBeUndefined();
  });

  it('is judged as it is when it was waited for long enough', async () => {
    const { look, put } = await watched();
    const others = async () => {
      await put(`${cluster}/secrets/more`, 'x');
      return [];
    };
    expect((await look({ isOverdue: true }, { others })).kind).toBe('judged');
  });

  it('is judged by what was listed: what changed since is another set', async () => {
    const { look, put } = await watched();
    const before = await look();
    const others = async () => put(`${cluster}/secrets/more`, 'x').then(() => []);
    const judged = recordIn(await look({ isOverdue: true }, { others }));
    expect(before).toEqual({ kind: 'moving', fingerprint: judged.fingerprint });
    expect((await look()).kind).toBe('moving');
  });
});

describe('an invalid configuration', () => {
  it('is found, with its place, and since when', async () => {
    const { judge, put } = await watched();
    await judge();
    await put(config, badConfig);
    const { findings, invalidSince, judgedAt, counts } = recordIn(await judge());
    expect(counts.error).toBe(findings.filter(({ severity }) => severity === 'error').length);
    expect(findings[0]).toMatchObject({ severity: 'error', key: config, pointer: '/spec/kubernetesVersion', line: 30 });
    expect(invalidSince).toBe(judgedAt);
  });

  it('counts from the first judgement of an unbroken row, and from nowhere once it is mended', async () => {
    const { judge, put, clock } = await watched();
    await put(config, badConfig);
    const first = recordIn(await judge());
    await clock.sleep(600_000);
    await put(config, badConfig.replace('latest', 'newest'));
    const second = recordIn(await judge());
    expect(second.invalidSince).toBe(first.judgedAt);
    expect(heldSeconds(second, clock.now())).toBe(600);
    await put(config, goodConfig);
    const third = recordIn(await judge());
    expect(third.invalidSince).toBeUndefined();
    expect(heldSeconds(third, clock.now())).toBe(0);
    await put(config, badConfig);
    expect(recordIn(await judge()).invalidSince).not.toBe(first.judgedAt);
  });

  it('is not invalid for an error beside it, which no gate holds back', async () => {
    const { judge, put } = await watched();
    await put(`${cluster}/backups/etcd/main/2026-03-01T11:45:00Z-000001/_etcd_backup.meta`, '{}');
    const { counts, invalidSince, findings } = recordIn(await judge());
    expect(findings.map(({ rule }) => rule)).toContain('BACKUP-META-WITHOUT-DATA');
    expect(counts.error).toBeGreaterThan(0);
    expect(invalidSince).toBeUndefined();
  });

  it('counts for nothing where a waiver accepts it', async () => {
    const { judge, put } = await watched();
    await put(config, badConfig);
    const waiver = { reason: 'A trial.', expires: '2026-12-31', pointer: '/spec/kubernetesVersion' };
    const { findings } = recordIn(await judge());
    const waivers = [...new Set(findings.map(({ rule }) => rule))].map((rule) => ({ ...waiver, rule }));
    const record = recordIn(await judge({ isDue: true }, { waivers } as never));
    expect(record).toMatchObject({ findings: [], counts: { error: 0 } });
    expect(record.invalidSince).toBeUndefined();
  });
});

describe('a cluster without instance groups', () => {
  it('is incomplete, which is no finding, while it has never been applied', async () => {
    const { judge } = await watched({ [config]: goodConfig });
    expect(recordIn(await judge())).toMatchObject({ state: 'incomplete', counts: { error: 0 }, findings: [] });
  });

  it('is invalid once it has been applied', async () => {
    const { judge } = await watched({ [config]: goodConfig, [`${cluster}/cluster-completed.spec`]: goodConfig });
    const { state, findings, invalidSince } = recordIn(await judge());
    expect(state).toBe('complete');
    expect(findings.map(({ rule }) => rule)).toContain('INSTANCE-GROUPS-INCOMPLETE');
    expect(invalidSince).toBeDefined();
  });
});

describe('a cluster that is gone', () => {
  it('has no findings any more, and its record says so, once', async () => {
    const { judge, look, source } = await watched({ ...goodCluster, [config]: badConfig });
    await judge();
    for (const key of Object.keys(goodCluster)) {
      await source.delete(key);
    }
    const gone = await judge();
    expect(gone.kind).toBe('judged');
    expect(recordIn(gone)).toMatchObject({ state: 'gone', findings: [], counts: { error: 0 } });
    expect(recordIn(gone).invalidSince).toBeUndefined();
    expect((await look()).kind).toBe('unchanged');
    expect((await look({ isDue: true })).kind).toBe('unchanged');
  });

  it('is a finding where only its config is gone', async () => {
    const { judge, source } = await watched(goodCluster);
    await judge();
    await source.delete(config);
    const { state, findings, invalidSince } = recordIn(await judge());
    expect({ state, rules: findings.map(({ rule }) => rule) }).toEqual({
      state: 'gone',
      rules: ['CLUSTER-CONFIG-MISSING'],
    });
    expect(invalidSince).toBeUndefined();
  });

  it('is nothing where none was recorded, whatever lies in its place', async () => {
    const { look, control } = await watched({ [`${cluster}/secrets/left`]: 'x' });
    expect(await look({ isDue: true, isOverdue: true })).toEqual({ kind: 'nothing' });
    expect((await control.listPage('')).entries).toEqual([]);
  });
});

describe('two looks at a time', () => {
  it('do not both write: the one whose record is older fails', async () => {
    const { look, judge, put, records } = await watched();
    await judge();
    await put(config, badConfig);
    const first = await look();
    const seen = new Set([first.kind === 'moving' ? first.fingerprint : '']);
    let inner: Look | undefined;
    const others = async () => {
      inner = await look({ seen });
      return [];
    };
    const late = await look({ seen }, { others }).catch((error: unknown) => error);
    expect(isVfsError(late, 'PreconditionFailed')).toBe(true);
    expect(inner?.kind).toBe('judged');
    const kept = await records.read(cluster, new AbortController().signal);
    expect(kept?.record?.counts.error).toBeGreaterThan(0);
  });
});
