import { describe, expect, it } from '@jest/globals';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const good = `version: 1
stores:
  prod: { url: s3://acme-kops-state, region: eu-west-1 }
  replica: { url: s3://acme-kops-replica }
routes:
  - name: main
    from: prod
    to: [{ store: replica, classes: { exclude: [etcd-backup] } }]
`;
const bad = `version: 1
stores:
  prod: { url: s3://acme-kops-state, regoin: eu-west-1 }
`;

describe('config view', () => {
  it('shows each value and where it comes from', async () => {
    const cwd = await workingDirectory({ 'statesync.yaml': good });
    const env = { S3_REGION: 'us-east-1', S3_SECRET_ACCESS_KEY: 'never shown' };
    const { code, stdout, stderr } = await statesync(['config', 'view'], { cwd, env });
    expect(code).toBe(0);
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(['/stores/prod/url', 's3://acme-kops-state', 'statesync.yaml:3:11']);
    expect(rows).toContainEqual(['/routes/0/brake/deletes', '15', 'default']);
    expect(rows).toContainEqual(['$S3_REGION', 'us-east-1', 'environment']);
    expect(rows).toContainEqual(['$S3_SECRET_ACCESS_KEY', '(set)', 'environment']);
    expect(stdout + stderr).not.toContain('never shown');
    expect(stderr).toContain('warning: statesync.yaml:8:');
  });

  it('writes the same as YAML, with the hash that log lines carry', async () => {
    const cwd = await workingDirectory({ 'conf/other.yaml': good });
    const { stdout } = await statesync(['config', 'view', '--config', 'conf/other.yaml', '-o', 'yaml'], { cwd });
    expect(stdout).toMatch(/^schemaVersion: 1\nkind: config\nfile: conf\/other\.yaml\nhash: [0-9a-f]{64}\n/);
    expect(stdout).toContain('pointer: /stores/prod/region\n    value: eu-west-1\n');
  });

  it('ends with 3 where there is none, or where it cannot be used', async () => {
    const cwd = await workingDirectory({ 'bad.yaml': bad });
    const none = await statesync(['config', 'view'], { cwd });
    expect(none).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: there is no ./statesync.yaml; name a configuration file with --config FILE\n',
    });
    const broken = await statesync(['config', 'view', '--config', 'bad.yaml'], { cwd });
    expect(broken.code).toBe(3);
    expect(broken.stderr).toMatch(/^error: the configuration cannot be used\nbad\.yaml:3:38: unknown field "regoin"/);
    const missing = await statesync(['ls', 'prod', '--config', 'no.yaml'], { cwd });
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('no.yaml:1:1: the file cannot be read (ENOENT)');
  });
});

describe('config check', () => {
  it('ends with 2 and every problem, each with its line and column', async () => {
    const cwd = await workingDirectory({ 'statesync.yaml': bad });
    const { code, stdout, stderr } = await statesync(['config', 'check'], { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toMatch(/^error: statesync\.yaml:3:38: unknown field "regoin"; did you mean "region"\?/);
    const json = JSON.parse((await statesync(['config', 'check', '-o', 'json'], { cwd })).stdout);
    expect(json).toMatchObject({
      kind: 'config-check',
      file: 'statesync.yaml',
      ok: false,
      problems: [{ severity: 'error', line: 3, column: 38 }],
    });
  });

  it('ends with 0 where everything is right, warnings or not', async () => {
    const cwd = await workingDirectory({ 'statesync.yaml': good });
    const { code, stdout } = await statesync(['config', 'check'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warning: statesync\.yaml:8:/);
    expect(stdout).toMatch(/\nstatesync\.yaml is right\n$/);
  });
});
