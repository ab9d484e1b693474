import { describe, expect, it } from '@jest/globals';
import { type Finding, isOpen } from '../../lib/validation/finding.ts';
import { applyWaivers, type Waiver, waiverFindings } from '../../lib/validation/waivers.ts';

const range = { start: { line: 4, column: 3 }, end: { line: 4, column: 9 } };
const finding: Finding = {
  rule: 'ETCD-MEMBER-COUNT',
  severity: 'error',
  message: 'two',
  file: 'c.example.com/config',
  document: 0,
  pointer: '/spec/etcdClusters/0/etcdMembers',
  range,
  object: { kind: 'Cluster', apiVersion: 'v1alpha2', name: 'c.example.com' },
  cluster: 'c.example.com',
};
const waiver: Waiver = { rule: 'ETCD-MEMBER-COUNT', reason: 'It is only a test.', expires: '2026-03-01' };
const before = new Date('2026-01-01T00:00:00Z');

function isWaived(more: Partial<Waiver>, of: Partial<Finding> = {}): boolean {
  const [one] = applyWaivers([{ ...finding, ...of }], [{ ...waiver, ...more }], before);
  return one !== undefined && !isOpen(one);
}

describe('a waiver', () => {
  it('accepts the findings of its rule, and says why and until when', () => {
    const other = { ...finding, rule: 'ETCD-MEMBERS' };
    expect(applyWaivers([finding, other], [waiver], before)).toEqual([
      { ...finding, waiver: { reason: 'It is only a test.', expires: '2026-03-01' } },
      other,
    ]);
  });

  it.each([
    [{ cluster: 'c.*' }, true],
    [{ cluster: 'd.*' }, false],
    [{ file: '*/config' }, true],
    [{ file: '*/instancegroup/*' }, false],
    [{ pointer: '/spec/etcdClusters/0' }, true],
    [{ pointer: '/spec/etcdClusters/0/etcdMembers' }, true],
    [{ pointer: '/spec/etcdClusters/0/etcdMember' }, false],
    [{ pointer: '/spec/etcdClusters/0/etcdMembers/1' }, false],
    [{ object: 'Cluster/*' }, true],
    [{ object: '*/c.example.com' }, true],
    [{ object: 'InstanceGroup/*' }, false],
    [{ cluster: 'c.*', file: '*/config', pointer: '/spec', object: 'Cluster/c.example.com' }, true],
    [{ cluster: 'c.*', file: 'elsewhere' }, false],
  ] as const)('is narrowed by what it names: %j', (more, expected) => {
    expect(isWaived(more)).toBe(expected);
  });

  it('knows the cluster of a file that cannot be read by its key', () => {
    const { cluster: _cluster, object: _object, ...bare } = finding;
    const waived = (file: string) =>
      applyWaivers([{ ...bare, file }], [{ ...waiver, cluster: 'c.*' }], before).some((one) => !isOpen(one));
    expect(waived('c.example.com/config')).toBe(true);
    expect(waived('c.example.com/instancegroup/nodes')).toBe(true);
    expect(waived('cluster.yaml')).toBe(false);
  });

  it('holds through the end of its day in UTC, and not longer', () => {
    const at = (time: string) => applyWaivers([finding], [waiver], new Date(time)).every((one) => !isOpen(one));
    expect(at('2026-03-01T23:59:59.999Z')).toBe(true);
    expect(at('2026-03-02T00:00:00.000Z')).toBe(false);
  });

  it('leaves its place to another that still holds', () => {
    const expired = { ...waiver, expires: '2025-12-31', reason: 'old' };
    expect(applyWaivers([finding], [expired, waiver], before)).toMatchObject([{ waiver: { reason: waiver.reason } }]);
  });
});

describe('what is said of waivers themselves', () => {
  const looked = { clusters: ['c.example.com'], files: ['c.example.com/config'] };
  const placeOf = (index: number) => ({
    file: 'statesync.yaml',
    range: { start: { line: index + 1, column: 1 }, end: { line: index + 1, column: 2 } },
  });
  const told = (waivers: readonly Waiver[], findings: readonly Finding[] = [], now = before) =>
    waiverFindings(findings, waivers, { now, looked, placeOf }).map(({ rule, severity, pointer, range: { start } }) => [
      rule,
      severity,
      pointer,
      start.line,
    ]);

  it('is nothing while they are needed', () => {
    expect(told([waiver], [finding])).toEqual([]);
  });

  it('is a warning once they have expired, used or not', () => {
    const later = new Date('2026-03-02T00:00:00Z');
    expect(told([waiver], [finding], later)).toEqual([['WAIVER-EXPIRED', 'warning', '/waivers/0', 1]]);
    expect(told([waiver], [], later)).toEqual([['WAIVER-EXPIRED', 'warning', '/waivers/0', 1]]);
  });

  it('is a remark where they accept nothing of what was looked at', () => {
    expect(told([waiver, { ...waiver, pointer: '/metadata' }], [finding])).toEqual([
      ['WAIVER-UNUSED', 'info', '/waivers/1', 2],
    ]);
  });

  it('is nothing where their cluster or file was not looked at', () => {
    expect(
      told([
        { ...waiver, cluster: 'd.*' },
        { ...waiver, file: 'd.yaml' },
      ]),
    ).toEqual([]);
    expect(
      told([
        { ...waiver, cluster: 'c.*' },
        { ...waiver, file: '*/config' },
      ]),
    ).toHaveLength(2);
  });
});
