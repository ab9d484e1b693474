import { describe, expect, it } from '@jest/globals';
import { memoryStore } from './memory-store.ts';
import { Kept, statesync } from './run-cli.ts';

const a = { 'c/config': 'one', 'c/instancegroup/a': 'x', 'c/instancegroup/b': 'bb', 'c/secrets/x': 'secret content' };
const b = { 'c/config': 'one', 'c/instancegroup/a': 'y', 'c/instancegroup/b': 'bbb', 'd/config': 'kept' };

describe('verify', () => {
  it('says of two stores what differs, in lines as of rclone check', async () => {
    const [left, right] = [await memoryStore(a), await memoryStore(b)];
    expect(await statesync(['verify', left.url, right.url])).toEqual({
      code: 2,
      stdout: [
        '* c/instancegroup/a  (1 bytes in both, of other content)',
        '* c/instancegroup/b  (2 bytes in A, 3 in B)',
        '+ c/secrets/x',
        '- d/config',
        '= 1 the same   * 2 differ   + 1 only in A   - 1 only in B   ! 0 errors',
        'not equal',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('shows every key with --all, and ends with 0 where all are the same', async () => {
    const [left, right] = [await memoryStore(a), await memoryStore(a)];
    const { code, stdout } = await statesync(['verify', left.url, right.url, '--all']);
    expect(stdout).toBe(
      [
        ...Object.keys(a).map((key) => `= ${key}`),
        '= 4 the same   * 0 differ   + 0 only in A   - 0 only in B   ! 0 errors',
        'equal',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });

  it('writes the same as JSON, and line by line', async () => {
    const [left, right] = [await memoryStore(a), await memoryStore(b)];
    const json = JSON.parse((await statesync(['verify', left.url, right.url, '-o', 'json'])).stdout);
    expect(json).toMatchObject({
      schemaVersion: 1,
      kind: 'verification',
      a: left.url,
      b: right.url,
      equal: false,
      counts: { same: 1, differs: 2, 'only-in-a': 1, 'only-in-b': 1, error: 0 },
    });
    expect(json.keys).toHaveLength(4);
    const lines = (await statesync(['verify', left.url, right.url, '-o', 'jsonl'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line)).map(({ record, kind }) => kind ?? record)).toEqual([
      'differs',
      'differs',
      'only-in-a',
      'only-in-b',
      'verification',
    ]);
  });

  it('allows what a replica keeps after a delete only when it is told to', async () => {
    const [left, right] = [
      await memoryStore({ 'c/config': 'x' }),
      await memoryStore({ 'c/config': 'x', 'c/secrets/x': 'x' }),
    ];
    expect((await statesync(['verify', left.url, right.url])).code).toBe(2);
    const allowed = await statesync(['verify', left.url, right.url, '--allow-retained']);
    expect(allowed.stdout).toContain('~ c/secrets/x\n');
    expect(allowed.stdout).toContain('~ 1 retained, 0 never replicated\nequal\n');
    expect(allowed.code).toBe(0);
  });

  it('compares the clusters and classes that were named', async () => {
    const [left, right] = [await memoryStore(a), await memoryStore(b)];
    expect((await statesync(['verify', left.url, right.url, '--cluster', 'c', '--class', 'config'])).code).toBe(0);
    expect((await statesync(['verify', left.url, right.url, '--cluster', 'd'])).code).toBe(2);
  });

  it('takes nothing compared for an error, not for equality', async () => {
    const [left, right] = [await memoryStore(), await memoryStore()];
    const { code, stderr } = await statesync(['verify', left.url, right.url]);
    expect(code).toBe(1);
    expect(stderr).toContain('error: nothing was compared');
  });

  it('paints only on a terminal that wants it', async () => {
    const [left, right] = [await memoryStore(a), await memoryStore(b)];
    const on = async (argv: readonly string[], env = {}) =>
      (await statesync(['verify', left.url, right.url, ...argv], { stdout: new Kept(true), env })).stdout;
    expect(await on([])).toContain('\u001b[31m*\u001b[0m c/instancegroup/a');
    expect(await on(['--no-color'])).not.toContain('\u001b');
    expect(await on([], { NO_COLOR: '1' })).not.toContain('\u001b');
  });
});
