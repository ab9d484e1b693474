import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import packageFile from '../../package.json' with { type: 'json' };
import { memoryStore } from './memory-store.ts';
import { Kept, statesync } from './run-cli.ts';

/** Compares a text with the file that holds what was agreed on. `UPDATE_GOLDEN=1` writes the file anew, for review. */
function expectGolden(name: string, text: string): void {
  const file = new URL(`./golden/${name}.txt`, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, 'utf8'));
}

describe('help', () => {
  it.each([
    ['statesync', []],
    ['get', ['get']],
    ['get-clusters', ['get', 'clusters']],
    ['get-findings', ['get', 'findings']],
    ['ls', ['ls']],
    ['cat', ['cat']],
    ['sync', ['sync']],
    ['verify', ['verify']],
    ['validate', ['validate']],
    ['doctor', ['doctor']],
    ['explain', ['explain']],
    ['store', ['store']],
    ['store-probe', ['store', 'probe']],
    ['config', ['config']],
    ['config-view', ['config', 'view']],
    ['config-check', ['config', 'check']],
    ['version', ['version']],
  ])('of %s is as agreed, on stdout', async (name, argv) => {
    const { code, stdout, stderr } = await statesync([...argv, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    expectGolden(`help-${name}`, stdout);
  });

  it('of every verb has examples to copy', async () => {
    for (const argv of [
      ['get', 'clusters'],
      ['get', 'findings'],
      ['ls'],
      ['cat'],
      ['sync'],
      ['verify'],
      ['doctor'],
      ['store', 'probe'],
      ['config', 'view'],
      ['version'],
    ]) {
      const { stdout } = await statesync([...argv, '--help']);
      expect(stdout).toContain(`\nExamples:\n  statesync ${argv.join(' ')}`);
    }
  });
});

describe('a wrong call', () => {
  it.each([
    ['no command', [], 'Usage: statesync'],
    ['an unknown command', ['lss'], "error: unknown command 'lss'\n(Did you mean ls?)"],
    ['an unknown option', ['ls', 'memfs://a', '--recursiv'], "error: unknown option '--recursiv'"],
    ['a missing argument', ['verify', 'memfs://a'], "error: missing required argument 'b'"],
    ['an argument too many', ['ls', 'memfs://a', 'memfs://b'], 'error: too many arguments'],
    ['an unknown format', ['version', '-o', 'xml'], "error: option '-o, --output <format>' argument 'xml' is invalid"],
    ['an unknown group member', ['get', 'cluster-list'], "error: unknown command 'cluster-list'"],
    [
      'an unknown scheme',
      ['ls', 'ftp://host/x'],
      'error: open ftp://host/x: unknown / unhandled path type: "ftp://host/x"',
    ],
  ])('with %s ends with 3, and says on stderr what was expected', async (_, argv, text) => {
    const { code, stdout, stderr } = await statesync(argv);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(text);
  });
});

describe('version', () => {
  it('names the program, Node.js and the platform, also as JSON', async () => {
    const { stdout } = await statesync(['version', '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      kind: 'version',
      version: packageFile.version,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    });
    expect((await statesync(['--version'])).stdout).toBe(`${packageFile.version}\n`);
  });
});

describe('an error', () => {
  it('is one message without a stack, unless the user debugs', async () => {
    const { url } = await memoryStore();
    const { stderr } = await statesync(['cat', `${url}/c/config`]);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect((await statesync(['cat', `${url}/c/config`, '--debug'])).stderr).toMatch(/\n {4}at /);
  });

  it('that nobody foresaw is told as such, with 1', async () => {
    const { url } = await memoryStore({ 'c/config': 'x' });
    const stdout = new Kept(false, () => {
      throw new TypeError('broken pipe of a test');
    });
    const { code, stderr } = await statesync(['ls', url], { stdout });
    expect(code).toBe(1);
    expect(stderr).toBe('error: broken pipe of a test (unexpected; --debug shows where it came from)\n');
  });

  it('that the user caused by giving up is short', async () => {
    const { url } = await memoryStore({ 'c/config': 'x' });
    const { code, stderr } = await statesync(['verify', url, url], { signal: AbortSignal.abort() });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: stopped\n' });
  });
});
