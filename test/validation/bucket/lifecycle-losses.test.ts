import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueAt, isMeant, lossesOf } from '../../../lib/validation/bucket/lifecycle-losses.ts';
import type { StoredFile } from '../../../lib/validation/rule.ts';
import type { LifecycleAction, LifecycleRule } from '../../../lib/vfs/bucket-settings.ts';

const dayMs = 24 * 60 * 60 * 1000;
const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
const key: fc.Arbitrary<string> = fc.constantFrom(
  'a/config',
  'a/pki/private/ca/keyset.yaml',
  'a/backups/etcd/main/control/x',
  'b/config',
);
const file: fc.Arbitrary<StoredFile> = fc.record({
  size: fc.integer({ min: 0, max: 300_000 }),
  modifiedAt: fc.option(time, { nil: undefined, freq: 6 }),
});
const files = fc.array(fc.tuple(key, file), { maxLength: 6 }).map((entries) => new Map(entries));
const when = fc.record(
  { afterDays: fc.integer({ min: 0, max: 4_000 }), from: time, writtenBefore: time },
  { requiredKeys: [] },
);
const action: fc.Arbitrary<LifecycleAction> = fc.oneof(
  fc.record({ kind: fc.constant('delete' as const), when }),
  fc.record({ kind: fc.constant('archive' as const), when, storageClass: fc.constant('GLACIER') }),
  fc.record({ kind: fc.constant('delete-older' as const), afterDays: fc.nat(50), keeps: fc.nat(3) }),
);
const rule: fc.Arbitrary<LifecycleRule> = fc.record({
  name: fc.constant('rule'),
  filter: fc.record(
    {
      prefixes: fc.subarray(['a/', 'b/', 'a/pki', 'kops/']),
      suffixes: fc.subarray(['config', 'x']),
      largerThan: fc.nat(300_000),
      smallerThan: fc.nat(300_000),
      unjudged: fc.constant([]),
    },
    { requiredKeys: ['prefixes', 'suffixes', 'unjudged'] },
  ),
  actions: fc.array(action, { maxLength: 3 }),
});
const place = fc.record({ prefix: fc.constantFrom('', 'kops/'), files });
const atMidnight = fc.boolean();

/** When the first file goes; later than everything where none does. */
function firstLoss(rules: readonly LifecycleRule[], where: Parameters<typeof lossesOf>[2], midnight: boolean): number {
  const losses = rules.flatMap((one) => lossesOf(one, { atMidnight: midnight }, where));
  return Math.min(Number.POSITIVE_INFINITY, ...losses.map(({ at }) => at?.getTime() ?? Number.MAX_VALUE));
}

describe('what lifecycle rules take away', () => {
  it('never begins later with one rule more', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), rule, place, atMidnight, (rules, more, where, midnight) => {
        expect(firstLoss([...rules, more], where, midnight)).toBeLessThanOrEqual(firstLoss(rules, where, midnight));
      }),
    );
  });

  it('never begins later with one action or one file more', () => {
    fc.assert(
      fc.property(rule, action, place, key, file, atMidnight, (one, more, where, another, stored, midnight) => {
        const before = firstLoss([one], where, midnight);
        const busier = { ...one, actions: [...one.actions, more] };
        expect(firstLoss([busier], where, midnight)).toBeLessThanOrEqual(before);
        fc.pre(!where.files.has(another));
        const fuller = { ...where, files: new Map([...where.files, [another, stored]]) };
        expect(firstLoss([one], fuller, midnight)).toBeLessThanOrEqual(before);
      }),
    );
  });

  it('is nothing where the filter means no key, and a file that is meant at most once', () => {
    fc.assert(
      fc.property(rule, place, atMidnight, (one, where, midnight) => {
        const losses = lossesOf(one, { atMidnight: midnight }, where);
        expect(new Set(losses.map((loss) => loss.key)).size).toBe(losses.length);
        for (const loss of losses) {
          const stored = where.files.get(loss.key) as StoredFile;
          expect(isMeant(one.filter, `${where.prefix}${loss.key}`, stored)).toBe(true);
        }
      }),
    );
  });

  it('is in the order of time, and what has no time comes last', () => {
    fc.assert(
      fc.property(rule, place, atMidnight, (one, where, midnight) => {
        const times = lossesOf(one, { atMidnight: midnight }, where).map(({ at }) => at?.getTime() ?? Number.MAX_VALUE);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });

  it('is nothing by a rule for what a listing does not tell', () => {
    fc.assert(
      fc.property(rule, place, atMidnight, (one, where, midnight) => {
        const doubtful = { ...one, filter: { ...one.filter, unjudged: ['tag "a" = "b"'] } };
        expect(lossesOf(doubtful, { atMidnight: midnight }, where)).toEqual([]);
      }),
    );
  });
});

describe('when a file is due', () => {
  const at = (text: string): StoredFile => ({ size: 1, modifiedAt: new Date(text) });

  it.each([
    ['2026-03-01T00:00:00Z', 1, '2026-03-02T00:00:00.000Z'],
    ['2026-03-01T00:00:00.001Z', 1, '2026-03-03T00:00:00.000Z'],
    ['2026-03-01T23:59:59Z', 1, '2026-03-03T00:00:00.000Z'],
    ['2026-03-01T12:00:00Z', 0, '2026-03-02T00:00:00.000Z'],
    ['2028-02-28T12:00:00Z', 1, '2028-03-01T00:00:00.000Z'],
  ])('written at %s, %i days later, is rounded up to midnight', (written, afterDays, due) => {
    expect(dueAt({ afterDays }, at(written), true)).toEqual(new Date(due));
  });

  it('is the very moment where the store does not round', () => {
    expect(dueAt({ afterDays: 3 }, at('2026-03-01T12:34:56Z'), false)).toEqual(new Date('2026-03-04T12:34:56Z'));
  });

  it('is never before it was written, nor more than a day after its age', () => {
    fc.assert(
      fc.property(time, fc.nat(4_000), (written, afterDays) => {
        const due = dueAt({ afterDays }, { size: 1, modifiedAt: written }, true) as Date;
        const aged = written.getTime() + afterDays * dayMs;
        expect(due.getTime() % dayMs).toBe(0);
        expect(due.getTime() - aged).toBeGreaterThanOrEqual(0);
        expect(due.getTime() - aged).toBeLessThan(dayMs);
      }),
    );
  });

  it('is the later of its age and the date, and never for what was written after', () => {
    const written = at('2026-03-01T12:00:00Z');
    expect(dueAt({ from: new Date('2026-04-01') }, written, true)).toEqual(new Date('2026-04-01'));
    expect(dueAt({ from: new Date('2026-02-01') }, written, true)).toEqual(written.modifiedAt);
    expect(dueAt({ writtenBefore: new Date('2026-03-01T12:00:00Z') }, written, false)).toBe('never');
    expect(dueAt({ writtenBefore: new Date('2026-03-01T12:00:01Z') }, written, false)).toEqual(written.modifiedAt);
  });

  it('is not known of a file of an unknown age, unless a date says it', () => {
    const file = { size: 1, modifiedAt: undefined };
    expect(dueAt({ afterDays: 1 }, file, true)).toBeUndefined();
    expect(dueAt({ writtenBefore: new Date('2026-03-01') }, file, true)).toBeUndefined();
    expect(dueAt({ from: new Date('2026-03-01') }, file, true)).toEqual(new Date('2026-03-01'));
  });
});
