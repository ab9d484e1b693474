import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { memoryStore, sampleObjects } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

/** A working directory with the sample store in `state/`. */
let cwd = '';

beforeAll(async () => {
  cwd = await workingDirectory();
  for (const [key, body] of Object.entries(await sampleObjects(`file://${cwd}/state`))) {
    await mkdir(dirname(join(cwd, 'state', key)), { recursive: true });
    await writeFile(join(cwd, 'state', key), body);
  }
});

describe('directories', () => {
  it('are looked at, copied and verified like any store', async () => {
    const clusters = await statesync(['get', 'clusters', '--state', 'state', '-o', 'json'], { cwd });
    expect(JSON.parse(clusters.stdout).clusters).toMatchObject([
      { name: 'prod.k8s.example.com', restorability: { kind: 'restorable' } },
      { name: 'staging.k8s.example.com', restorability: { kind: 'restorable' } },
    ]);

    const sync = (...options: string[]) =>
      statesync(['sync', './state', './copy', '--gate', 'off', ...options], { cwd });
    expect((await sync('--dry-run', '--sensitive', 'include')).stdout).toMatch(/would be written +106 /);
    expect(await readdir(cwd)).toEqual(['state']);
    expect((await sync('--yes', '--sensitive', 'include')).code).toBe(0);
    const again = await sync('--yes', '--sensitive', 'include');
    expect(again.stdout).toBe('OUTCOME      OBJECTS  SIZE\nin-sync          106\nnot-carried        1\n');

    const config = join(cwd, 'copy/prod.k8s.example.com/config');
    expect((await statesync(['verify', './state', './copy'], { cwd })).code).toBe(0);
    const bytes = await readFile(config);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(config, bytes);
    const verified = await statesync(['verify', './state', './copy'], { cwd });
    expect(verified.code).toBe(2);
    expect(verified.stdout).toContain('* prod.k8s.example.com/config  (');
    expect((await statesync(['verify', './state', './copy', '--fast'], { cwd })).code).toBe(2);
  });

  it('may be named without ./ where the path has more than one segment and names no store', async () => {
    const inner = await statesync(['get', 'clusters', 'state/prod.k8s.example.com/..'], { cwd });
    expect(inner).toMatchObject({ code: 0, stdout: expect.stringContaining('prod.k8s.example.com') });
    const listed = await statesync(['ls', 'state/prod.k8s.example.com'], { cwd });
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('instancegroup/') });
    const shown = await statesync(['cat', 'state/prod.k8s.example.com/config'], { cwd });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('kind: Cluster') });
    await writeFile(join(cwd, 'names.yaml'), 'version: 1\nstores: { state: { url: memfs://named } }\n');
    const named = await statesync(['ls', 'state/prod.k8s.example.com', '--config', 'names.yaml'], { cwd });
    expect(named).toMatchObject({ code: 1, stderr: expect.stringContaining('memfs://named/prod.k8s.example.com/') });
  });

  it('of one word are not, since a mistyped name would read or write something else', async () => {
    const { code, stderr } = await statesync(['get', 'clusters', 'state'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: 'error: there is no store "state"; what has that name here is written ./state\n',
    });
    const none = await statesync(['ls', 'nowhere/at-all'], { cwd });
    expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining('there is no store "nowhere"') });
  });

  it('get everything but keys and secrets with --sensitive exclude, and a warning', async () => {
    const ran = await statesync(['sync', './state', './public', '--yes', '--gate', 'off', '--sensitive', 'exclude'], {
      cwd,
    });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('warning: TO is incomplete: without keyset, secret');
    const names = await readdir(join(cwd, 'public/prod.k8s.example.com'));
    expect(names.sort()).toEqual([
      ...['.well-known', 'backups', 'cluster-completed.spec', 'clusteraddons', 'config', 'igconfig', 'instancegroup'],
      ...['kops-version.txt', 'openid', 'pki'],
    ]);
    expect(await readdir(join(cwd, 'public/prod.k8s.example.com/pki'))).toEqual(['ssh']);
  });

  it('end a sync with 6 where they cannot hold one of the objects', async () => {
    const from = await memoryStore({
      'c/config': 'x',
      'c/addons/short.yaml': 'x',
      [`c/addons/${'long'.repeat(70)}.yaml`]: 'x',
    });
    const ran = await statesync(['sync', from.url, './partly', '--yes', '--sensitive', 'include'], { cwd });
    expect(ran.code).toBe(6);
    expect(ran.stdout).toMatch(/^failed +c\/addons\/long.*a file name has at most 255 *$/m);
    expect(await readdir(join(cwd, 'partly/c'))).toEqual(['addons']); // No config over a hole.
  });

  it('that are not there are an error for whoever reads them', async () => {
    const ran = await statesync(['verify', './state', './copi'], { cwd });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(`there is no directory ${cwd}/copi`);
  });
});
