import { beforeAll, describe, expect, it } from '@jest/globals';
import { FindingRecords } from '../../lib/findings/finding-records.ts';
import type { ChangeRecord, FindingsRecord, RecordedFinding } from '../../lib/findings/record.ts';
import type { Store } from '../../lib/vfs/store.ts';
import { memoryStore } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const { signal } = new AbortController();

const found = (changes: Partial<RecordedFinding> = {}): RecordedFinding => ({
  rule: 'KUBERNETES-VERSION',
  severity: 'error',
  message: 'spec.kubernetesVersion: Invalid value: "latest": unable to determine kubernetes version',
  key: 'prod.example.com/config',
  pointer: '/spec/kubernetesVersion',
  line: 30,
  ...changes,
});

const record = (changes: Partial<FindingsRecord> = {}): FindingsRecord => ({
  version: 1,
  store: 's3://acme-kops-state',
  cluster: 'prod.example.com',
  state: 'complete',
  judgedAt: '2026-03-01T12:00:00.000Z',
  fingerprint: 'f',
  counts: { error: 1, warning: 0, info: 0, waived: 0 },
  findings: [found()],
  invalidSince: '2026-03-01T11:45:00.000Z',
  ...changes,
});

const clean = { counts: { error: 0, warning: 0, info: 0, waived: 0 }, findings: [] };
const { invalidSince: _, ...valid } = record({ cluster: 'spare.example.com', ...clean });
const warned = {
  ...valid,
  cluster: 'test.example.com',
  counts: { error: 0, warning: 1, info: 0, waived: 0 },
  findings: [found({ severity: 'warning', rule: 'BACKUP-STALE', message: 'old\u001b[31m', key: 'test.example.com/x' })],
};

let control: Store;
let cwd: string;
const configuration = (more: string) => `version: 1
${more}stores:
  prod: { url: s3://acme-kops-state, region: eu-west-1, account: "111111111111" }
  replica: { url: s3://acme-kops-replica }
routes:
  - { name: prod, from: prod, to: [{ store: replica }] }
`;

async function keep(...records: readonly FindingsRecord[]): Promise<void> {
  const all = new FindingRecords(control, { url: 's3://acme-kops-state' });
  for (const one of records) {
    const stored = await all.read(one.cluster, signal);
    await all.write(one, stored?.revision, signal);
  }
}

beforeAll(async () => {
  control = await memoryStore();
  cwd = await workingDirectory({ 'statesync.yaml': configuration(`control: ${control.url}\nvalidate: {}\n`) });
});

const run = (...argv: string[]) => statesync(['get', 'findings', ...argv], { cwd });

describe('get findings', () => {
  it('of a control store without any says so, and is clean', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('No findings are recorded yet');
  });

  it('shows each cluster, and what was found in it', async () => {
    await keep(record(), valid, warned);
    const { code, stdout } = await run();
    expect(code).toBe(2);
    expect(stdout).toBe(
      [
        'STORE  CLUSTER            STATE     ERRORS  WARNINGS  REMARKS  INVALID SINCE         JUDGED',
        'prod   prod.example.com   complete       1         0        0  2026-03-01T11:45:00Z  2026-03-01T12:00:00Z',
        'prod   spare.example.com  complete       0         0        0  -                     2026-03-01T12:00:00Z',
        'prod   test.example.com   complete       0         1        0  -                     2026-03-01T12:00:00Z',
        '',
        'prod.example.com/config:30: error KUBERNETES-VERSION: spec.kubernetesVersion: Invalid value: "latest": unable to determine kubernetes version',
        'test.example.com/x:30: warning BACKUP-STALE: old\\x1b[31m',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [['spare.example.com'], 0],
    [['test.example.com'], 0],
    [['test.example.com', '--fail-on', 'warning'], 2],
    [['*.example.com'], 2],
  ])('ends as what it shows: %j', async (argv, code) => {
    const ran = await run(...argv);
    expect([ran.code, ran.stderr]).toEqual([code, '']);
  });

  it('is a document for programs', async () => {
    const { stdout } = await run('prod.*', '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      kind: 'recorded-findings',
      clusters: [
        {
          ...{ storeName: 'prod', store: 's3://acme-kops-state', cluster: 'prod.example.com', state: 'complete' },
          ...{ judgedAt: '2026-03-01T12:00:00.000Z', fingerprint: 'f', invalidSince: '2026-03-01T11:45:00.000Z' },
          counts: { error: 1, warning: 0, info: 0, waived: 0 },
          findings: [found()],
        },
      ],
    });
    expect((await run('prod.*', '-o', 'yaml')).stdout).toContain('rule: KUBERNETES-VERSION');
    const lines = (await run('-o', 'jsonl')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { record: string }).record)).toEqual([
      ...['cluster-findings', 'cluster-findings', 'cluster-findings'],
      'recorded-findings',
    ]);
  });

  it('leaves a cluster out that is gone, unless it is asked for', async () => {
    await keep({ ...valid, cluster: 'old.example.com', state: 'gone' });
    expect((await run()).stdout).not.toContain('old.example.com');
    expect((await run('old.example.com')).stdout).toContain('gone');
  });

  it('shows the history of changes', async () => {
    const all = new FindingRecords(control, { url: 's3://acme-kops-state' });
    const { findings, invalidSince: _since, ...rest } = record();
    const change: ChangeRecord = { ...rest, new: findings, gone: [] };
    await all.keepChange(change, signal);
    await all.keepChange({ ...change, judgedAt: '2026-03-01T13:00:00.000Z', new: [], gone: findings }, signal);
    const { code, stdout, stderr } = await run('prod.example.com', '--history');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 changes\n' });
    const line = 'prod.example.com/config:30: error KUBERNETES-VERSION: spec.kubernetesVersion';
    expect(stdout.split('\n').map((text) => text.slice(0, 80))).toEqual([
      '2026-03-01T12:00:00Z prod.example.com: 1 new, 0 gone',
      `  + ${line}`.slice(0, 80),
      '2026-03-01T13:00:00Z prod.example.com: 0 new, 1 gone',
      `  - ${line}`.slice(0, 80),
      '',
    ]);
    expect(JSON.parse((await run('--history', '-o', 'json')).stdout)).toMatchObject({
      kind: 'finding-changes',
      changes: [{ cluster: 'prod.example.com', new: [found()] }, { gone: [found()] }],
    });
  });

  it('needs a configuration with a control store', async () => {
    expect(await statesync(['get', 'findings'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('get findings needs a configuration: there is no ./statesync.yaml'),
    });
    const without = await workingDirectory({ 'statesync.yaml': configuration('') });
    expect(await statesync(['get', 'findings'], { cwd: without })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('statesync.yaml names no control store, where findings are kept'),
    });
  });

  it('says when the configuration does not ask for validation', async () => {
    const silent = await workingDirectory({ 'statesync.yaml': configuration(`control: ${control.url}\n`) });
    const { stderr } = await statesync(['get', 'findings'], { cwd: silent });
    expect(stderr).toContain('warning: statesync.yaml does not ask for validation');
  });

  it('writes in the formats of lists, not in those of validate', async () => {
    expect(await run('-o', 'sarif')).toMatchObject({ code: 3, stdout: '' });
  });
});
