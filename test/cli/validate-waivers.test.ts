import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../lib/flow/clock.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { memoryStore } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const manifest = `apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  { name: nodes, labels: { kops.k8s.io/cluster: c.example.com } }
spec:
  role: Node
  maxSize: 1
  minSize: 2
  ours: 1
`;
const config = (waivers: string) => `version: 1\nstores: {}\nwaivers:\n${waivers}`;
const size = '  - { rule: INSTANCE-GROUP-SIZE, reason: "It is | only a test.", expires: 2026-03-01 }\n';
const field =
  '  - { rule: FIELD-UNKNOWN, object: InstanceGroup/n*, pointer: /spec/ours, reason: ours, expires: 2026-03-01 }\n';

function at(time: string): { readonly clock: Clock } {
  return { clock: { ...systemClock, now: () => Date.parse(time) } };
}
const meanwhile = at('2026-02-01T00:00:00Z');

async function validated(waivers: string, argv: readonly string[] = [], when = meanwhile) {
  const cwd = await workingDirectory({ 'g.yaml': manifest, 'statesync.yaml': config(waivers) });
  return statesync(['validate', 'g.yaml', ...argv], { cwd, ...when });
}

describe('a waiver of statesync.yaml', () => {
  it('takes its findings out of the output, the counts and the exit code', async () => {
    expect(await validated(size)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^(?!.*INSTANCE-GROUP-SIZE)[\s\S]*errors: 0, warnings: 1, remarks: 0, waived: 1\n$/,
      ),
    });
    expect(await validated(size, ['--fail-on', 'warning'])).toMatchObject({ code: 2 });
    expect(await validated(size + field, ['--fail-on', 'warning'])).toMatchObject({ code: 0 });
  });

  it('is shown where that is asked for', async () => {
    const { code, stdout } = await validated(size, ['--show-waived']);
    expect(stdout).toContain('error INSTANCE-GROUP-SIZE: ');
    expect(stdout).toContain('= waived until 2026-03-01: It is | only a test.\n');
    expect(code).toBe(0);
    expect((await validated(size, ['--show-waived', '-o', 'markdown'])).stdout).toContain('It is \\| only a test.');
    expect((await validated(size, ['--show-waived', '-o', 'github'])).stdout).toContain('::notice file=g.yaml,line=7');
    expect((await validated(size, ['-o', 'github'])).stdout).not.toContain('INSTANCE-GROUP-SIZE');
    expect((await validated(size, ['-o', 'markdown'])).stdout).not.toContain('INSTANCE-GROUP-SIZE');
  });

  it.each([
    ['json', '"reason": "It is | only a test."'],
    ['jsonl', '"waiver":{"reason":"It is | only a test."'],
    ['yaml', 'reason: It is | only a test.'],
    ['sarif', '"justification": "It is | only a test."'],
    ['junit', '<skipped message="waived until 2026-03-01: It is | only a test."/>'],
  ])('is marked in %s', async (format, mark) => {
    expect(await validated(size, ['-o', format])).toMatchObject({ code: 0, stdout: expect.stringContaining(mark) });
  });

  it('holds no more after its last day, which is told', async () => {
    expect(await validated(size, [], at('2026-03-01T23:59:00Z'))).toMatchObject({ code: 0 });
    const { code, stdout } = await validated(size, [], at('2026-03-02T00:00:00Z'));
    expect(stdout).toContain('g.yaml:7:12: error INSTANCE-GROUP-SIZE');
    expect(stdout).toContain(
      'statesync.yaml:4:5: warning WAIVER-EXPIRED: the waiver of INSTANCE-GROUP-SIZE held until 2026-03-01;',
    );
    expect(code).toBe(2);
  });

  it('is told where it accepts nothing, in every format', async () => {
    const unused = '  - { rule: ETCD-VERSION, reason: x, expires: 2026-03-01 }\n';
    expect((await validated(unused)).stdout).toContain('statesync.yaml:4:5: info WAIVER-UNUSED');
    expect((await validated(unused, ['-o', 'junit'])).stdout).toContain('<testsuite name="statesync.yaml"');
  });

  it('of an unknown rule, or in a broken file, is an error', async () => {
    expect(await validated('  - { rule: ETCD-MEMBERZ, reason: x, expires: 2026-03-01 }\n')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no rule "ETCD-MEMBERZ"; did you mean "ETCD-MEMBERS"?'),
    });
  });

  it('is found with --config, and narrowed to clusters of a store', async () => {
    const cluster = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: NAME\nspec: {}\n';
    const { url } = await memoryStore({
      'a.test/config': cluster.replace('NAME', 'a.test'),
      'b.test/config': cluster.replace('NAME', 'b.test'),
    });
    const cwd = await workingDirectory({
      'my.yaml': config('  - { rule: KUBERNETES-VERSION, cluster: "a.*", reason: x, expires: 2026-03-01 }\n'),
    });
    const { stdout } = await statesync(['validate', url, '--config', 'my.yaml'], { cwd, ...meanwhile });
    expect(stdout).toContain('b.test/config:5:1: error KUBERNETES-VERSION');
    expect(stdout).not.toContain('a.test/config:5:1: error KUBERNETES-VERSION');
  });

  it('stands in the configuration that functions get and config view shows', async () => {
    const cwd = await workingDirectory({ 'statesync.yaml': config(field) });
    expect((await statesync(['config', 'view'], { cwd })).stdout).toContain('FIELD-UNKNOWN');
  });
});
