import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare, compareEntries } from '../../lib/replication/compare.ts';
import { decide } from '../../lib/replication/decide.ts';
import { decodeStamp } from '../../lib/replication/stamp.ts';
import { type Case, destinationUrl, situations, sourceUrl } from './situations.ts';

/** A stamp is written with the content it names, so a replica never carries one that lies about its own bytes. */
const honest = (situation: Case) => {
  const stamp = situation.replica && decodeStamp(situation.replica.metadata);
  return stamp?.store !== sourceUrl || stamp.revision === `revision of ${situation.really.replica}`;
};
const cases = situations.filter(honest);

describe('decide', () => {
  it('acts on nothing that it cannot tell', () => {
    fc.assert(
      fc.property(cases, (situation) => {
        const { source, replica } = situation;
        const verdict = source && replica && compare(source, replica, sourceUrl);
        const decision = decide(situation);
        if (verdict?.kind === 'cannot-tell') {
          expect(['verify', 'loop']).toContain(decision.kind);
        }
        if (decision.kind === 'verify') {
          expect(verdict?.kind).toBe('cannot-tell');
        }
      }),
    );
  });

  it('calls in sync only what is, and writes or deletes only what differs', () => {
    fc.assert(
      fc.property(cases, (situation) => {
        const { source, replica } = situation.really;
        const decision = decide(situation);
        if (decision.kind === 'in-sync') {
          expect(replica).toBe(source);
        }
        if (decision.kind === 'write' || decision.kind === 'delete') {
          expect(replica).not.toBe(source);
        }
      }),
    );
  });

  it('conditions every change on the replica that it saw', () => {
    fc.assert(
      fc.property(cases, (situation) => {
        const decision = decide(situation);
        if (decision.kind === 'write' || decision.kind === 'delete' || decision.kind === 'verify') {
          expect(decision.replace).toBe(situation.replica?.revision);
        }
      }),
    );
  });

  it('deletes only where the source is absent and deletes follow', () => {
    fc.assert(
      fc.property(cases, (situation) => {
        const mayDelete =
          situation.source === undefined && situation.replica !== undefined && situation.deletes === 'follow';
        expect(decide(situation).kind === 'delete').toBe(mayDelete);
      }),
    );
  });

  it('never writes an object back to where its stamp says it came from', () => {
    fc.assert(
      fc.property(cases, (situation) => {
        const origin = situation.source && decodeStamp(situation.source.metadata)?.store;
        fc.pre(origin === destinationUrl);
        expect(['loop', 'in-sync']).toContain(decide(situation).kind);
      }),
    );
  });

  it('is pure: the same stats, frozen, give the same decision', () => {
    fc.assert(fc.property(cases, (situation) => expect(decide(Object.freeze(situation))).toEqual(decide(situation))));
  });

  it('meets situations that cannot be told often enough to be tested', () => {
    const sample = fc.sample(cases, 1000);
    const open = sample.filter((situation) => decide(situation).kind === 'verify');
    expect(open.length).toBeGreaterThan(30);
  });
});

describe('compareEntries', () => {
  const entry = { key: 'k' as never, size: 3 };

  it('takes agreeing content tags for proof, and differing ones for nothing', () => {
    expect(compareEntries({ ...entry, contentTag: 'md5:1' }, { ...entry, contentTag: 'md5:1' })).toEqual({
      kind: 'same',
      by: 'listing',
    });
    expect(compareEntries({ ...entry, contentTag: 'md5:1' }, { ...entry, contentTag: 'md5:2' })).toEqual({
      kind: 'cannot-tell',
    });
    expect(compareEntries(entry, entry)).toEqual({ kind: 'cannot-tell' });
  });

  it('needs 64 bits to prove equality, and any digest to prove difference', () => {
    const crc = (value: string) => ({ ...entry, checksums: { crc32c: value } });
    expect(compareEntries(crc('1'), crc('1'))).toEqual({ kind: 'cannot-tell' });
    expect(compareEntries(crc('1'), crc('2'))).toEqual({ kind: 'different' });
    expect(compareEntries(entry, { ...entry, size: 4 })).toEqual({ kind: 'different' });
  });
});
