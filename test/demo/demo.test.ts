import { spawn } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** Runs the demo in a process of its own, over the bundles that `npm test` has built. */
async function runDemo(...args: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', '--changes', '8', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}

// Mostly they wait for events, so they run side by side.
const [good, sabotaged] = [runDemo(), runDemo('--sabotage')];

describe('the demo', () => {
  it('shows every act, and ends with a good verdict', async () => {
    const { code, output } = await good;
    expect(output).not.toContain('✗');
    expect(output.match(/^✓/gm)).toHaveLength(10);
    expect(output).toContain(
      '✓ an edit that kOps would refuse: held by ETCD-MEMBER-COUNT in prod.k8s.example.com/config: ',
    );
    expect(output).toContain('VERDICT: the replica is what it must be');
    expect(code).toBe(0);
  }, 60_000);

  it('finds a single wrong bit in the replica, and fails', async () => {
    const { code, output } = await sabotaged;
    expect(output).toContain('config has other bytes at the replica');
    expect(code).toBe(1);
  }, 60_000);

  it("runs on the user's own files, and leaves them alone", async () => {
    const { mkdtemp, mkdir, writeFile, readdir, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const root = await mkdtemp(join(tmpdir(), 'statesync-demo-test-'));
    const cluster = join(root, 'own.example.com');
    const files = {
      config: 'kind: Cluster\n',
      'instancegroup/nodes': 'kind: InstanceGroup\n',
      'secrets/admin': '{}',
      'addons/a/b.yaml': 'kind: List\n',
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(cluster, name, '..'), { recursive: true });
      await writeFile(join(cluster, name), text);
    }
    const before = (await readdir(root, { recursive: true })).toSorted();
    const { code, output } = await runDemo('--state', root);
    expect(output).toContain('✓ 4 objects written');
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(before);
    expect(code).toBe(0);
    await rm(root, { recursive: true });
  }, 60_000);
});
