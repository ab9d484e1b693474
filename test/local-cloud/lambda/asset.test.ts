import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf, installAsset } from '../../../lib/local-cloud/lambda/asset.ts';
import { closeAfterEach, deploy } from './deployed.ts';

closeAfterEach();

const answering = (answer: string) => `export const handler = async () => '${answer}';\n`;

describe('an asset', () => {
  let bundle = '';
  let store = '';
  beforeEach(async () => {
    const base = await mkdtemp(join(tmpdir(), 'lambda-asset-'));
    bundle = join(base, 'bundle');
    store = join(base, 'store');
    await mkdir(join(bundle, 'inner'), { recursive: true });
    await writeFile(join(bundle, 'index.mjs'), answering('one'));
    await writeFile(join(bundle, 'inner', 'data.json'), '{}');
  });
  afterEach(() => rm(join(bundle, '..'), { recursive: true }));

  it('is copied to a folder named by its digest, and runs from there', async () => {
    const { digest, root } = await installAsset(bundle, store);
    expect(root).toBe(join(store, digest));
    await writeFile(join(bundle, 'index.mjs'), answering('changed later'));
    expect((await deploy('index.handler', { root }).invoke({})).payload).toBe('"one"');
    expect(await readdir(store)).toEqual([digest]);
  });

  it('may be a single file, whose digest is that of its bytes', async () => {
    const { digest, root } = await installAsset(join(bundle, 'index.mjs'), store);
    expect(digest).toBe(sha256sum(`cat '${bundle}/index.mjs'`));
    expect(await readFile(join(root, 'index.mjs'), 'utf8')).toBe(answering('one'));
  });

  it('is refused when its digest is not the one that was asked for', async () => {
    const before = await digestOf(bundle);
    await installAsset(bundle, store, before);
    await writeFile(join(bundle, 'index.mjs'), answering('two'));
    await expect(installAsset(bundle, store, before)).rejects.toThrow(`expected ${before}`);
    expect(await readdir(store)).toEqual([before]);
  });

  it('as a folder has the digest that its documented command prints', async () => {
    const listed = `find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs sha256sum`;
    expect(await digestOf(bundle)).toBe(sha256sum(`cd '${bundle}' && ${listed}`));
  });
});

function sha256sum(command: string): string {
  return execFileSync('sh', ['-c', `(${command}) | sha256sum`], { encoding: 'utf8' }).slice(0, 64);
}
