import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Metafile } from 'esbuild';

/** Source files that a bundle loads when it is imported, and those that it loads when they are first used. `npm test` builds before it tests. */
function inputsOf(name: string): { readonly atStart: readonly string[]; readonly all: readonly string[] } {
  const { outputs } = JSON.parse(readFileSync(`dist/meta/${name}.json`, 'utf8')) as Metafile;
  const reached = new Set<string>();
  const open = [`dist/functions/${name}/index.mjs`];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (!reached.has(path)) {
      reached.add(path);
      open.push(
        ...(outputs[path]?.imports ?? [])
          .filter(({ kind, external }) => kind === 'import-statement' && external !== true)
          .map((one) => one.path),
      );
    }
  }
  const inputs = (paths: Iterable<string>) => [...paths].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  return { atStart: inputs(reached), all: inputs(Object.keys(outputs)) };
}

const packagesIn = (inputs: readonly string[]) =>
  new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));

describe('the bundle of validate', () => {
  const { atStart, all } = inputsOf('validate');

  it('loads what speaks to a recipient when there is something to tell it', () => {
    const clients = ['@aws-sdk/client-sns', '@aws-sdk/client-eventbridge'];
    expect(clients.filter((client) => packagesIn(atStart).has(client))).toEqual([]);
    expect(clients.filter((client) => packagesIn(all).has(client))).toEqual(clients);
  });
});

describe.each(['replicate', 'reconcile', 'validate'])('the bundle of %s', (name) => {
  const { atStart, all } = inputsOf(name);

  it("loads no store's room before it is used", () => {
    expect(atStart).toContain('lib/vfs/open.ts');
    expect(atStart.filter((path) => /^lib\/vfs\/(?!layers\/)[a-z0-9]+\//.test(path))).toEqual([]);
    for (const room of ['s3', 'gcs', 'swift', 'oss', 'vault', 'kubernetes', 'azure', 'file', 'memory']) {
      expect([room, all.some((path) => path.startsWith(`lib/vfs/${room}/`))]).toEqual([room, true]);
    }
  });

  it("loads no store's SDK before it is used", () => {
    const sdks =
      /^(ali-oss|node-vault|google-auth-library|yaml|@aws-sdk\/client-s3|@google-cloud\/|@azure\/|@kubernetes\/)/;
    expect([...packagesIn(atStart)].filter((dependency) => sdks.test(dependency))).toEqual([]);
  });

  it('loads no rule of validation before a configuration is judged', () => {
    expect(atStart.filter((path) => path.startsWith('lib/validation/'))).toEqual([]);
  });

  it("carries neither the embedded cloud nor the configuration's parser", () => {
    expect(all.filter((path) => path.startsWith('lib/local-cloud/'))).toEqual([]);
    expect([...packagesIn(all)].filter((dependency) => /^(zod|commander|aws-cdk-lib)$/.test(dependency))).toEqual([]);
  });
});
