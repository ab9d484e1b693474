import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesOf, isChange } from '../../lib/findings/changes.ts';
import { FindingRecords, mostChanges } from '../../lib/findings/finding-records.ts';
import { fingerprintOf } from '../../lib/findings/fingerprint.ts';
import {
  type ChangeRecord,
  decodeChange,
  decodeRecord,
  encodeRecord,
  type FindingsRecord,
  mostRecorded,
  type RecordedFinding,
  recordedFindings,
} from '../../lib/findings/record.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { ObjectEntry } from '../../lib/vfs/types.ts';

const { signal } = new AbortController();

const finding = (rule: string, changes: Partial<RecordedFinding> = {}): RecordedFinding => ({
  rule,
  severity: 'error',
  message: 'is wrong',
  key: 'c/config',
  pointer: '/spec',
  line: 1,
  ...changes,
});

const record = (changes: Partial<FindingsRecord> = {}): FindingsRecord => ({
  version: 1,
  store: 's3://state',
  cluster: 'c',
  state: 'complete',
  judgedAt: '2026-03-01T12:00:00.000Z',
  fingerprint: 'f',
  counts: { error: 1, warning: 0, info: 0, waived: 0 },
  findings: [finding('A-RULE')],
  ...changes,
});

const change = (judgedAt: string): ChangeRecord => {
  const { findings, ...rest } = record({ judgedAt });
  return { ...rest, new: findings, gone: [] };
};

describe('the changes between two judgements', () => {
  it('are what is new and what is gone', () => {
    const [a, b, c] = ['A', 'B', 'C'].map((rule) => finding(rule));
    expect(changesOf([a!, b!], [b!, c!])).toEqual({ new: [c], gone: [a], same: [b] });
  });

  it.each([
    ['a line that moved', { line: 9 }],
    ['an age that grew', { message: 'is wronger' }],
    ['the next backup', { key: 'c/backups/etcd/main/2026-03-01T12:15:00Z-000002/etcd.backup.gz' }],
  ])('are none for %s', (_, changes) => {
    const key = 'key' in changes ? 'c/backups/etcd/main/2026-03-01T12:00:00Z-000001/etcd.backup.gz' : 'c/config';
    const { new: added, gone, same } = changesOf([finding('A', { key })], [finding('A', { key, ...changes })]);
    expect([added, gone, same]).toEqual([[], [], [finding('A', { key, ...changes })]]);
  });

  it.each([
    ['another field', { pointer: '/metadata' }],
    ['another file', { key: 'c/instancegroup/nodes' }],
    ['another rule', { rule: 'B' }],
  ])('are some for %s', (_, changes) => {
    expect(isChange(changesOf([finding('A')], [finding('A', changes)]))).toBe(true);
  });

  it('count findings of one rule at one place one by one', () => {
    const { new: added, same } = changesOf([finding('A')], [finding('A'), finding('A', { message: 'and that' })]);
    expect([added.length, same.length]).toEqual([1, 1]);
  });

  it('never lose a finding, and are none where nothing changed', () => {
    const some = fc.array(
      fc.record({ rule: fc.constantFrom('A', 'B'), pointer: fc.constantFrom('/a', '/b'), line: fc.nat(3) }),
    );
    fc.assert(
      fc.property(some, some, (from, to) => {
        const [before, after] = [from, to].map((list) => list.map(({ rule, ...rest }) => finding(rule, rest)));
        const { new: added, gone, same } = changesOf(before!, after!);
        expect([...added, ...same].length).toBe(after!.length);
        expect(gone.length + same.length).toBe(before!.length);
        expect(isChange(changesOf(after!, after!))).toBe(false);
        expect(changesOf(after!, before!).new.length).toBe(gone.length);
      }),
    );
  });
});

describe('a fingerprint', () => {
  const entry = (key: string, changes: object = {}) => ({ key, size: 1, revision: 'r', ...changes }) as ObjectEntry;

  it('does not depend on the order of a listing', () => {
    expect(fingerprintOf([entry('a'), entry('b')])).toBe(fingerprintOf([entry('b'), entry('a')]));
  });

  it('differs by a key, a revision, a size; by the time where there is no revision', () => {
    const at = (second: number) => ({ revision: undefined, modifiedAt: new Date(second * 1000) });
    const all = [
      [entry('a')],
      [entry('b')],
      [entry('a', { revision: 's' })],
      [entry('a', { size: 2 })],
      [entry('a'), entry('b')],
      [entry('a', at(1))],
      [entry('a', at(2))],
      [],
    ];
    expect(new Set(all.map(fingerprintOf)).size).toBe(all.length);
  });
});

describe('a record', () => {
  it('is read as it was written, and keeps nothing of the file but the place', () => {
    expect(decodeRecord(encodeRecord(record()))).toEqual(record());
    const range = { start: { line: 3, column: 1 }, end: { line: 3, column: 5 } };
    const found = { rule: 'A', severity: 'info', message: 'm', file: 'f', document: 0, pointer: '', range } as const;
    expect(recordedFindings([{ ...found, fix: { pointer: '/a', value: 'x' } }])).toEqual([
      { rule: 'A', severity: 'info', message: 'm', key: 'f', pointer: '', line: 3 },
    ]);
  });

  it.each([
    ['spec.x: Invalid value: {"password":"a: b"}: must be y', 'spec.x: Invalid value: …: must be y'],
    ['spec.x: Invalid value: ["a","b"]', 'spec.x: Invalid value: …'],
    ['spec.x: Invalid value: "AKIAIOSFODNN7EXAMPLE": no', 'spec.x: Invalid value: "********************": no'],
    ['spec.x: Required value', 'spec.x: Required value'],
  ])('tells no value that may hold more than a name: %s', (message, told) => {
    const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
    const [kept] = recordedFindings([
      { rule: 'A', severity: 'error', message, file: 'f', document: 0, pointer: '', range },
    ]);
    expect(kept?.message).toBe(told);
  });

  it('has the gravest findings first, and not more than are of use', () => {
    const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
    const found = { rule: 'A', message: 'm', file: 'f', document: 0, pointer: '', range };
    const many = Array.from({ length: mostRecorded }, () => ({ ...found, severity: 'info' as const }));
    const kept = recordedFindings([...many, { ...found, severity: 'error' }]);
    expect([kept.length, kept[0]?.severity, kept[1]?.severity]).toEqual([mostRecorded, 'error', 'info']);
  });

  it.each(['', '{', 'null', '[]', '{"version":2}', JSON.stringify({ ...record(), version: 2 })])(
    'is none as %s',
    (text) => {
      expect([decodeRecord(text), decodeChange(text)]).toEqual([undefined, undefined]);
    },
  );
});

describe('the records of a store', () => {
  const place = { url: 's3://state/prod' };
  const make = () => {
    const control = new Store(createMemoryDriver());
    return { control, records: new FindingRecords(control, place) };
  };

  it('are apart from those of another store, and found by the same URL', async () => {
    const { control, records } = make();
    await records.write(record(), undefined, signal);
    const others = [{ url: 's3://state' }, { url: 's3://state/prod', endpoint: 'https://s3.example.com' }];
    for (const other of others) {
      expect(await new FindingRecords(control, other).clusters(signal)).toEqual([]);
    }
    expect(await new FindingRecords(control, { url: 's3://state/prod/' }).clusters(signal)).toEqual(['c']);
  });

  it('are listed by cluster, names with slashes too', async () => {
    const { control, records } = make();
    for (const cluster of ['tests/a', 'tests', 'tests/a/history']) {
      await records.write(record({ cluster }), undefined, signal);
      await records.keepChange({ ...change('2026-03-01T12:00:00.000Z'), cluster }, signal);
    }
    expect((await records.clusters(signal)).toSorted()).toEqual(['tests', 'tests/a', 'tests/a/history']);
    expect((await records.read('tests/a', signal))?.record?.cluster).toBe('tests/a');
    for await (const { key } of control.list()) {
      expect(key).toMatch(/^findings\/[0-9a-f]{16}\/[^/]+\/(latest|history\/[^/]+)\.json$/);
    }
  });

  it('are written over what was read, or not at all', async () => {
    const { records } = make();
    const first = await records.write(record(), undefined, signal);
    await expect(records.write(record(), undefined, signal)).rejects.toMatchObject({ code: 'AlreadyExists' });
    const second = await records.write(record({ fingerprint: 'g' }), first.revision, signal);
    await expect(records.write(record(), first.revision, signal)).rejects.toMatchObject({ code: 'PreconditionFailed' });
    expect(await records.read('c', signal)).toEqual(second);
  });

  it('of another version are told from those that are not there', async () => {
    const { control, records } = make();
    expect(await records.read('c', signal)).toBeUndefined();
    const { revision } = await records.write(record(), undefined, signal);
    for await (const { key } of control.list()) {
      await control.write(key, textSource('{"version":2}'));
    }
    const found = await records.read('c', signal);
    expect(found?.record).toBeUndefined();
    expect(found?.revision).not.toBe(revision);
  });

  it('keep a change once, and the newest of many', async () => {
    const { control, records } = make();
    const times = Array.from({ length: mostChanges + 2 }, (_, i) => new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString());
    for (const time of times) {
      await records.keepChange(change(time), signal);
    }
    await records.keepChange(change(times.at(-1) ?? ''), signal);
    const kept = await records.changes('c', signal);
    expect(kept.map(({ judgedAt }) => judgedAt)).toEqual(times.slice(2));
    for await (const { key } of control.list('')) {
      await control.write(key, textSource('{'));
      break;
    }
    expect(await records.changes('c', signal)).toHaveLength(mostChanges - 1);
  });
});
