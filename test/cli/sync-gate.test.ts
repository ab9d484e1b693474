import { describe, expect, it } from '@jest/globals';
import { clusterText, config, groupText, nodes, validSet } from '../replication/configurations.ts';
import { contents, memoryStore, sampleObjects } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const invalid = { ...validSet, [config]: clusterText({ members: 2 }) };
const finding =
  'ETCD-MEMBER-COUNT in c.example.com/config: spec.etcdClusters[0].etcdMembers: Invalid value: 2: Should be an odd number';

interface SyncDocument {
  readonly outcomes: readonly { readonly kind: string; readonly key: string; readonly rules?: readonly string[] }[];
}

/** A configuration file with one route between the stores. */
function routed(from: string, to: string, fields: string): Promise<string> {
  return workingDirectory({
    'statesync.yaml': `version: 1\nstores: { prod: { url: "${from}" }, replica: { url: "${to}" } }\n${fields}`,
  });
}

describe('sync of an invalid configuration', () => {
  it('copies it by hand, tells what is wrong at the end, and ends with 2', async () => {
    const [from, to] = [await memoryStore(invalid), await memoryStore()];
    const { code, stdout, stderr } = await statesync(['sync', from.url, to.url, '--yes']);
    expect(code).toBe(2);
    expect(stdout).toContain(`invalid: ${finding}`);
    expect(stderr).toContain(
      'warning: 1 invalid configuration copied; statesync validate FROM tells all that is wrong, and --gate enforce would hold it back\n',
    );
    expect(await contents(to)).toEqual(invalid);
    expect((await statesync(['sync', from.url, to.url, '--yes'])).code).toBe(0); // Nothing is left to be judged.
  });

  it('holds it back with --gate enforce, also in a rehearsal, and copies the rest', async () => {
    const secret = { 'c.example.com/secrets/admin': '{}' };
    const [from, to] = [await memoryStore({ ...invalid, ...secret }), await memoryStore(validSet)];
    const dry = await statesync(['sync', from.url, to.url, '--dry-run', '--gate', 'enforce', '-o', 'json']);
    expect(dry.code).toBe(2);
    expect((JSON.parse(dry.stdout) as SyncDocument).outcomes).toEqual([
      expect.objectContaining({ kind: 'written', key: 'c.example.com/secrets/admin' }),
      expect.objectContaining({ kind: 'held', key: config, cluster: 'c.example.com', rules: ['ETCD-MEMBER-COUNT'] }),
    ]);
    const { code, stdout, stderr } = await statesync(['sync', from.url, to.url, '--yes', '--gate', 'enforce']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^held +c\.example\.com\/config +ETCD-MEMBER-COUNT in /m);
    expect(stderr).toContain('warning: held back by the gate, since kOps would refuse it; statesync validate FROM');
    expect(await contents(to)).toEqual({ ...validSet, ...secret });
  });

  it('judges nothing with --gate off', async () => {
    const [from, to] = [await memoryStore(invalid), await memoryStore()];
    expect((await statesync(['sync', from.url, to.url, '--yes', '--gate', 'off'])).code).toBe(0);
    expect(await contents(to)).toEqual(invalid);
  });

  it('does what the route between the stores says, unless --gate says something else', async () => {
    const [from, to] = [await memoryStore(invalid), await memoryStore()];
    const routes = 'routes: [{ name: r, from: prod, gate: enforce, to: [{ store: replica }] }]\n';
    const cwd = await routed(from.url, to.url, routes);
    expect((await statesync(['sync', 'prod', 'replica', '--yes'], { cwd })).stdout).toContain('held');
    expect(await contents(to)).toEqual({});
    expect((await statesync(['sync', 'prod', 'replica', '--yes', '--gate', 'warn'], { cwd })).code).toBe(2);
    expect(await contents(to)).toEqual(invalid);
  });

  it('takes what a waiver accepts', async () => {
    const [from, to] = [await memoryStore(invalid), await memoryStore()];
    const waivers = 'waivers: [{ rule: ETCD-MEMBER-COUNT, reason: for an experiment, expires: "2999-12-31" }]\n';
    const cwd = await routed(from.url, to.url, waivers);
    expect((await statesync(['sync', 'prod', 'replica', '--yes', '--gate', 'enforce'], { cwd })).code).toBe(0);
    expect(await contents(to)).toEqual(invalid);
  });

  it('tells of a delete that leaves it invalid', async () => {
    const { [nodes]: _, ...rest } = validSet;
    const spot = { 'c.example.com/instancegroup/spot': groupText('spot') };
    const [from, to] = [await memoryStore(rest), await memoryStore({ ...validSet, ...spot })];
    const { code, stdout, stderr } = await statesync(['sync', from.url, to.url, '--yes', '--delete']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^deleted +c\.example\.com\/instancegroup\/nodes +invalid: INSTANCE-GROUPS-INCOMPLETE/m);
    expect(stderr).toContain('warning: 1 invalid configuration copied');
  });
});

it('the sample store is let pass by a gate that enforces', async () => {
  const from = await memoryStore(await sampleObjects('memfs://state'));
  const to = await memoryStore();
  const { code, stdout } = await statesync(['sync', from.url, to.url, '--yes', '--gate', 'enforce']);
  expect(stdout).not.toContain('held');
  expect(code).toBe(0);
});

it('an unknown field is never held back', async () => {
  const [from, to] = [
    await memoryStore({ ...validSet, [nodes]: groupText('nodes', { more: '  minsize: 3\n' }) }),
    await memoryStore(),
  ];
  expect((await statesync(['sync', from.url, to.url, '--yes', '--gate', 'enforce'])).code).toBe(0);
});
