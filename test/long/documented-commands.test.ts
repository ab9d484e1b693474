import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

// The commands of the README, as a reader types them, over the built program.

const folder = mkdtempSync(join(tmpdir(), 'statesync-documented-'));
const state = join(folder, 'state');
const copy = join(folder, 'copy');

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return { status, stdout, stderr };
}
const statesync = (...args: string[]) => run(process.execPath, 'bin/statesync.js', ...args);

beforeAll(() => {
  expect(run(process.execPath, '--import', 'tsx', 'examples/write-sample-store.ts', state).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a documented command', () => {
  it('version', () => expect(statesync('version')).toMatchObject({ status: 0, stderr: '' }));

  it('npx statesync, in a checkout', () => {
    expect(run('npx', '--no', 'statesync', 'version', '-o', 'json').stdout).toContain('"schemaVersion"');
  });

  it('get clusters', () => {
    const { status, stdout } = statesync('get', 'clusters', '--state', `file://${state}`);
    expect(status).toBe(0);
    expect(stdout).toContain('prod.k8s.example.com');
    expect(stdout).toContain('staging.k8s.example.com');
  });

  it('ls and cat', () => {
    expect(statesync('ls', `${state}/prod.k8s.example.com`).stdout).toContain('config');
    expect(statesync('cat', `${state}/prod.k8s.example.com/config`).stdout).toContain('kind: Cluster');
  });

  it('sync, verify, and what verify finds', () => {
    expect(statesync('sync', state, copy, '--sensitive', 'include', '--yes', '--gate', 'off').status).toBe(0);
    expect(statesync('verify', state, copy).status).toBe(0);
    writeFileSync(join(copy, 'prod.k8s.example.com', 'config'), 'kind: Cluster # changed\n');
    const { status, stdout } = statesync('verify', state, copy);
    expect(status).toBe(2);
    expect(stdout).toMatch(/^\* .*prod\.k8s\.example\.com\/config/m);
  });

  it('validate', () => {
    expect(statesync('validate', 'examples/manifests/cluster.yaml')).toMatchObject({ status: 0 });
    const { status, stdout } = statesync('validate', 'examples/manifests/with-mistakes.yaml', '-o', 'json');
    expect(status).toBe(2);
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly rule: string }[] };
    expect(findings.map(({ rule }) => rule)).toEqual([
      'FIELD-UNKNOWN',
      'ETCD-MEMBER-COUNT',
      'SUBNET-OVERLAP',
      'CONTROL-PLANE-WITHOUT-ETCD',
      'INSTANCE-GROUP-SIZE',
    ]);
  });

  it('config view', () => {
    const { status, stdout } = statesync('config', 'view', '--config', 'examples/statesync.yaml');
    expect(status).toBe(0);
    expect(stdout).toContain('acme-kops-state');
  });

  it('cdk synth', () => {
    expect(run('npx', 'cdk', 'synth', '--quiet').status).toBe(0);
  });
});
