import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { parseConfig } from '../../lib/config/parse.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { hashOf, loadResolved, type ResolvedConfig, shortHash, writeResolved } from '../../lib/config/resolved.ts';
import { defaultDeletePolicy, sensitiveClasses } from '../../lib/kops/object-class.ts';

const root = join(import.meta.dirname, '../..');

function resolved(text: string): ResolvedConfig {
  const parsed = parseConfig(text, 'statesync.yaml');
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  }
  return resolveConfig(parsed.config);
}

const small = `version: 1
stores:
  prod: { url: s3://acme-kops-state/team-a/, region: eu-west-1 }
  replica: { url: s3://acme-kops-replica, endpoint: https://s3.example.com }
routes:
  - name: prod
    from: prod
    to: [{ store: replica, sensitive: exclude, deletes: { config: follow } }]
`;

describe('a resolved configuration', () => {
  it('leaves nothing to be guessed', () => {
    const { stores, routes } = resolved(small);
    const { prod, replica } = stores;
    expect(prod).toEqual({
      definition: { url: 's3://acme-kops-state/team-a/', region: 'eu-west-1' },
      scheme: 's3',
      root: 'acme-kops-state',
      prefix: 'team-a',
    });
    expect(replica?.definition.pathStyle).toBe(true);
    const [destination] = routes[0]?.to ?? [];
    expect(routes[0]).toMatchObject({ clusters: ['*'], gate: 'warn', brake: { deletes: 15, prunedBackups: 100 } });
    expect(Object.keys(destination?.deletes ?? {})).toEqual(destination?.classes);
    expect(destination?.deletes.config).toBe('follow');
    expect(destination?.deletes['etcd-control']).toBe(defaultDeletePolicy['etcd-control']);
  });

  it.each([
    ['sensitive: exclude', (name: string) => !sensitiveClasses.has(name as never)],
    ['sensitive: include', () => true],
    [
      'sensitive: include, classes: { include: [keyset, config] }',
      (name: string) => ['config', 'keyset'].includes(name),
    ],
    [
      'sensitive: exclude, classes: { exclude: [discovery] }',
      (name: string) => name !== 'discovery' && !sensitiveClasses.has(name as never),
    ],
  ])('has the classes that %s says, and never etcd-command', (policy, carried) => {
    const [destination] =
      resolved(small.replace('sensitive: exclude, deletes: { config: follow }', policy)).routes[0]?.to ?? [];
    const all = Object.keys(defaultDeletePolicy).filter((name) => name !== 'etcd-command');
    expect(destination?.classes).toEqual(all.filter(carried));
  });

  it('does not depend on the order of fields, on comments or on what is a default anyway', () => {
    const other = `# The same.
routes:
  - to: [{ deletes: { keyset: retain, config: follow }, sensitive: exclude, store: replica }]
    brake: { deletes: 15 }
    clusters: ["*"]
    from: prod
    name: prod
stores:
  replica: { pathStyle: true, endpoint: "https://s3.example.com", url: s3://acme-kops-replica }
  prod: { region: eu-west-1, url: s3://acme-kops-state/team-a/ }
version: 1
`.replace('keyset: retain, ', '');
    expect(hashOf(resolved(other))).toBe(hashOf(resolved(small)));
  });

  it('has another hash when anything else is meant', () => {
    expect(hashOf(resolved(small.replace('config: follow', 'config: retain')))).not.toBe(hashOf(resolved(small)));
    expect(shortHash(hashOf(resolved(small)))).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('statesync.json', () => {
  const text = writeResolved(resolved(small));

  it('is read as it was written', () => {
    expect(loadResolved(text)).toEqual(resolved(small));
    expect(hashOf(loadResolved(text))).toBe(hashOf(resolved(small)));
  });

  it.each([
    ['changed by hand', text.replace('"acme-kops-replica"', '"acme-kops-other"'), 'has been changed'],
    ['with a field more', text.replace('"version": 1', '"version": 1, "extra": true'), 'has been changed'],
    ['without its configuration', '{"format":3,"hash":""}', 'has been changed'],
    ['cut short', text.slice(0, -40), 'is no JSON'],
    ['empty', '', 'is no JSON'],
    ['of another format', text.replace('"format": 3', '"format": 4'), 'another format'],
    ['something else', '[]', 'another format'],
    ['null', 'null', 'another format'],
  ])('is refused when it is %s, with what to do', (_what, broken, reason) => {
    expect(() => loadResolved(broken)).toThrow(reason);
    expect(() => loadResolved(broken)).toThrow('build again and deploy');
  });

  it('is loaded without the YAML and schema libraries', async () => {
    const { metafile } = await build({
      stdin: {
        contents:
          "export * from './lib/config/resolved.ts'; export * from './lib/config/routes.ts'; export * from './lib/config/env.ts';",
        resolveDir: root,
      },
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
  });
});

describe('the environment', () => {
  it('is read with empty variables as unset', () => {
    const { PATH } = process.env;
    const script =
      "import { readEnvironment } from './lib/config/env.ts'; const { A, B, S3_ENDPOINT } = readEnvironment(); console.log(JSON.stringify([A, B, S3_ENDPOINT]));";
    const answer = execFileSync('npx', ['--no-install', 'tsx', '--eval', script], {
      cwd: root,
      env: { PATH, A: 'x', B: '', S3_ENDPOINT: '' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(JSON.parse(answer)).toEqual(['x', null, null]);
  });

  it('is read in one place only', () => {
    const found = readFileSync(join(root, 'lib/config/env.ts'), 'utf8').match(/process\.env/g);
    expect(found).toHaveLength(1);
  });
});
